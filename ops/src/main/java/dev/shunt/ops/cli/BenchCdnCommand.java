package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.CdnBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shunt bench cdn}: how fast pages are rewritten. */
@Command(
    name = "cdn",
    description = {
      "How fast the links of HTML pages are rewritten for a CDN, against npm's lol-html with the",
      "same rules on the same pages. Needs Debian's nodejs and npm, and the network for npm."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt bench cdn --seconds 100"})
final class BenchCdnCommand extends ContestCommand {

  @Mixin RowsOption rows = new RowsOption();

  @Override
  void checkOptions() {
    rows.check(CdnBench.ROWS);
  }

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new CdnBench(ticker, progress).run(seconds, rows.names);
  }
}
