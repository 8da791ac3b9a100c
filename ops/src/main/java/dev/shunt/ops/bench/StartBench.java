package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.Proxy.Kind;
import dev.shunt.ops.lab.LabTools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code bench start}: how long a daemon takes from its start to the first request that it served,
 * and how much slower its first requests are than its later ones.
 */
public final class StartBench {

  public static final String NAME = "start";

  static final double FIRST_LIMIT = 3.0;
  static final double WARM_LIMIT = 3.0;
  private static final int STARTS = 5;
  private static final int MOST_STARTS = 21;
  private static final int CONNECTIONS = 16;

  /** Requests a second on each connection. */
  private static final int RATE = 50;

  private static final int LONGEST_SPAN = 60;
  private static final String ALL_CPUS = "0-1";

  private final Ticker ticker;
  private final Consumer<String> progress;

  /**
   * @param ticker what times are taken with
   * @param progress hears what goes on, a line at a time
   */
  public StartBench(Ticker ticker, Consumer<String> progress) {
    this.ticker = ticker;
    this.progress = progress;
  }

  /**
   * Takes about so long, longer where the least number of starts does: half of it for starts, half
   * for the requests of one daemon, at most {@value #LONGEST_SPAN} seconds each for the first ones
   * and the later ones.
   *
   * @throws BenchException if something is missing here, or an answer was wrong
   */
  public BenchReport run(int seconds) throws BenchException {
    return run(seconds, STARTS);
  }

  BenchReport run(int seconds, int leastStarts) throws BenchException {
    LabTools.require(Generator.PROGRAMS, progress);
    Machine.Time start = Machine.time();
    List<BenchRow> rows = new ArrayList<>();
    try (Stand stand = Stand.open(false)) {
      rows.add(
          starts(stand, ticker.nanos() + Duration.ofSeconds(seconds / 2).toNanos(), leastStarts));
      rows.add(firstRequests(stand, Math.clamp(seconds / 4, 1, LONGEST_SPAN)));
    }
    double others = Math.round(Machine.time().othersSince(start) * 100) / 100.0;
    return new BenchReport(NAME, Machine.describe(), others, seconds, rows, List.of());
  }

  /** The limit is one of seconds: the reference is a second. */
  private BenchRow starts(Stand stand, long until, int least) throws BenchException {
    Series series = new Series();
    for (int i = 0; i < MOST_STARTS; i++) {
      if (i >= least && ticker.nanos() - until > 0) {
        break;
      }
      long before = ticker.nanos();
      Proxy proxy = stand.start(Kind.SHUNT, ALL_CPUS, List.of());
      FeatureCheck.answers(proxy);
      double seconds = (ticker.nanos() - before) / 1e9;
      series.add(seconds, 1);
      stand.endLast();
      progress.accept("first request served after %.2f s".formatted(seconds));
    }
    return series.row(
        "first-request", "from the start to the first request served", "s", "1 s", FIRST_LIMIT);
  }

  private BenchRow firstRequests(Stand stand, int span) throws BenchException {
    Generator generator = new Generator(stand.dir());
    Proxy proxy = stand.start(Kind.SHUNT, ALL_CPUS, List.of());
    String url = stand.url(proxy) + "/" + Stand.SMALL;
    double first = high(generator.latencies(url, CONNECTIONS, RATE, span));
    double steady = high(generator.latencies(url, CONNECTIONS, RATE, span));
    stand.endLast();
    Series series = new Series();
    series.add(first, steady);
    return series.row(
        "first-p99",
        "p99 of the first %d s against the next, %d requests/s".formatted(span, CONNECTIONS * RATE),
        "us",
        "steady",
        WARM_LIMIT);
  }

  private static double high(List<Double> latencies) {
    return Series.quantile(latencies, 0.99);
  }
}
