package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.ProxyBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shunt bench http}: what a request costs. */
@Command(
    name = "http",
    description = {
      "Processor time that a request takes, and how that compares with nginx and HAProxy: one worker",
      "each, the same features, the same load, in turn. Installs Debian's nginx, haproxy, wrk and",
      "nghttp2-client where they are missing and it is root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt bench http --seconds 240"})
final class BenchHttpCommand extends ContestCommand {

  @Mixin RowsOption rows = new RowsOption();

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new ProxyBench(ticker, progress, false).run(seconds, rows.names);
  }

  @Override
  void checkOptions() {
    rows.check(ProxyBench.HTTP_ROWS);
  }
}
