package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.Proxy.Kind;
import dev.shunt.ops.bench.Proxy.Used;
import dev.shunt.ops.lab.LabTools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * {@code bench http} and {@code bench tls}: processor time that a request takes in Shunt, nginx and
 * HAProxy, with the same features, under the same load, in turn.
 */
public final class ProxyBench {

  public static final String HTTP = "http";
  public static final String TLS = "tls";

  /** The names of all rows of {@code bench http} that can be asked for. */
  public static final List<String> HTTP_ROWS = names(Shape.KEEP_ALIVE, LatencyRounds.ROWS);

  /** The same of {@code bench tls}. */
  public static final List<String> TLS_ROWS = names(Shape.SECURE, HandshakeRounds.ROWS);

  static final double HTTP_LIMIT = 0.9;
  static final double TLS_LIMIT = 1.0;
  private static final int LEAST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 51;
  private static final String MICROS = "us";

  /** Of the time, for the JVM's compilers to have done what they do. */
  private static final double WARM_UP = 0.25;

  /** Of the time, for each round of handshakes that is thrown away for the same. */
  private static final int SECONDS_A_ROUND = 40;

  /** A sample is so much of the time. */
  private static final int SAMPLES = 60;

  private final Ticker ticker;
  private final Consumer<String> progress;
  private final boolean tls;
  private final Map<String, Figures> figures = new LinkedHashMap<>();

  /** What a row's rounds gave. */
  private static final class Figures {
    final Contest cpu = new Contest();
    final Contest rate = new Contest();
    final List<Double> compiling = new ArrayList<>();
  }

  /**
   * @param ticker what the run's length is held against
   * @param progress hears what goes on, a line at a time
   * @param tls whether clients speak TLS with the proxies
   */
  public ProxyBench(Ticker ticker, Consumer<String> progress, boolean tls) {
    this.ticker = ticker;
    this.progress = progress;
    this.tls = tls;
  }

  private static List<String> names(List<Shape> shapes, List<String> more) {
    return Stream.concat(shapes.stream().map(Shape::name), more.stream()).toList();
  }

  /**
   * Takes about so long, longer where the least number of rounds does.
   *
   * @param only names of rows; none: all
   * @throws BenchException if something is missing here, a proxy lacks a feature, or an answer was
   *     wrong
   */
  public BenchReport run(int seconds, Set<String> only) throws BenchException {
    return run(seconds, only, LEAST_ROUNDS);
  }

  /**
   * The same with fewer rounds than make a median.
   *
   * @param leastRounds at least 1
   */
  public BenchReport run(int seconds, Set<String> only, int leastRounds) throws BenchException {
    LabTools.require(Generator.PROGRAMS, progress);
    Machine.Time start = Machine.time();
    long begin = ticker.nanos();
    List<Shape> all = tls ? Shape.SECURE : Shape.KEEP_ALIVE;
    List<Shape> shapes =
        all.stream().filter(shape -> only.isEmpty() || only.contains(shape.name())).toList();
    List<BenchRow> rows = new ArrayList<>();
    try (Stand stand = Stand.open(tls)) {
      for (Kind kind : Kind.values()) {
        FeatureCheck.check(stand.start(kind), stand.certificate());
      }
      progress.accept("shunt, nginx and haproxy stand: %d loads".formatted(shapes.size()));
      int sample = Math.max(1, seconds / SAMPLES);
      Generator generator = new Generator(stand.dir());
      List<Shape> warming = shapes.isEmpty() ? List.of(all.getFirst()) : shapes;
      warmUp(stand, generator, warming, begin + (long) (WARM_UP * nanos(seconds)), sample);
      long end = begin + nanos(seconds);
      for (int round = 0; round < MOST_ROUNDS && !shapes.isEmpty(); round++) {
        if (round >= leastRounds && ticker.nanos() - end > 0) {
          break;
        }
        for (Shape shape : shapes) {
          round(stand, generator, shape, round, sample);
        }
      }
      shapes.forEach(shape -> rows.addAll(rows(shape)));
      if (tls) {
        rows.addAll(new HandshakeRounds(stand, only, warmUpRounds(seconds)).run(leastRounds));
      } else {
        rows.addAll(new LatencyRounds(stand, generator, only).run(leastRounds, sample));
      }
    }
    double others = Math.round(Machine.time().othersSince(start) * 100) / 100.0;
    return new BenchReport(tls ? TLS : HTTP, Machine.describe(), others, seconds, rows, List.of());
  }

  private static int warmUpRounds(int seconds) {
    return Math.max(2, seconds / SECONDS_A_ROUND);
  }

  private static long nanos(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private void warmUp(Stand stand, Generator generator, List<Shape> shapes, long until, int sample)
      throws BenchException {
    do {
      for (Shape shape : shapes) {
        for (Proxy proxy : stand.proxies()) {
          if (proxy.kind() == Kind.SHUNT) {
            shape.send(generator, stand.url(proxy), sample);
          }
        }
      }
    } while (ticker.nanos() - until < 0);
  }

  /** Each proxy once, another one first in each round. */
  private void round(Stand stand, Generator generator, Shape shape, int round, int seconds)
      throws BenchException {
    List<Proxy> order = new ArrayList<>(stand.proxies());
    Collections.rotate(order, round);
    Figures of = figures.computeIfAbsent(shape.name(), _ -> new Figures());
    StringBuilder line = new StringBuilder(shape.name());
    for (Proxy proxy : order) {
      stand.emptyLog(proxy);
      Used before = proxy.used();
      Load load = shape.run(generator, stand.url(proxy), seconds);
      Used used = proxy.used().since(before);
      stand.checkLog(proxy, load.requests());
      double micros = used.all() * 1e6 / load.requests();
      of.cpu.add(proxy.kind(), micros);
      of.rate.add(proxy.kind(), load.rate());
      if (proxy.kind() == Kind.SHUNT) {
        of.compiling.add(used.compiling() / Math.max(used.all(), 1e-3));
      }
      line.append("  %s %.1f us, %.0f/s".formatted(proxy.kind(), micros, load.rate()));
    }
    progress.accept(line.toString());
  }

  private List<BenchRow> rows(Shape shape) {
    Figures of = figures.getOrDefault(shape.name(), new Figures());
    long compiling = Math.round(100 * Series.quantile(of.compiling, 0.5));
    List<BenchRow> rows = new ArrayList<>();
    rows.addAll(
        of.cpu.rows(
            shape.name(),
            "processor time a request, %s; JIT %d%% of it".formatted(shape.what(), compiling),
            MICROS,
            tls ? TLS_LIMIT : HTTP_LIMIT));
    rows.addAll(of.rate.rows("rate-" + shape.name(), shape.what(), "requests/s", null));
    return rows;
  }
}
