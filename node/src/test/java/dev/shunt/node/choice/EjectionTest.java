package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.Ejection;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When a server is ejected, for how long, and when it is not though it fails. */
class EjectionTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Ejection CONFIG =
      new Ejection(
          3,
          50,
          Duration.ofSeconds(10),
          20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(35),
          50,
          List.of(503));

  private final EjectionJudge judge = new EjectionJudge(CONFIG, new Random(1));

  @Test
  void tooManyErrorsOfAWindowAreSeenAndOldOnesForgotten() {
    assertThat(judge.record(19, 19)).as("too few requests to tell").isFalse();
    assertThat(judge.record(20, 20)).isTrue();
    for (int i = 0; i < EjectionJudge.SLICES; i++) {
      judge.record(20, 20);
    }
    assertThat(judge.record(40, 29)).as("9 of 20").isFalse();
    assertThat(judge.record(60, 40)).as("20 of 40").isTrue();
  }

  @Test
  void eachEjectionInARowIsLongerUpToTheLimitAndNoTwoAreAlike() {
    long now = 0;
    long[] millis = new long[5];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = judge.eject(now).toMillis();
      now += 40 * SECOND;
      assertThat(judge.isDue(now)).isTrue();
      judge.readmit(now, 0, 0);
    }
    assertThat(millis[0]).isBetween(9_000L, 11_000L);
    assertThat(millis[1]).isBetween(18_000L, 22_000L);
    assertThat(millis[2]).isBetween(27_000L, 33_000L);
    assertThat(millis[3]).isBetween(31_500L, 38_500L);
    assertThat(millis[4]).isBetween(31_500L, 38_500L).isNotEqualTo(millis[3]);
  }

  @Test
  void timeWithoutAnEjectionMakesUpForEarlierOnes() {
    judge.eject(0);
    judge.readmit(10 * SECOND, 0, 0);
    judge.eject(10 * SECOND);
    judge.readmit(30 * SECOND, 0, 0);
    assertThat(judge.eject(51 * SECOND).toMillis()).isBetween(9_000L, 11_000L);
  }

  @Test
  void whatAServerDidBeforeItsEjectionIsNotHeldAgainstItAfterwards() {
    assertThat(judge.record(100, 100)).isTrue();
    judge.eject(0);
    assertThat(judge.record(120, 120)).as("it is ejected already").isFalse();
    assertThat(judge.isDue(8 * SECOND)).isFalse();
    judge.readmit(11 * SECOND, 130, 130);
    assertThat(judge.record(150, 130)).isFalse();
  }

  @Test
  void failuresInARowAreCountedOverAllAndASuccessEndsTheRow() {
    List<Integer> told = new ArrayList<>();
    Outcomes outcomes = new Outcomes(CONFIG, 2);
    outcomes.onTooMany(told::add);
    outcomes.failed(1);
    outcomes.failed(1);
    outcomes.succeeded(1);
    outcomes.failed(1);
    outcomes.failed(1);
    outcomes.failed(0);
    assertThat(told).isEmpty();
    outcomes.failed(1);
    assertThat(told).containsExactly(1);
    assertThat(outcomes.isFailure(503)).isTrue();
    assertThat(outcomes.isFailure(502)).isFalse();
    assertThat(outcomes.isFailure(200)).isFalse();
  }

  @Test
  void neitherMoreThanAPartNorTheLastServerIsEjected() {
    EjectionCeiling half = new EjectionCeiling(50, List.of());
    ServerPool pool = pool(4);
    assertThat(half.allows(pool, 0)).isTrue();
    pool = pool.withEjected(0, true).withEjected(1, true);
    assertThat(half.allows(pool, 2)).as("half of them are").isFalse();
    EjectionCeiling all = new EjectionCeiling(100, List.of());
    pool = pool.withHealthy(2, false);
    assertThat(all.allows(pool, 3)).as("the last one").isFalse();
    assertThat(all.isNeeded(pool, 0)).as("there is number 3").isFalse();
    assertThat(all.isNeeded(pool.withDrained(3, true), 0)).isTrue();
  }

  @Test
  void theLastServerOfARuleIsNotEjectedThoughThereAreOthers() {
    EjectionCeiling ceiling = new EjectionCeiling(100, List.of(BitSet.valueOf(new long[] {0b011})));
    ServerPool pool = pool(3).withEjected(0, true);
    assertThat(ceiling.allows(pool, 1)).isFalse();
    assertThat(ceiling.allows(pool, 2)).isTrue();
  }

  private static ServerPool pool(int size) {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      servers.add(
          new Server("s" + i, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), 1));
    }
    return new ServerPool(servers);
  }
}
