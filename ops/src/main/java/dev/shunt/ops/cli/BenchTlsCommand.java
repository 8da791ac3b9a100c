package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.ProxyBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shunt bench tls}: what a request costs over TLS, and a handshake. */
@Command(
    name = "tls",
    description = {
      "Processor time that a request takes over TLS 1.3 and HTTP/2, and a full and a resumed",
      "handshake, and how that compares with nginx and HAProxy: as bench http does."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt bench tls --seconds 240"})
final class BenchTlsCommand extends ContestCommand {

  @Mixin RowsOption rows = new RowsOption();

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new ProxyBench(ticker, progress, true).run(seconds, rows.names);
  }

  @Override
  void checkOptions() {
    rows.check(ProxyBench.TLS_ROWS);
  }
}
