package dev.shunt.ops.bench;

import dev.shunt.ops.bench.Proxy.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One figure of each proxy in each round. */
final class Contest {

  private final Map<Kind, List<Double>> samples = new EnumMap<>(Kind.class);

  /** A round's figure; every proxy has one in each round. */
  void add(Kind kind, double value) {
    samples.computeIfAbsent(kind, _ -> new ArrayList<>()).add(value);
  }

  /** The median over the rounds. */
  double median(Kind kind) {
    return Series.quantile(samples.getOrDefault(kind, List.of(0.0)), 0.5);
  }

  /**
   * Against the better of the others, and behind that against the other one.
   *
   * @param limit of the ratio to the better one; absent: none
   */
  List<BenchRow> rows(String name, String what, String unit, @Nullable Double limit) {
    boolean moreIsBetter = unit.endsWith(Series.A_SECOND);
    boolean nginx = (median(Kind.NGINX) <= median(Kind.HAPROXY)) != moreIsBetter;
    Kind better = nginx ? Kind.NGINX : Kind.HAPROXY;
    Kind other = nginx ? Kind.HAPROXY : Kind.NGINX;
    return List.of(
        series(better).row(name, what, unit, better.toString(), limit),
        series(other).row(name + "/" + other, what, unit, other.toString(), null));
  }

  private Series series(Kind reference) {
    Series series = new Series();
    List<Double> own = samples.getOrDefault(Kind.SHUNT, List.of());
    List<Double> others = samples.getOrDefault(reference, List.of());
    for (int i = 0; i < own.size(); i++) {
      series.add(own.get(i), others.get(i));
    }
    return series;
  }
}
