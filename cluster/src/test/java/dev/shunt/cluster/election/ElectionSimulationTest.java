package dev.shunt.cluster.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of seeded runs through partitions, losses, freezes and restarts. A failure names its
 * seed; {@code -Dshunt.sim.seed=N -Dshunt.sim.members=M} runs that one alone, {@code
 * -Dshunt.sim.runs=K} runs more.
 */
class ElectionSimulationTest {

  private static final Long SEED = Long.getLong("shunt.sim.seed");
  private static final int RUNS = Integer.getInteger("shunt.sim.runs", 400);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void neverTwoSchedulersAndAlwaysOneAgainOnceTheNetworkHeals(int members) {
    if (SEED != null) {
      new Simulation(SEED, Integer.getInteger("shunt.sim.members", members)).run();
      return;
    }
    long leases = 0;
    for (long seed = 1; seed <= RUNS; seed++) {
      leases += new Simulation(seed, members).run();
    }
    assertThat(leases).as("leases granted or renewed").isGreaterThan(50L * RUNS);
  }

  @Test
  void theSameSeedIsTheSameRun() {
    assertThat(new Simulation(42, 3).run()).isEqualTo(new Simulation(42, 3).run());
  }
}
