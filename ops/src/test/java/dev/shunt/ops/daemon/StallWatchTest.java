package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StallWatchTest {

  private final AtomicLong nanos = new AtomicLong();
  private final StallWatch watch = new StallWatch(nanos::get);

  @Test
  void workThatTakesTooLongIsSaidOnce() {
    watch.run(() -> {
      assertThat(watch.look()).as("just begun").isFalse();
      nanos.addAndGet(StallWatch.BOUND.toNanos());
      assertThat(watch.look()).isTrue();
      assertThat(watch.look()).as("the same again").isFalse();
    });
  }

  @Test
  void theNextPieceOfWorkCountsAnew() {
    watch.run(() -> {
      nanos.addAndGet(StallWatch.BOUND.toNanos());
      assertThat(watch.look()).isTrue();
    });
    watch.run(() -> {
      assertThat(watch.look()).as("just begun").isFalse();
      nanos.addAndGet(StallWatch.BOUND.toNanos());
      assertThat(watch.look()).isTrue();
    });
  }

  @Test
  void timeBetweenPiecesOfWorkIsNobodys() {
    watch.run(() -> {});
    nanos.addAndGet(StallWatch.BOUND.multipliedBy(9).toNanos());
    assertThat(watch.look()).isFalse();
  }

  @Test
  void workThatFailsIsOver() {
    try {
      watch.run(() -> {
        throw new IllegalStateException("refused");
      });
    } catch (IllegalStateException _) {
      nanos.addAndGet(StallWatch.BOUND.toNanos());
    }
    assertThat(nanos.get()).as("it failed").isPositive();
    assertThat(watch.look()).isFalse();
  }
}
