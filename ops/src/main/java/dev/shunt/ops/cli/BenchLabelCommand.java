package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.bench.LabelBench;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shunt bench label}: what a packet costs in the kernel program. */
@Command(
    name = "label",
    description = {
      "Time the kernel program on packets of each kind: nanoseconds a packet, and how many times",
      "a bare MAC swap that is. Touches no interface and no running member. Needs root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  sudo shunt bench label --seconds 30"})
final class BenchLabelCommand extends MeasuringCommand {

  @Mixin RowsOption rows = new RowsOption();

  @Override
  BenchReport measure(Ticker ticker, Consumer<String> progress, int seconds) throws BenchException {
    return new LabelBench(ticker, progress).run(seconds, rows.names);
  }

  @Override
  void checkOptions() {
    rows.check(LabelBench.ROWS);
  }

  @Override
  String text(BenchReport report, Style style) {
    Table rows = new Table("ROW", "PACKET", "NS", "QUARTILES", "RATIO", "LIMIT", "OK");
    for (BenchRow row : report.rows()) {
      rows.row(
          row.name(),
          row.what(),
          number(row.value(), 1),
          number(row.low(), 1) + " to " + number(row.high(), 1),
          number(row.ratio(), 2),
          limit(row, 1),
          ok(row, style));
    }
    BenchRow first = report.rows().getFirst();
    return "%s%nnanoseconds a packet and ratio to a bare MAC swap (%s ns), %s%n%s%s"
        .formatted(
            machine(report, style),
            number(first.referenceValue(), 1),
            rounds(report),
            rows,
            growth(report));
  }
}
