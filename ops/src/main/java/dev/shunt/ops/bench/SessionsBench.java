package dev.shunt.ops.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.BenchReport.Growth;
import dev.shunt.ops.lab.Lab;
import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabJvm;
import dev.shunt.ops.lab.LabOptions;
import dev.shunt.ops.lab.SessionFlow;
import dev.shunt.ops.lab.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code bench sessions}: how many new sessions a second an array of three takes, how soon the
 * other members know them, and what memory a session takes in each.
 *
 * <p>Real packets through real members; all three, and what sends, share the machine's processors.
 */
public final class SessionsBench {

  public static final String NAME = "sessions";

  /** New sessions a second. */
  static final int RATE = 10_000;

  private static final int SMALL = 10_000;
  private static final int MEDIUM = 100_000;
  private static final int MOST_STEADY = 90;
  private static final int LEAST_STEADY = 5;

  /** What the lab, the first sessions and the garbage collections take, seconds. */
  private static final int BESIDES = 40;

  /** As long as a session of datagrams lives without any, and a little more. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final double LAG_LIMIT_MILLIS = 10;
  private static final double RATE_LIMIT = 0.99;
  private static final double EXPIRY_LIMIT_SECONDS = 10;
  private static final double MICROS = 1_000;

  private static final Duration ARRAY_LIMIT = Duration.ofSeconds(90);
  private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);

  /** The lab's own are for a few sessions and for many labs on a machine. */
  private static final List<String> MEMBER_FLAGS = List.of("-Xmx2500m", "-XX:TieredStopAtLevel=4");

  private final Ticker ticker;
  private final Consumer<String> progress;
  private final List<BenchRow> rows = new ArrayList<>();

  /** Sessions there are, and bytes of each member's heap in use. */
  private record Level(int sessions, List<Double> heaps) {}

  /**
   * @param progress hears what goes on, a line at a time
   */
  public SessionsBench(Ticker ticker, Consumer<String> progress) {
    this.ticker = ticker;
    this.progress = progress;
  }

  /**
   * Takes about so long; 130 seconds for a million sessions, 260 to see them end, too.
   *
   * @throws BenchException if sessions were lost on their way
   */
  public BenchReport run(int seconds) throws BenchException {
    SessionFlow.require(progress);
    Machine.Time start = Machine.time();
    int steady = Math.clamp(seconds - BESIDES, LEAST_STEADY, MOST_STEADY);
    LabOptions options =
        LabOptions.named("bench" + ProcessHandle.current().pid())
            .withJvm(LabJvm.current().withMemberFlags(MEMBER_FLAGS));
    List<Growth> growth;
    try (Lab lab = Lab.up(options, progress)) {
      lab.awaitArray(ARRAY_LIMIT);
      SessionFlow flow = SessionFlow.in(lab);
      growth = fill(lab, flow, steady);
      if (seconds >= BESIDES + steady + SILENCE.toSeconds()) {
        expire(lab);
      }
    }
    double others = Math.round(Machine.time().othersSince(start) * 100) / 100.0;
    return new BenchReport(NAME, Machine.describe(), others, seconds, rows, growth);
  }

  private List<Growth> fill(Lab lab, SessionFlow flow, int steady) throws BenchException {
    // Compilers and pools are warm after them.
    List<Level> levels = new ArrayList<>();
    levels.add(begin(lab, flow, 2 * RATE, 0));
    levels.add(begin(lab, flow, SMALL, levels.getLast().sessions));
    levels.add(begin(lab, flow, MEDIUM - SMALL, levels.getLast().sessions));
    int before = levels.getLast().sessions;
    int count = steady * RATE;
    long began = ticker.nanos();
    flow.send(count, RATE);
    double sent = (ticker.nanos() - began) / 1e9;
    awaitSessions(lab, before + count);
    rate(count, sent, (ticker.nanos() - began) / 1e9);
    lag(lab);
    levels.add(level(lab, before + count));
    return memory(levels);
  }

  private Level begin(Lab lab, SessionFlow flow, int sessions, int before) throws BenchException {
    flow.send(sessions, RATE);
    awaitSessions(lab, before + sessions);
    return level(lab, before + sessions);
  }

