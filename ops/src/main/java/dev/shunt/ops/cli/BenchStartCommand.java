package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.StartBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code shunt bench start}: how soon a daemon serves, and how soon well. */
@Command(
    name = "start",
    description = {
      "Time from a daemon's start to the first request that it served, and p99 of its first",
      "minute's requests against the next minute's."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt bench start --seconds 240"})
final class BenchStartCommand extends ContestCommand {

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new StartBench(ticker, progress).run(seconds);
  }
}
