package dev.shunt.scheduler.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.replication.LabelBlock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelPoolTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final LabelPoolConfig CONFIG =
      new LabelPoolConfig(64, 128, 100, 600, Duration.ofSeconds(30));

  // It may overflow at any moment.
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);
  private final LabelPool pool = new LabelPool(CONFIG, clock::get);

  @Test
  void anEmptyPoolAsksOnceUntilItIsAnswered() {
    assertThat(pool.ask()).isEqualTo(1);
    assertThat(pool.ask()).isZero();
    pool.taken(new LabelBlock(3), _ -> false);
    assertThat(pool.ask()).isZero();

    assertThat(pool.refill(0)).hasSize(128).doesNotHaveDuplicates();
    assertThat(pool.refill(0)).hasSize(128);
    assertThat(pool.ask()).isEqualTo(1);
  }

  @Test
  void afterTheArrayGaveNothingItIsAskedAgainOnlyLater() {
    assertThat(pool.ask()).isEqualTo(1);
    pool.notGiven();

    assertThat(pool.ask()).isZero();
    clock.addAndGet(LabelPool.ASK_AGAIN.toNanos());
    assertThat(pool.ask()).isEqualTo(1);
  }

  @Test
  void theQueueIsRefilledOnlyWhenItIsLowAndExhaustionIsCounted() {
    pool.taken(new LabelBlock(0), _ -> false);

    assertThat(pool.refill(64)).isEmpty();
    assertThat(pool.refill(63)).hasSize(65);
    assertThat(pool.refill(0)).hasSize(128);
    assertThat(pool.refill(0)).hasSize(63);
    assertThat(pool.stats()).isEqualTo(new LabelPool.Stats(1, 0, 256, 0, 1));
  }

  @Test
  void aWithdrawnPairIsGivenAgainOnlyAfterItsQuarantine() {
    pool.taken(new LabelBlock(0), pair -> pair != 7);
    assertThat(pool.refill(0)).containsExactly(7);
    assertThat(pool.withdraw(7)).isTrue();
    assertThat(pool.withdraw(7)).isFalse();

    clock.addAndGet(30 * SECOND - 1);
    assertThat(pool.refill(0)).isEmpty();
    clock.incrementAndGet();
    assertThat(pool.refill(0)).containsExactly(7);
  }

  @Test
  void whatTheKernelDidNotTakeIsFreeAtOnce() {
    pool.taken(new LabelBlock(0), pair -> pair > 1);
    assertThat(pool.refill(0)).containsExactly(0, 1);

    pool.giveBack(new int[] {1, 1, 9_999});

    assertThat(pool.refill(0)).containsExactly(1);
  }

  @Test
  void atARestartOnlyWhatWasDrainedIsFreeAtOnceAndWhatNobodyHasRests() {
    LabelBlock owned = new LabelBlock(2);
    int first = owned.firstPair();

    pool.restart(new int[] {first + 1, first + 2, 5}, pair -> pair == first, List.of(owned));

    assertThat(pool.refill(0)).containsExactly(first + 1, first + 2);
    assertThat(pool.stats()).isEqualTo(new LabelPool.Stats(1, 0, 3, 253, 1));
    assertThat(pool.withdraw(first)).isTrue();
    clock.addAndGet(30 * SECOND);
    assertThat(pool.refill(0)).hasSize(128).doesNotContain(first + 1, first + 2);
    assertThat(pool.stats().free()).isEqualTo(254 - 128);
  }

  @Test
  void pairsOfALostBlockAreReportedIfOutAndNeverComeBack() {
    LabelBlock lost = new LabelBlock(0);
    pool.taken(lost, pair -> pair == 3 || pair == 200);
    assertThat(pool.withdraw(200)).isTrue();

    assertThat(pool.lost(lost)).containsExactly(3);

    assertThat(pool.withdraw(3)).isFalse();
    pool.giveBack(new int[] {3, 4});
    clock.addAndGet(60 * SECOND);
    assertThat(pool.refill(0)).isEmpty();
    assertThat(pool.stats()).isEqualTo(new LabelPool.Stats(0, 0, 0, 0, 1));
    assertThat(pool.lost(lost)).isEmpty();
  }

  @Test
  void aBlockThatComesBackAfterItWasLostRestsAsLongAsAnyOther() {
    LabelBlock block = new LabelBlock(0);
    pool.inherited(block, _ -> false, false);
    clock.addAndGet(20 * SECOND);
    pool.lost(block);
    pool.inherited(block, _ -> false, false);

    clock.addAndGet(20 * SECOND);
    assertThat(pool.refill(0)).isEmpty();
    clock.addAndGet(10 * SECOND);
    assertThat(pool.refill(0)).hasSize(128);
  }

  @Test
  void whollyFreeBlocksAreReleasedWhileMoreThanEnoughIsFree() {
    Set<Integer> used = Set.of(3 * LabelBlock.PAIRS, 4 * LabelBlock.PAIRS);
    for (int number = 0; number < 5; number++) {
      pool.taken(new LabelBlock(number), used::contains);
    }

    assertThat(Set.copyOf(pool.surplus())).isEqualTo(Set.of(new LabelBlock(1), new LabelBlock(2)));
    assertThat(pool.stats().blocks()).isEqualTo(3);
    assertThat(pool.surplus()).isEmpty();
    assertThat(pool.ask()).isZero();
  }

  @Test
  void theFirstBlocksAreUsedFirstSoThatTheLastComeFree() {
    for (int number : new int[] {9, 4, 6}) {
      pool.taken(new LabelBlock(number), _ -> false);
    }

    assertThat(IntStream.of(pool.refill(0)).map(pair -> pair / LabelBlock.PAIRS)).containsOnly(4);
  }

  @Test
  void aConfigurationThatContradictsItselfIsRefused() {
    assertThatThrownBy(() -> new LabelPoolConfig(10, 9, 1, 500, Duration.ZERO))
        .hasMessage("label queue: found low 10, fill 9, allowed 1 ≤ low ≤ fill");
    assertThatThrownBy(() -> new LabelPoolConfig(1, 1, 1, 256, Duration.ZERO))
        .hasMessage("spare labels: found low 1, high 256, allowed 1 ≤ low ≤ high - 256");
    assertThatThrownBy(() -> new LabelPoolConfig(1, 1, 1, 257, Duration.ofNanos(-1)))
        .hasMessageContaining("label quarantine");
  }
}
