package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ResponseShareTest {

  private static final long LONG_AGO = Long.MAX_VALUE;

  @Test
  void whoTakesTwiceAsLongGetsHalf() {
    assertThat(share(1, 8, 8)).isEqualTo(64);
    assertThat(share(1, 12, 8)).isEqualTo(32);
    assertThat(share(3, 12, 8)).isEqualTo(96);
  }

  @Test
  void nobodyStarvesHoweverSlow() {
    assertThat(share(1, 57, 0)).isEqualTo(4);
  }

  @Test
  void whoIsNotMeasuredYetIsTreatedLikeTheFastest() {
    assertThat(ResponseShare.of(1, OptionalInt.empty(), 9, LONG_AGO)).isEqualTo(64);
    assertThat(ResponseShare.fastest(List.of(OptionalInt.empty(), OptionalInt.of(7)))).isEqualTo(7);
    assertThat(ResponseShare.fastest(List.of(OptionalInt.empty()))).isZero();
  }

  @Test
  void whoHasJustComeUpStartsSlowly() {
    long half = ResponseShare.SLOW_START.toNanos() / 2;
    assertThat(ResponseShare.of(1, OptionalInt.of(0), 0, 0)).isEqualTo(8);
    assertThat(ResponseShare.of(1, OptionalInt.of(0), 0, half)).isEqualTo(40);
    assertThat(ResponseShare.of(1, OptionalInt.of(0), 0, 2 * half)).isEqualTo(64);
  }

  private static int share(int weight, int responseClass, int fastest) {
    return ResponseShare.of(weight, OptionalInt.of(responseClass), fastest, LONG_AGO);
  }
}
