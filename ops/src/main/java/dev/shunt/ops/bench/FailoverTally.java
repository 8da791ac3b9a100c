package dev.shunt.ops.bench;

import dev.shunt.ops.bench.FailoverRow.Spread;
import dev.shunt.ops.lab.FailoverFault;
import dev.shunt.ops.lab.FailoverTrial.Seen;
import dev.shunt.ops.lab.SessionLosses;
import dev.shunt.ops.lab.SessionLosses.Age;
import dev.shunt.ops.lab.SessionLosses.Count;
import dev.shunt.ops.lab.Waits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The runs of one fault on one contender. */
final class FailoverTally {

  /** Of a median and of the longest, in milliseconds. */
  record Limit(double median, double max) {}

  private static final Limit KILL = new Limit(5, 5);
  private static final Limit LEASE = new Limit(300, 600);
  private static final Limit HANDOVER = new Limit(10, 10);
  private static final double DIGITS = 100;

  private final String peer;
  private final FailoverFault fault;
  private final List<Seen> runs = new ArrayList<>();
  private int failed;

  /**
   * @param peer its name; empty for an array of this project
   */
  FailoverTally(String peer, FailoverFault fault) {
    this.peer = peer;
    this.fault = fault;
  }

  String name() {
    return peer.isEmpty() ? fault.toString() : peer + "/" + fault;
  }

  FailoverFault fault() {
    return fault;
  }

  void add(Seen seen) {
    runs.add(seen);
  }

  void failed() {
    failed++;
  }

  int done() {
    return runs.size() + failed;
  }

  @Nullable Limit limit() {
    if (!peer.isEmpty()) {
      return null;
    }
    return switch (fault) {
      case KILL -> KILL;
      case FREEZE, CUT -> LEASE;
      case HANDOVER -> HANDOVER;
    };
  }

  /**
   * The blackout that counts, by what kernels do: how busy a program is that answers is not in it.
   * A peer has no sessions on other hosts, so it is until the next new connection is accepted.
   */
  Waits blackout(Seen seen) {
    return peer.isEmpty() ? seen.delivered() : seen.opened();
  }

  private String read() {
    return peer.isEmpty() ? "delivered" : "opened";
  }

  /** Sessions on hosts that live on; of a peer all, for it has none there. */
  private Count counted(Seen seen) {
    Count living = seen.sessions().onLiving();
    return peer.isEmpty() ? living : living.plus(seen.sessions().onStruck());
  }

  /** Whether a run keeps what is allowed: limits, sessions, a successor and an end. */
  boolean good(Seen seen) {
    Limit limit = limit();
    boolean done = seen.movedMillis() >= 0 && blackout(seen).over() && blackout(seen).begun() > 0;
    return limit == null
        ? done
        : done && blackout(seen).millis() <= limit.max() && counted(seen).lost() == 0;
  }

  /** A run in a line. */
  String line(Seen seen) {
    Count counted = counted(seen);
    return "%s of %s: %.1f ms (%s), answered %.1f, new %.1f, before %.1f; %d of %d sessions lost%s; the VIP elsewhere after %.0f ms"
        .formatted(
            name(),
            seen.struck(),
            blackout(seen).millis(),
            read(),
            seen.answered().millis(),
            seen.opened().millis(),
            seen.control().millis(),
            counted.lost(),
            counted.sessions(),
            peer.isEmpty()
                ? " (%d of %d on the one struck)"
                    .formatted(
                        seen.sessions().onStruck().lost(), seen.sessions().onStruck().sessions())
                : "",
            seen.movedMillis());
  }

  FailoverRow row() {
    Spread blackout = spread(seen -> blackout(seen).millis());
    Count counted = runs.stream().map(this::counted).reduce(Count.NONE, Count::plus);
    Count struck = runs.stream().map(s -> s.sessions().onStruck()).reduce(Count.NONE, Count::plus);
    Limit limit = limit();
    return new FailoverRow(
        name(),
        fault.meaning(),
        "ms",
        blackout.median(),
        blackout.p99(),
        blackout.max(),
        read(),
        runs.size(),
        failed,
        counted.lost(),
        counted.sessions(),
        byAge(true),
        byAge(false),
        struck.lost(),
        struck.sessions(),
        peer.isEmpty() ? spread(seen -> seen.delivered().millis()) : null,
        spread(seen -> seen.answered().millis()),
        spread(seen -> seen.opened().millis()),
        spread(Seen::disturbedMillis),
        runs.stream().mapToInt(Seen::failedNew).sum(),
        spread(seen -> seen.control().millis()),
        spread(seen -> seen.controlOpened().millis()),
        spread(Seen::movedMillis),
        runs.stream().mapToInt(seen -> seen.requests().lost()).sum(),
        rounded(runs.stream().mapToDouble(s -> s.requests().longestMillis()).max().orElse(0)),
        runs.stream().mapToInt(seen -> seen.lostBefore() + seen.sessions().ailing()).sum(),
        limit == null ? null : limit.median(),
        limit == null ? null : limit.max(),
        limit == null ? null : keeps(limit, blackout, counted));
  }

  private boolean keeps(Limit limit, Spread blackout, Count counted) {
    return failed == 0
        && runs.stream().allMatch(this::good)
        && blackout.median() <= limit.median()
        && counted.lost() == 0;
  }

  private Map<String, Integer> byAge(boolean lost) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Age age : Age.values()) {
      Count count =
          runs.stream().map(Seen::sessions).map(s -> of(s, age)).reduce(Count.NONE, Count::plus);
      counts.put(age.toString(), lost ? count.lost() : count.sessions());
    }
    return counts;
  }

  private Count of(SessionLosses sessions, Age age) {
    Count living = sessions.living().getOrDefault(age, Count.NONE);
    return peer.isEmpty() ? living : living.plus(sessions.struck().getOrDefault(age, Count.NONE));
  }

  private Spread spread(ToDoubleFunction<Seen> time) {
    List<Double> times = runs.stream().mapToDouble(time).boxed().toList();
    if (times.isEmpty()) {
      return new Spread(0, 0, 0);
    }
    return new Spread(
        rounded(Series.quantile(times, 0.5)),
        rounded(Series.quantile(times, 0.99)),
        rounded(Series.quantile(times, 1)));
  }

  private static double rounded(double millis) {
    return Math.round(millis * DIGITS) / DIGITS;
  }
}
