package dev.shunt.ops.cli;

import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;

/** What the benchmarks of the node have in common: figures against other proxies. */
abstract class ContestCommand extends MeasuringCommand {

  @Override
  final boolean takesRoot() {
    return false;
  }

  @Override
  final String text(BenchReport report, Style style) {
    Table rows =
        new Table(
            "ROW", "WHAT", "UNIT", "SHUNT", "QUARTILES", "AGAINST", "HAS", "RATIO", "LIMIT", "OK");
    for (BenchRow row : report.rows()) {
      int digits = row.value() < 1_000 ? 1 : 0;
      rows.row(
          row.name(),
          row.what(),
          row.unit(),
          number(row.value(), digits),
          number(row.low(), digits) + " to " + number(row.high(), digits),
          row.reference(),
          number(row.referenceValue(), digits),
          number(row.ratio(), 2),
          limit(row, 1),
          ok(row, style));
    }
    return "%s%n%s%n%s%s".formatted(machine(report, style), rounds(report), rows, growth(report));
  }
}
