package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.OutcomeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OutcomeTextTest {

  private static final Path PAGE = Path.of("../docs/OUTCOMES.md");

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void everyOutcomeIsExplainedInASentence(Outcome outcome) {
    assertThat(OutcomeText.reason(outcome)).matches("[A-Z].{15,140}\\.");
    assertThat(OutcomeText.next(outcome)).matches("[A-Z].{15,160}\\.");
  }

  @Test
  void noTwoOutcomesAreExplainedAlike() {
    assertThat(Arrays.stream(Outcome.values()).map(OutcomeText::reason)).doesNotHaveDuplicates();
  }

  @Test
  void thePageOfTheOutcomesSaysTheSame() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).toList();

    assertThat(rows)
        .as("rows of " + PAGE)
        .isEqualTo(Arrays.stream(Outcome.values()).map(OutcomeTextTest::row).toList());
  }

  private static String row(Outcome outcome) {
    return "| `%s` | %s | %s |"
        .formatted(
            outcome.counter(),
            OutcomeText.verdict(outcome).name().toLowerCase(Locale.ROOT),
            OutcomeText.reason(outcome));
  }

  @Test
  void outcomesAreFoundByNameAndByHowTheirNamesBegin() {
    assertThat(OutcomeText.named("drop_label_ttl")).containsExactly(Outcome.DROP_LABEL_TTL);
    assertThat(OutcomeText.named("Drop-Fragment"))
        .containsExactly(
            Outcome.DROP_FRAGMENT_FIRST,
            Outcome.DROP_FRAGMENT_LATER,
            Outcome.DROP_FRAGMENT_OVERLAP);
    assertThat(OutcomeText.named("local")).hasSize(11);
    assertThatThrownBy(() -> OutcomeText.named("dro"))
        .hasMessageStartingWith("outcome: found 'dro', allowed is the name of an outcome");
  }
}
