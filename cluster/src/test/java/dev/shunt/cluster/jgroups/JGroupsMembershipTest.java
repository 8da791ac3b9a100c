package dev.shunt.cluster.jgroups;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Ticker;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JGroupsMembershipTest {

  private static final MemberId SELF = new MemberId("m1");

  @TempDir Path directory;

  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  private JGroupsMembership membership(String address, int port) throws UnknownHostException {
    return membership(SELF, address, port, Ticker.system());
  }

  /** A member of an array of three, in which m1 has this address. */
  private JGroupsMembership membership(MemberId self, String address, int port, Ticker ticker)
      throws UnknownHostException {
    var members =
        List.of(
            new MemberAddress(SELF, InetAddress.getByName(address)),
            new MemberAddress(new MemberId("m2"), InetAddress.getByName("127.0.251.2")),
            new MemberAddress(new MemberId("m3"), InetAddress.getByName("127.0.251.3")));
    var config =
        new ClusterConfig(
            "test",
            self,
            members,
            port,
            Optional.empty(),
            ClusterTimings.DEFAULT,
            directory.resolve(self + address));
    return new JGroupsMembership(
        config, ticker, new SplittableRandom(1), () -> begun.add(Thread.currentThread().getName()));
  }

  @Test
  void anAddressOfAnotherHostIsNamed() throws IOException {
    try (var membership = membership("192.0.2.1", 7800)) {
      assertThatThrownBy(() -> membership.start(new Ignored()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot bind UDP 192.0.2.1 port 7800");
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    InetAddress address = InetAddress.getByName("127.0.251.1");
    try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(address, 0));
        var membership = membership("127.0.251.1", taken.getLocalPort())) {
      assertThatThrownBy(() -> membership.start(new Ignored()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot bind UDP 127.0.251.1 port " + taken.getLocalPort());
    }
  }

  @Test
  void aFailureDetectionPortThatIsTakenIsNamed() throws IOException {
    InetAddress address = InetAddress.getByName("127.0.251.1");
    try (ServerSocket taken = new ServerSocket(0, 1, address);
        var membership = membership("127.0.251.1", taken.getLocalPort() - 100)) {
      assertThatThrownBy(() -> membership.start(new Ignored()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot bind TCP 127.0.251.1 port " + taken.getLocalPort());
    }
  }

  @Test
  void oneOfThreeIsInAViewAndNeverScheduler() throws IOException {
    try (var membership = membership("127.0.251.1", freePort())) {
      membership.publish(true, Map.of());
      membership.start(new Ignored());
      assertThat(membership.view().contains(SELF)).isTrue();
      assertThat(membership.view().hasMajority()).isFalse();
      assertThat(membership.lease()).isEqualTo(Lease.NONE);
      assertThat(membership.leadership()).isEqualTo(Leadership.UNKNOWN);
      assertThat(membership.stepDown()).isFalse();
    }
  }

  @Test
  void whoseNameTheArrayAlreadyHasIsNotLetInAndIsToldSo() throws IOException {
    int port = freePort();
    Ticker hurried = () -> 50 * Ticker.system().nanos();
    try (var m2 = membership(new MemberId("m2"), "127.0.251.1", port, Ticker.system());
        var m1 = membership(SELF, "127.0.251.1", port, Ticker.system());
        var again = membership(SELF, "127.0.251.4", port, hurried)) {
      m2.start(new Ignored());
      m1.start(new Ignored());
      await().until(() -> m2.view().contains(SELF));

      assertThatThrownBy(() -> again.start(new Ignored()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("member 'm1' was not let in for 60 seconds: the array still has")
          .hasCauseInstanceOf(SecurityException.class);
    }
  }

  @Test
  void aMemberAnswersAnotherAlsoWhatDoesNotFitIntoAPacket() throws Exception {
    int port = freePort();
    try (var m2 = membership(new MemberId("m2"), "127.0.251.1", port, Ticker.system());
        var m1 = membership(SELF, "127.0.251.1", port, Ticker.system())) {
      m2.calls()
          .answer("doubled", question -> new String(question, UTF_8).repeat(2).getBytes(UTF_8));
      m2.start(new Ignored());
      m1.start(new Ignored());
      await().until(() -> m1.view().contains(new MemberId("m2")));
      String much = "0123456789".repeat(3_000);

      byte[] answer =
          m1.calls()
              .ask(new MemberId("m2"), "doubled", much.getBytes(UTF_8), Duration.ofSeconds(10))
              .get();

      assertThat(new String(answer, UTF_8)).isEqualTo(much.repeat(2));
      assertThat(m1.counters().malformed() + m2.counters().malformed()).isZero();
    }
  }

  @Test
  void allThreadsThatAnElectionWaitsForBeginAlike() throws IOException {
    int port = freePort();
    try (var m2 = membership(new MemberId("m2"), "127.0.251.1", port, Ticker.system());
        var m1 = membership(SELF, "127.0.251.1", port, Ticker.system())) {
      m2.publish(true, Map.of());
      m2.start(new Ignored());
      m1.start(new Ignored());

      await().until(() -> m1.leadership().scheduler().equals(Optional.of(new MemberId("m2"))));
      assertThat(begun)
          .anyMatch(name -> name.contains("voting-thread"))
          .anyMatch(name -> name.startsWith("jgroups"));
    }
  }

  @Test
  void closingWhatWasNeverStartedIsHarmless() throws IOException {
    var membership = membership("127.0.251.1", 7800);
    membership.close();
    membership.close();
  }

  private static int freePort() throws IOException {
    try (DatagramSocket free =
        new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.251.1"), 0))) {
      return free.getLocalPort();
    }
  }

  private static final class Ignored implements Membership.Listener {
    @Override
    public void onView(MemberView view) {}

    @Override
    public void onLeadership(Leadership leadership) {}

    @Override
    public void onLease(Lease lease) {}
  }
}
