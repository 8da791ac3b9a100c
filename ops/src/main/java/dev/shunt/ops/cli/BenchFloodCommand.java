package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.bench.FloodBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

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
final class BenchFloodCommand extends MeasuringCommand {

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new FloodBench(ticker, progress).run(seconds);
  }

  @Override
  String text(BenchReport report, Style style) {
    Table rows = new Table("ROW", "WHAT", "UNIT", "SHUNT", "MAC SWAP", "RATIO", "LIMIT", "OK");
    for (BenchRow row : report.rows()) {
      rows.row(
          row.name(),
          row.what(),
          row.unit(),
          number(row.value(), 2),
          number(row.referenceValue(), 2),
          number(row.ratio(), 2),
          limit(row, 2),
          ok(row, style));
    }
    return "%s%n%s%n%s".formatted(machine(report, style), rounds(report), rows);
  }
}
