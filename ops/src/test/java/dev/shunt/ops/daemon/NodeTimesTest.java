package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.LatencyStats;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Balance;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Sight;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeTimesTest {

  private static final Service LIMITED =
      Three.WEB.with(new Admission(0, 0, 0, 1, Duration.ofMillis(100), false));
  private static final Service BALANCED =
      new Service(
          "web",
          Three.WEB.vip(),
          80,
          Three.WEB.protocol(),
          Balance.proxied(Algorithm.RESPONSE_TIME));

  private final FakeNode node = new FakeNode();
  private final AtomicLong clock = new AtomicLong();

  @Test
  void aServiceThatAdmitsByResponseTimeIsMeasuredAndOthersAreNot() {
    assertThat(afterRequests(times(LIMITED)).isUp()).isTrue();
    assertThat(afterRequests(times(BALANCED)).isUp()).isTrue();
    assertThat(afterRequests(times(Three.WEB))).isEqualTo(Sight.UNKNOWN);
  }

  @Test
  void withoutRequestsForTenSecondsNothingIsKnownForAdmission() {
    NodeTimes times = times(LIMITED);
    Sight slow = afterRequests(times);
    for (int second = 1; second < 10; second++) {
      assertThat(look(times)).isEqualTo(slow);
    }
    assertThat(look(times)).isEqualTo(Sight.UNKNOWN);
    assertThat(afterRequests(times).isUp()).isTrue();
  }

  @Test
  void whatIsMeasuredForBalancingStays() {
    NodeTimes times = times(BALANCED);
    Sight slow = afterRequests(times);
    for (int second = 1; second < 30; second++) {
      assertThat(look(times)).isEqualTo(slow);
    }
  }

  private NodeTimes times(Service service) {
    node.latency(new LatencyStats(0, 0, 0, 0, 0, 0, 0));
    return new NodeTimes(node, List.of(service), clock::get);
  }

  /** Ten more requests of 300 ms. */
  private Sight afterRequests(NodeTimes times) {
    LatencyStats before = node.latency();
    node.latency(new LatencyStats(before.count() + 10, before.sum() + 3_000_000, 0, 0, 0, 0, 0));
    return look(times);
  }

  private Sight look(NodeTimes times) {
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    return times.report().sight(0);
  }
}
