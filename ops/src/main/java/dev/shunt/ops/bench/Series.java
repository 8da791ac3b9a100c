package dev.shunt.ops.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The samples of one row, each with that of the reference which was taken just before it. */
final class Series {

  static final String NANOS = "ns";

  /** The end of units of which more is better. */
  static final String A_SECOND = "/s";

  /** Digits that a reader can use. */
  private static final double NANO_DIGITS = 10;

  private static final double RATIO_DIGITS = 100;

  private final List<Double> values = new ArrayList<>();
  private final List<Double> references = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();

  void add(double value, double reference) {
    values.add(value);
    references.add(reference);
    ratios.add(value / reference);
  }

  BenchRow row(String name, String what, String reference, @Nullable Double limit) {
    return row(name, what, NANOS, reference, limit);
  }

  BenchRow row(String name, String what, String unit, String reference, @Nullable Double limit) {
    double digits = unit.equals(NANOS) ? NANO_DIGITS : RATIO_DIGITS;
    double ratio = rounded(quantile(ratios, 0.5), RATIO_DIGITS);
    return new BenchRow(
        name,
        what,
        unit,
        rounded(quantile(values, 0.5), digits),
        rounded(quantile(values, 0.25), digits),
        rounded(quantile(values, 0.75), digits),
        reference,
        rounded(quantile(references, 0.5), digits),
        ratio,
        values.size(),
        limit,
        limit == null ? null : unit.endsWith(A_SECOND) ? ratio >= limit : ratio <= limit);
  }

  /** By interpolation between the two nearest samples. */
  static double quantile(List<Double> samples, double share) {
    List<Double> sorted = samples.stream().sorted().toList();
    double place = share * (sorted.size() - 1);
    double below = sorted.get((int) Math.floor(place));
    double above = sorted.get((int) Math.ceil(place));
    return below + (above - below) * (place - Math.floor(place));
  }

  private static double rounded(double value, double digits) {
    return Math.round(value * digits) / digits;
  }
}
