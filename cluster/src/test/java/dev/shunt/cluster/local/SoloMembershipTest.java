package dev.shunt.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SoloMembershipTest {

  private static final MemberId SELF = new MemberId("alone");

  @TempDir Path directory;

  private SoloMembership membership() {
    var address = new MemberAddress(SELF, InetAddress.getLoopbackAddress());
    var config =
        new ClusterConfig(
            "test",
            SELF,
            List.of(address),
            ClusterConfig.DEFAULT_PORT,
            Optional.empty(),
            ClusterTimings.DEFAULT,
            directory);
    return new SoloMembership(config, Ticker.system(), new SplittableRandom(1));
  }

  private static void awaitLease(Membership membership, boolean held) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> membership.lease().heldAt(System.nanoTime()) == held);
  }

  @Test
  void anEligibleMemberAloneIsSchedulerUntilItCloses() throws Exception {
    Heard heard = new Heard();
    SoloMembership membership = membership();
    membership.start(heard);
    membership.publish(true, Map.of("mac", "02:00:00:00:00:01"));
    awaitLease(membership, true);
    assertThat(membership.leadership().scheduler()).contains(SELF);
    assertThat(membership.view().member(SELF).flatMap(m -> m.attribute("mac")))
        .contains("02:00:00:00:00:01");
    assertThat(membership.stepDown()).isFalse();
    assertThat(membership.awaitRelieved(Duration.ofMillis(1))).isFalse();
    membership.close();
    assertThat(membership.awaitRelieved(Duration.ZERO)).isTrue();
    assertThat(membership.lease().heldAt(System.nanoTime())).isFalse();
    assertThat(heard.leases.getLast().heldAt(System.nanoTime())).isFalse();
    assertThat(heard.threads).containsOnly("cluster");
  }

  @Test
  void nobodyIsSchedulerWhileItIsNotEligible() throws IOException {
    try (SoloMembership membership = membership()) {
      membership.publish(false, Map.of());
      membership.start(new Heard());
      await()
          .during(ClusterTimings.DEFAULT.lease().multipliedBy(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> membership.leadership().equals(Leadership.UNKNOWN));
      assertThat(membership.lease()).isEqualTo(Lease.NONE);
    }
  }

  @Test
  void theTermGrowsWithEveryStart() throws IOException {
    for (long start = 1; start <= 2; start++) {
      try (SoloMembership membership = membership()) {
        membership.publish(true, Map.of());
        membership.start(new Heard());
        awaitLease(membership, true);
        assertThat(membership.lease().term().raftTerm()).isEqualTo(start);
      }
    }
  }

  @Test
  void aDamagedTermFileIsNamed() throws IOException {
    Files.writeString(directory.resolve(SoloMembership.TERM_FILE), "seven");
    try (SoloMembership membership = membership()) {
      assertThatThrownBy(() -> membership.start(new Heard()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(SoloMembership.TERM_FILE)
          .hasMessageContaining("'seven'");
    }
  }

  @Test
  void aListenerThatThrowsDoesNotStopTheRenewal() throws IOException {
    try (SoloMembership membership = membership()) {
      membership.publish(true, Map.of());
      membership.start(
          new Heard() {
            @Override
            public void onLease(Lease lease) {
              super.onLease(lease);
              throw new IllegalStateException("on purpose");
            }
          });
      awaitLease(membership, true);
      long first = membership.lease().deadlineNanos();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> membership.lease().deadlineNanos() > first);
    }
  }

  @Test
  void aListenerMayCallBack() throws IOException {
    SoloMembership membership = membership();
    membership.publish(true, Map.of());
    membership.start(
        new Heard() {
          @Override
          public void onLease(Lease lease) {
            membership.stepDown();
            membership.close();
          }
        });
    await().atMost(Duration.ofSeconds(10)).until(() -> membership.lease().term().number() > 0);
    awaitLease(membership, false);
    membership.close();
  }

  @Test
  void tooManyAttributesAreRefused() {
    try (SoloMembership membership = membership()) {
      Map<String, String> many = new HashMap<>();
      for (int i = 0; i <= Member.MAX_ATTRIBUTES; i++) {
        many.put("k" + i, "v");
      }
      assertThatThrownBy(() -> membership.publish(true, many))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("33 attributes, allowed 32");
    }
  }

  /** Remembers what it heard, and on which threads. */
  private static class Heard implements Membership.Listener {
    final List<Lease> leases = new CopyOnWriteArrayList<>();
    final List<String> threads = new CopyOnWriteArrayList<>();

    @Override
    public void onView(MemberView view) {
      threads.add(Thread.currentThread().getName());
    }

    @Override
    public void onLeadership(Leadership leadership) {
      threads.add(Thread.currentThread().getName());
    }

    @Override
    public void onLease(Lease lease) {
      threads.add(Thread.currentThread().getName());
      leases.add(lease);
    }
  }
}
