package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RampTest {

  private static final Offset<Double> CLOSELY = within(1e-9);

  @Test
  void aShareGrowsEvenlyFromATenthToTheWhole() {
    Ramp ramp = new Ramp(1000, 2);
    assertThat(ramp.share(1, 0)).as("known from the beginning").isEqualTo(1);
    ramp.begin(1, 5000);
    assertThat(ramp.share(1, 5000)).isCloseTo(0.1, CLOSELY);
    assertThat(ramp.share(1, 5500)).isCloseTo(0.55, CLOSELY);
    assertThat(ramp.share(0, 5500)).isEqualTo(1);
    assertThat(ramp.share(1, 6000)).isEqualTo(1);
    assertThat(ramp.share(1, 5500)).as("it is over for good").isEqualTo(1);
  }

  @Test
  void oneMayBeginWhenTheClockStandsAtZero() {
    Ramp ramp = new Ramp(1000, 1);
    ramp.begin(0, 0);
    assertThat(ramp.share(0, 500)).isLessThan(1);
  }
}
