package dev.shunt.ops.daemon;

import static dev.shunt.ops.daemon.Three.silent;
import static dev.shunt.ops.daemon.Three.view;
import static dev.shunt.ops.daemon.Three.well;
import static dev.shunt.ops.daemon.Three.witness;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettlingTest {

  private final Settling settling = new Settling();

  @Test
  void aMemberThatHasNotReportedIsWaitedForAWitnessIsNot() {
    settling.begin();
    assertThat(settling.isOver(view(well(1), silent(2)), 0)).isFalse();
    assertThat(settling.isOver(view(well(1), witness()), 0)).isTrue();
  }
}
