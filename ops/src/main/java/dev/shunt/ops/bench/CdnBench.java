package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.SamplePages.Kind;
import dev.shunt.ops.bench.SamplePages.Page;
import dev.shunt.ops.lab.LabJvm;
import dev.shunt.ops.lab.LabTools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * {@code bench cdn}: how fast the links of pages are rewritten, against npm's lol-html with the
 * same rules on the same pages.
 */
public final class CdnBench {

  public static final String NAME = "cdn";

  /** The names of all rows. */
  public static final List<String> ROWS =
      Stream.of(Kind.values()).flatMap(kind -> SamplePages.names(kind).stream()).toList();

  static final double LIMIT = 0.5;

  private static final String CDN = "https://cdn.example/";
  private static final String HEAP = "-Xmx512m";
  private static final int ROUNDS = 7;

  /** Of the time, for both compilers to have done what they do. */
  private static final double WARM_UP = 0.3;

  private static final long LEAST_MILLIS = 20;

  private final Ticker ticker;
  private final Consumer<String> progress;

  /**
   * @param ticker what the run's length is held against
   * @param progress hears what goes on, a line at a time
   */
  public CdnBench(Ticker ticker, Consumer<String> progress) {
    this.ticker = ticker;
    this.progress = progress;
  }

  /**
   * Takes about so long.
   *
   * @param only names of rows; none: all
   * @throws BenchException if something is missing here, or the two don't agree about a page
   */
  public BenchReport run(int seconds, Set<String> only) throws BenchException {
    LabTools.require(LolHtml.PROGRAMS, progress);
    Machine.Time start = Machine.time();
    List<Page> pages =
        SamplePages.all().stream()
            .filter(page -> only.isEmpty() || only.contains(page.name()))
            .toList();
    List<BenchRow> rows;
    try (RunDirectory run = RunDirectory.create()) {
      for (Page page : pages) {
        Files.write(run.path().resolve(page.name() + RewriteWorker.PAGE), page.bytes());
      }
      LolHtml.install(run);
      rows = rows(run, pages, seconds);
    } catch (IOException e) {
      throw new BenchException("pages: " + e.getMessage(), e);
    }
    double others = Math.round(Machine.time().othersSince(start) * 100) / 100.0;
    return new BenchReport(NAME, Machine.describe(), others, seconds, rows, growth(rows));
  }

  private List<BenchRow> rows(RunDirectory run, List<Page> pages, int seconds)
      throws BenchException {
    List<String> worker =
        LabJvm.current()
            .daemon(List.of(HEAP), List.of("bench", "rewriting", run.path().toString()));
    RewriteSide shunt = RewriteSide.start(run, RewriteWorker.NAME, worker);
    RewriteSide other = RewriteSide.start(run, LolHtml.NAME, LolHtml.command(run));
    progress.accept("%s against %s".formatted(shunt.version(), other.version()));
    for (Page page : pages) {
      compare(page.name(), shunt.result(page), other.result(page));
    }
    long sides = 2L * pages.size();
    long warmUp = millis(seconds * WARM_UP / sides);
    for (Page page : pages) {
      shunt.rate(page, warmUp);
      other.rate(page, warmUp);
    }
    List<Series> series = pages.stream().map(_ -> new Series()).toList();
    long sample = millis(seconds * (1 - WARM_UP) / (sides * ROUNDS));
    for (int round = 0; round < ROUNDS; round++) {
      long begin = ticker.nanos();
      for (int i = 0; i < pages.size(); i++) {
        double reference = other.rate(pages.get(i), sample);
        series.get(i).add(shunt.rate(pages.get(i), sample), reference);
      }
      progress.accept(
          "round %d of %d: %.1f s"
              .formatted(
                  round + 1, ROUNDS, Duration.ofNanos(ticker.nanos() - begin).toMillis() / 1e3));
    }
    List<BenchRow> rows = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      Page page = pages.get(i);
      int links = links(shunt.result(page));
      String what = "%s, %d links change".formatted(page.what(), links);
      rows.add(series.get(i).row(page.name(), what, "MB/s", LolHtml.NAME, LIMIT));
    }
    return rows;
  }

  private static long millis(double seconds) {
    return Math.max(LEAST_MILLIS, Math.round(seconds * 1e3));
  }

  /**
   * Both must have done the same.
   *
   * @throws BenchException if not; the message says how many links each has changed, and where the
   *     results part
   */
  static void compare(String page, byte[] own, byte[] other) throws BenchException {
    int at = Arrays.mismatch(own, other);
    if (at >= 0) {
      throw new BenchException(
          "%s: shunt changed %d links, lol-html %d, and the results part at '%s' and '%s'"
              .formatted(page, links(own), links(other), around(own, at), around(other, at)));
    }
    if (links(own) == 0) {
      throw new BenchException(page + ": no link changed");
    }
  }

  private static String around(byte[] page, int at) {
    int from = Math.max(0, at - 20);
    int to = Math.min(page.length, at + 20);
    return new String(page, from, to - from, StandardCharsets.UTF_8);
  }

  /** How many links of a result lead to the CDN: no page has any before. */
  static int links(byte[] page) {
    return new String(page, StandardCharsets.ISO_8859_1).split(CDN, -1).length - 1;
  }

  /** How the time for a page grows with its bytes. */
  static List<BenchReport.Growth> growth(List<BenchRow> rows) {
    List<BenchReport.Growth> growth = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<String> decades = SamplePages.names(kind);
      List<Double> rates =
          rows.stream().filter(row -> decades.contains(row.name())).map(BenchRow::value).toList();
      if (rates.size() == decades.size()) {
        double exponent = 1 - Math.log10(rates.getLast() / rates.getFirst()) / (rates.size() - 1);
        String what = kind.name().toLowerCase(Locale.ROOT) + " page by bytes";
        growth.add(new BenchReport.Growth(what, decades, Math.round(exponent * 100) / 100.0));
      }
    }
    return growth;
  }
}
