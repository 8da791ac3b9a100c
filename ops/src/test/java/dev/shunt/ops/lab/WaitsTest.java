package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.lab.Waits.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitsTest {

  private static final long END = 1_000_000;

  @Test
  void whereNothingIsLostTheSlowestIsTheLongestWait() {
    assertThat(of(new Event(0, 100), new Event(1_000, 3_500), new Event(4_000, 4_100)))
        .isEqualTo(new Waits(2.5, 1_000, 3, 0, true));
  }

  @Test
  void aBlackoutIsFromTheFirstLostToTheFirstAnswered() {
    assertThat(
            of(
                new Event(0, 100),
                new Event(1_000, Waits.NEVER),
                new Event(2_000, Waits.NEVER),
                new Event(300_000, 300_100)))
        .isEqualTo(new Waits(299.1, 1_000, 4, 2, true));
  }

  @Test
  void anAnswerToALaterOneEndsTheWaitOfAnEarlierOne() {
    assertThat(of(new Event(0, 50_000), new Event(1_000, 1_500)).millis()).isEqualTo(1.5);
  }

  @Test
  void nobodyWaitsWhileNobodyAsks() {
    assertThat(of(new Event(0, 100), new Event(900_000, 900_100)).millis()).isEqualTo(0.1);
  }

  @Test
  void whatIsNotAnsweredUntilTheEndIsNotOver() {
    assertThat(of(new Event(0, 100), new Event(400_000, Waits.NEVER)))
        .isEqualTo(new Waits(600, 400_000, 2, 1, false));
  }

  @Test
  void onlyWhatBeginsInTheTimeCountsButLaterAnswersEndIt() {
    Waits waits =
        Waits.of(
            List.of(
                new Event(0, Waits.NEVER),
                new Event(10_000, Waits.NEVER),
                new Event(30_000, 30_500)),
            5_000,
            20_000,
            END);
    assertThat(waits).isEqualTo(new Waits(20.5, 10_000, 1, 1, true));
  }

  @Test
  void ofTwoSessionsTheWorseOneCountsAndAllThatWasLost() {
    Waits one = new Waits(2, 7, 10, 1, true);
    assertThat(one.and(new Waits(3, 9, 20, 2, false))).isEqualTo(new Waits(3, 9, 30, 3, false));
    assertThat(Waits.NONE.and(one)).isEqualTo(one);
  }

  private static Waits of(Event... events) {
    return Waits.of(List.of(events), 0, END, END);
  }
}
