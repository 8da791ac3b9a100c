package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.SessionsBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code shunt bench sessions}: what new sessions take of an array. */
@Command(
    name = "sessions",
    description = {
      "Begin 10,000 sessions a second at an array of three members in a lab: how many of them all",
      "members know, how soon, and what memory one takes. 130 seconds make a million of them, 260",
      "see them end, too. Needs root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  sudo shunt bench sessions --seconds 260"})
final class BenchSessionsCommand extends ContestCommand {

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new SessionsBench(ticker, progress).run(seconds);
  }

  @Override
  boolean takesRoot() {
    return true;
  }
}
