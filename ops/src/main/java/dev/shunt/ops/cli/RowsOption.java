package dev.shunt.ops.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --rows}: some of a benchmark's rows alone. */
final class RowsOption {

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rows",
      paramLabel = "NAME",
      split = ",",
      description = "Only these rows, as the table names them: for a profile of them.")
  Set<String> names = Set.of();

  /**
   * @throws ParameterException if there is no such row
   */
  void check(List<String> allowed) {
    for (String row : names) {
      if (!allowed.contains(row)) {
        throw new ParameterException(
            spec.commandLine(),
            "--rows %s: allowed are %s".formatted(row, String.join(", ", allowed)));
      }
    }
  }
}
