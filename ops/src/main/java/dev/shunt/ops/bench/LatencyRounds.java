package dev.shunt.ops.bench;

import dev.shunt.ops.bench.Proxy.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The time that a proxy adds to a request at a load that all can bear: the same number of requests
 * a second through each and past all of them.
 */
final class LatencyRounds {

  static final double LIMIT = 1.0;
  static final String MEDIAN = "added-p50";
  static final String HIGH = "added-p99";
  static final List<String> ROWS = List.of(MEDIAN, HIGH);

  /** Requests a second on each connection: one every 20 ms. */
  private static final int RATE = 50;

  private static final int CONNECTIONS = 64;
  private static final double LEAST_MICROS = 1;

  private final Stand stand;
  private final Generator generator;
  private final Set<String> only;
  private final Contest median = new Contest();
  private final Contest high = new Contest();

  LatencyRounds(Stand stand, Generator generator, Set<String> only) {
    this.stand = stand;
    this.generator = generator;
    this.only = only;
  }

  List<BenchRow> run(int rounds, int seconds) throws BenchException {
    List<BenchRow> rows = new ArrayList<>();
    if (ROWS.stream().noneMatch(this::wanted)) {
      return rows;
    }
    for (int round = 0; round < rounds; round++) {
      List<Proxy> order = new ArrayList<>(stand.proxies());
      Collections.rotate(order, round);
      List<Double> direct = sample("http://127.0.0.1:" + stand.serverPort(), seconds);
      for (Proxy proxy : order) {
        List<Double> through = sample(stand.url(proxy), seconds);
        add(median, proxy.kind(), through, direct, 0.5);
        add(high, proxy.kind(), through, direct, 0.99);
      }
    }
    String what = "%d connections, each %d times a second, 200 B".formatted(CONNECTIONS, RATE);
    if (wanted(MEDIAN)) {
      rows.addAll(median.rows(MEDIAN, "added median, " + what, "us", null));
    }
    if (wanted(HIGH)) {
      rows.addAll(high.rows(HIGH, "added p99, " + what, "us", LIMIT));
    }
    return rows;
  }

  private boolean wanted(String row) {
    return only.isEmpty() || only.contains(row);
  }

  private List<Double> sample(String base, int seconds) throws BenchException {
    return generator.latencies(base + "/" + Stand.SMALL, CONNECTIONS, RATE, seconds);
  }

  private static void add(
      Contest to, Kind kind, List<Double> through, List<Double> direct, double share) {
    double added = Series.quantile(through, share) - Series.quantile(direct, share);
    to.add(kind, Math.max(LEAST_MICROS, added));
  }
}
