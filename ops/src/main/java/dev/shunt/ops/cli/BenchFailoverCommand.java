package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.FailoverBench;
import dev.shunt.ops.bench.FailoverReport;
import dev.shunt.ops.bench.FailoverRow;
import dev.shunt.ops.bench.FailoverRow.Spread;
import dev.shunt.ops.lab.FailoverFault;
import dev.shunt.ops.lab.LabException;
import dev.shunt.ops.lab.SessionLosses.Age;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** {@code shunt bench failover}: what a failover costs. */
@Command(
    name = "failover",
    description = {
      "Kill, freeze and cut off the scheduler of an array in a lab, and let it step down, many",
      "times under load: how long established sessions of other members and new connections",
      "wait, and which sessions are lost; beside keepalived in the same kind of lab. When it is",
      "interrupted it prints what it has. Needs root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  sudo shunt bench failover --runs 10 --peer-runs 5"})
final class BenchFailoverCommand implements Callable<Integer> {

  private static final int MOST_RUNS = 10_000;
  private static final int MOST_NEW = 1_000;
  private static final int MOST_MINUTES = 1_440;

  @Mixin Output output = new Output();

  @ParentCommand @Nullable BenchCommand bench;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "100",
      description = "Of each fault on the array (${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--peer-runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Of each fault on keepalived, at each of two intervals (${DEFAULT-VALUE}).")
  int peerRuns;

  @Option(
      names = "--faults",
      paramLabel = "FAULT",
      split = ",",
      description = "Only these: kill, freeze, cut, handover. Default: all.")
  @Nullable List<FailoverFault> faults;

  @Option(
      names = "--new-per-second",
      paramLabel = "N",
      defaultValue = "100",
      description = "New connections each second (${DEFAULT-VALUE}).")
  int newPerSecond;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "240",
      description = "No run begins after so long (${DEFAULT-VALUE}).")
  int minutes;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "failover",
      description = "Of the lab (${DEFAULT-VALUE}).")
  String name = "";

  @Override
  public Integer call() throws CommandException {
    check("--runs", runs, 0, MOST_RUNS);
    check("--peer-runs", peerRuns, 0, MOST_RUNS);
    check("--new-per-second", newPerSecond, 1, MOST_NEW);
    check("--minutes", minutes, 1, MOST_MINUTES);
    if (bench == null || !bench.host.environment().user().equals("root")) {
      throw new CommandException(
          ExitCode.FAILED, "a lab takes root: sudo " + output.spec.qualifiedName());
    }
    FailoverBench failovers =
        new FailoverBench(
            Ticker.system(),
            output::progress,
            new FailoverBench.Plan(
                name, chosen(), runs, peerRuns, newPerSecond, Duration.ofMinutes(minutes)));
    AtomicBoolean printed = new AtomicBoolean();
    Thread interrupted =
        Thread.ofPlatform()
            .name("interrupted")
            .unstarted(() -> printOnce(printed, failovers.report()));
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      printOnce(printed, failovers.run());
    } catch (BenchException | LabException e) {
      printOnce(printed, failovers.report());
      throw new CommandException(ExitCode.FAILED, RunCommand.sentence(e), e);
    }
    return ExitCode.OK.number();
  }

  private Set<FailoverFault> chosen() {
    return faults == null ? EnumSet.allOf(FailoverFault.class) : EnumSet.copyOf(faults);
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          output.spec.commandLine(),
          "%s %d: allowed is %d to %d".formatted(option, value, least, most));
    }
  }

  private void printOnce(AtomicBoolean printed, FailoverReport report) {
    if (printed.compareAndSet(false, true) && !output.printedAsJson(report)) {
      output.print(text(report, output.style()));
    }
  }

  /** The report as people read it. */
  static String text(FailoverReport report, Style style) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s; others used %s of it meanwhile; %d minutes%n"
            .formatted(
                report.machine(),
                Style.percent(report.others()),
                Duration.ofSeconds(report.seconds()).toMinutes()));
    if (!report.whole()) {
      text.append(style.warning("ended before all runs were done\n"));
    }
    text.append("blackouts in ms: median, p99, max\n").append(blackouts(report.rows(), style));
    text.append('\n').append(sessions(report.rows()));
    report.failures().forEach(line -> text.append("no result of ").append(line).append('\n'));
    report.kept().forEach(line -> text.append("outside of a limit: ").append(line).append('\n'));
    return text.toString();
  }

  private static Table blackouts(List<FailoverRow> rows, Style style) {
    Table table =
        new Table(
            "ROW",
            "RUNS",
            "READ",
            "MEDIAN",
            "P99",
            "MAX",
            "LIMIT",
            "OK",
            "DELIVERED",
            "ANSWERED",
            "BEFORE",
            "NEW",
            "BEFORE",
            "DISTURBED",
            "MOVED");
    for (FailoverRow row : rows) {
      table.row(
          row.name(),
          row.failed() == 0 ? row.runs() : row.runs() + " (" + row.failed() + " failed)",
          row.read(),
          MeasuringCommand.number(row.median(), 1),
          MeasuringCommand.number(row.p99(), 1),
          MeasuringCommand.number(row.max(), 1),
          row.limitMedian() == null ? "" : limit(row.limitMedian(), row.limitMax()),
          row.ok() == null ? "" : style.state(row.ok() ? "yes" : "no"),
          row.delivered() == null ? "" : spread(row.delivered()),
          spread(row.answered()),
          spread(row.control()),
          spread(row.opened()),
          spread(row.controlOpened()),
          spread(row.disturbed()),
          spread(row.moved()));
    }
    return table;
  }

  private static Table sessions(List<FailoverRow> rows) {
    Table table =
        new Table(
            "SESSIONS",
            "LOST",
            "< 10 ms",
            "< 1 s",
            "OLDER",
            "ON THE ONE STRUCK",
            "NEW FAILED",
            "REQUESTS LOST",
            "LONGEST WAY",
            "FAILED BEFORE");
    for (FailoverRow row : rows) {
      table.row(
          row.name(),
          lost(row.sessionsLost(), row.sessions()),
          byAge(row, Age.YOUNG),
          byAge(row, Age.NEW),
          byAge(row, Age.OLD),
          lost(row.lostOnStruck(), row.sessionsOnStruck()),
          row.failedNew(),
          row.requestsLost(),
          MeasuringCommand.number(row.longestRequest(), 1) + " ms",
          row.lostBefore());
    }
    return table;
  }

  private static String byAge(FailoverRow row, Age age) {
    return lost(
        row.lostByAge().getOrDefault(age.toString(), 0),
        row.sessionsByAge().getOrDefault(age.toString(), 0));
  }

  private static String lost(int lost, int of) {
    return "%,d of %,d".formatted(lost, of);
  }

  private static String limit(double median, @Nullable Double max) {
    return max == null || max == median
        ? MeasuringCommand.number(median, 0)
        : MeasuringCommand.number(median, 0) + ", max " + MeasuringCommand.number(max, 0);
  }

  private static String spread(Spread spread) {
    return "%s, %s, %s"
        .formatted(
            MeasuringCommand.number(spread.median(), 1),
            MeasuringCommand.number(spread.p99(), 1),
            MeasuringCommand.number(spread.max(), 1));
  }
}
