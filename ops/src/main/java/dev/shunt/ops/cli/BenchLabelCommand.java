package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.bench.LabelBench;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** {@code shunt bench label}: what a packet costs in the kernel program. */
@Command(
    name = "label",
    description = {
      "Time the kernel program on packets of each kind: nanoseconds a packet, and how many times",
      "a bare MAC swap that is. Touches no interface and no running member. Needs root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  sudo shunt bench label --seconds 30"})
final class BenchLabelCommand implements Callable<Integer> {

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
          ExitCode.FAILED, "loading programs into the kernel takes root: sudo shunt bench label");
    }
    BenchReport report;
    try {
      report = new LabelBench(Ticker.system(), this::progress).run(seconds);
    } catch (BenchException e) {
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
    Table rows = new Table("ROW", "PACKET", "NS", "QUARTILES", "RATIO", "LIMIT", "OK");
    for (BenchRow row : report.rows()) {
      rows.row(
          row.name(),
          row.what(),
          number(row.value(), 1),
          number(row.low(), 1) + " to " + number(row.high(), 1),
          number(row.ratio(), 2),
          row.limit() == null ? "" : number(row.limit(), 1),
          row.ok() == null ? "" : style.state(row.ok() ? "yes" : "no"));
    }
    Table growth = new Table("GROWTH", "EXPONENT");
    report.growth().forEach(g -> growth.row(g.what(), number(g.exponent(), 2)));
    BenchRow first = report.rows().getFirst();
    return "%s; others used %s of it meanwhile%nnanoseconds a packet and ratio to a bare MAC swap (%s ns), medians over %d and more rounds%n%s%n%s"
        .formatted(
            report.machine(),
            others(report, style),
            number(first.referenceValue(), 1),
            report.rows().stream().mapToInt(BenchRow::rounds).min().orElse(0),
            rows,
            growth);
  }

  private static String others(BenchReport report, Style style) {
    String share = Style.percent(report.others());
    return report.others() > MUCH
        ? style.warning(share + ", too much to believe the figures")
        : share;
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