  /** Every session that was sent is in every member's table, or it's an error that says which. */
  private void awaitSessions(Lab lab, int expected) throws BenchException {
    if (!Waiting.attempt(
        ARRIVAL_LIMIT, () -> sessions(lab).stream().allMatch(count -> count >= expected))) {
      throw new BenchException(
          "%d sessions were sent and the members have %s".formatted(expected, sessions(lab)));
    }
    progress.accept("%d sessions, known to all".formatted(expected));
  }

  private static List<Long> sessions(Lab lab) {
    return lab.topology().memberHosts().stream()
        .map(member -> replication(lab, member).path("sessions").asLong())
        .toList();
  }

  private static JsonNode replication(Lab lab, LabHost member) {
    return lab.admin(member.name()).get("/v1/status").path("replication");
  }

  private void rate(int count, double sent, double arrived) {
    Series series = new Series();
    series.add(count / arrived, count / sent);
    rows.add(
        series.row(
            "rate", "new sessions that every member knows", Series.A_SECOND, "sent", RATE_LIMIT));
  }

  /** Of the member for which it is the longest. */
  private void lag(Lab lab) {
    String scheduler = lab.resolve("scheduler");
    double median = 0;
    double high = 0;
    for (LabHost member : lab.topology().memberHosts()) {
      if (!member.name().equals(scheduler)) {
        JsonNode replication = replication(lab, member);
        median = Math.max(median, replication.path("lag_micros_p50").asLong() / MICROS);
        high = Math.max(high, replication.path("lag_micros_p99").asLong() / MICROS);
      }
    }
    rows.add(lag("lag-p50", "from the scheduler's knowing to another member's, median", median));
    rows.add(lag("lag-p99", "the same, 99th percentile", high));
  }

  private static BenchRow lag(String name, String what, double millis) {
    Series series = new Series();
    series.add(millis, LAG_LIMIT_MILLIS);
    return series.row(name, what, "ms", "10 ms", 1.0);
  }

  private Level level(Lab lab, int sessions) {
    List<Double> heaps =
        lab.topology().memberHosts().stream()
            .map(member -> lab.hosts().process(member.name()).orElseThrow().pid())
            .map(MemberHeap::used)
            .toList();
    progress.accept(
        "%d sessions: heaps in use %s MB"
            .formatted(sessions, heaps.stream().map(bytes -> Math.round(bytes / 1e6)).toList()));
    return new Level(sessions, heaps);
  }

  /** Above the first level, which is what a member takes without sessions and a few. */
  private List<Growth> memory(List<Level> levels) {
    Level base = levels.getFirst();
    List<String> names = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    for (Level level : levels.subList(1, levels.size())) {
      Series series = new Series();
      int more = level.sessions - base.sessions;
      for (int i = 0; i < level.heaps.size(); i++) {
        series.add((level.heaps.get(i) - base.heaps.get(i)) / more, 1);
      }
      String name = "bytes-per-session-" + size(more);
      BenchRow row = series.row(name, "heap of a member, median of three", "B", "1 B", null);
      names.add(name);
      costs.add(row.value() * more);
      rows.add(row);
    }
    double sizes = (double) (levels.getLast().sessions - base.sessions) / SMALL;
    double exponent = Math.log(costs.getLast() / costs.getFirst()) / Math.log(sizes);
    return List.of(new Growth("heap by sessions", names, Math.round(exponent * 100) / 100.0));
  }

  private static String size(int sessions) {
    return sessions % 1_000_000 == 0 ? sessions / 1_000_000 + "M" : sessions / 1_000 + "k";
  }

  /** How late the last one is forgotten everywhere. */
  private void expire(Lab lab) throws BenchException {
    long before = ticker.nanos();
    progress.accept("waiting for sessions to end: %d s of silence".formatted(SILENCE.toSeconds()));
    if (!Waiting.attempt(
        SILENCE.plus(ARRIVAL_LIMIT), () -> sessions(lab).stream().allMatch(count -> count == 0))) {
      throw new BenchException(
          "after their time the members still have " + sessions(lab) + " sessions");
    }
    double late = (ticker.nanos() - before) / 1e9 - SILENCE.toSeconds();
    Series series = new Series();
    series.add(Math.max(0, late), EXPIRY_LIMIT_SECONDS);
    rows.add(series.row("expiry", "all forgotten by all after their time", "s", "10 s", 1.0));
  }
}
