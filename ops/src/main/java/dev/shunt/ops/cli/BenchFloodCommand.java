package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.bench.FloodBench;
import dev.shunt.ops.lab.LabException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** {@code shunt bench flood}: what a SYN flood does to sessions. */
@Command(
    name = "flood",
    description = {
      "Flood the kernel program with SYNs at full speed, on a link of its own, while packets of",
      "established sessions pass: how much slower they get, and how that compares with the same",
      "flood against a bare MAC swap. Touches no running member. Needs root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  sudo shunt bench flood --seconds 30"})
final class BenchFloodCommand implements Callable<Integer> {

  private static final int LEAST_SECONDS = 5;
  private static final int MOST_SECONDS = 600;

  /** Of the processors, used by others while it was measured. */
  private static final double MUCH = 0.1;

  @Mixin Output output = new Output();

  @ParentCommand @Nullable BenchCommand bench;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "How long it takes, about, "
              + LEAST_SECONDS
              + " to "
              + MOST_SECONDS
              + ". Default: ${DEFAULT-VALUE}.")
  int seconds;

  @Override
  public Integer call() throws CommandException {
    if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
      throw new ParameterException(
          output.spec.commandLine(),
          "--seconds %d: allowed is %d to %d".formatted(seconds, LEAST_SECONDS, MOST_SECONDS));
    }
    if (bench == null || !bench.host.environment().user().equals("root")) {
      throw new CommandException(
          ExitCode.FAILED, "loading programs into the kernel takes root: sudo shunt bench flood");
    }
    BenchReport report;
    try {
      report = new FloodBench(Ticker.system(), this::progress).run(seconds);
    } catch (BenchException | LabException e) {
      throw new CommandException(ExitCode.FAILED, RunCommand.sentence(e), e);
    }
    if (!output.printedAsJson(report)) {
      output.print(text(report, output.style()));
    }
    return ExitCode.OK.number();
  }

  private void progress(String line) {
    output.err().println(line);
    output.err().flush();
  }

  static String text(BenchReport report, Style style) {
    Table rows = new Table("ROW", "WHAT", "UNIT", "SHUNT", "MAC SWAP", "RATIO", "LIMIT", "OK");
    for (BenchRow row : report.rows()) {
      rows.row(
          row.name(),
          row.what(),
          row.unit(),
          number(row.value()),
          number(row.referenceValue()),
          number(row.ratio()),
          row.limit() == null ? "" : number(row.limit()),
          row.ok() == null ? "" : style.state(row.ok() ? "yes" : "no"));
    }
    return "%s; others used %s of it meanwhile%nmedians over %d and more rounds%n%s"
        .formatted(
            report.machine(),
            others(report, style),
            report.rows().stream().mapToInt(BenchRow::rounds).min().orElse(0),
            rows);
  }

  private static String others(BenchReport report, Style style) {
    String share = Style.percent(report.others());
    return report.others() > MUCH
        ? style.warning(share + ", too much to believe the figures")
        : share;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
