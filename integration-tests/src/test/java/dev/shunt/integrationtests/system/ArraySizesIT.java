package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.LossAssertions.assertNothingLostOnOthersThan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.SmallArray;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.Losses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arrays of more members than three, of which as many fail at once as may. */
class ArraySizesIT {

  @ParameterizedTest(name = "of {0} with {1} others")
  @CsvSource("5, 1")
  void theSchedulerAndOthersKilledAtOnceCostNothingOnThoseThatLive(int members, int others) {
    try (TestArray array = SmallArray.of(members);
        Trial trial = new Trial(array)) {
      List<String> killed = new ArrayList<>(array.nodes().subList(0, others));
      killed.add(array.scheduler());
      Losses losses = trial.after(() -> killed.forEach(m -> array.lab().faults().kill(m)));
      await()
          .atMost(TestArray.PATIENCE)
          .until(
              () -> array.lab().scheduler().filter(s -> !killed.contains(s.member())).isPresent());

      assertThat(array.status(array.scheduler()).present()).isEqualTo(members - killed.size());
      assertNothingLostOnOthersThan(killed, losses);
      assertThat(losses.servedAgainMillis()).isNotNegative();
    }
  }
}
