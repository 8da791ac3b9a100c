package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.lab.LabException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** What the commands under {@code shunt bench} have in common. */
abstract class MeasuringCommand implements Callable<Integer> {

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

  /**
   * Measures for about so long.
   *
   * @param progress hears a line now and then
   */
  abstract BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds)
      throws BenchException;

  /**
   * Looks at options of its own.
   *
   * @throws ParameterException if one is wrong
   */
  void checkOptions() {}

  /** Whether it loads programs into the kernel. */
  boolean takesRoot() {
    return true;
  }

  /** The report as people read it. */
  abstract String text(BenchReport report, Style style);

  @Override
  public final Integer call() throws CommandException {
    if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
      throw new ParameterException(
          output.spec.commandLine(),
          "--seconds %d: allowed is %d to %d".formatted(seconds, LEAST_SECONDS, MOST_SECONDS));
    }
    checkOptions();
    if (takesRoot() && (bench == null || !bench.host.environment().user().equals("root"))) {
      throw new CommandException(
          ExitCode.FAILED,
          "loading programs into the kernel takes root: sudo " + output.spec.qualifiedName());
    }
    BenchReport report;
    try {
      report = measure(Ticker.system(), output::progress, seconds);
    } catch (BenchException | LabException e) {
      throw new CommandException(ExitCode.FAILED, RunningCommand.sentence(e), e);
    }
    if (!output.printedAsJson(report)) {
      output.print(text(report, output.style()));
    }
    return ExitCode.OK.number();
  }

  /** On which machine, and what share of it was not the benchmark's. */
  static String machine(BenchReport report, Style style) {
    String share = Style.percent(report.others());
    return "%s; others used %s of it meanwhile"
        .formatted(
            report.machine(),
            report.others() > MUCH
                ? style.warning(share + ", too much to believe the figures")
                : share);
  }

  /** The fewest that a row's median is taken over. */
  static String rounds(BenchReport report) {
    return "medians over %d and more rounds"
        .formatted(report.rows().stream().mapToInt(BenchRow::rounds).min().orElse(0));
  }

  /** A table behind an empty line, or nothing where nothing grows. */
  static String growth(BenchReport report) {
    Table growth = new Table("GROWTH", "EXPONENT");
    report.growth().forEach(g -> growth.row(g.what(), number(g.exponent(), 2)));
    return report.growth().isEmpty() ? "" : "\n" + growth;
  }

  /** Nothing where there is none. */
  static String limit(BenchRow row, int digits) {
    return row.limit() == null ? "" : number(row.limit(), digits);
  }

  /** Whether the limit is kept, if there is one. */
  static String ok(BenchRow row, Style style) {
    return row.ok() == null ? "" : style.state(row.ok() ? "yes" : "no");
  }

  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
