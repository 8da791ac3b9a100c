package dev.shunt.ops.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * One failover under load: what sessions on other hosts and new connections see of it, off the
 * wire, and which sessions are lost.
 */
public final class FailoverTrial {

  /** Mostly to settle: a session that its host never answers again is lost after some seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(12);

  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration CALM_LIMIT = Duration.ofSeconds(60);

  /** How long nothing happens before the fault: what the machine does to probes by itself. */
  private static final Duration CONTROL = Duration.ofSeconds(2);

  /** What is seen after another host has the VIP. */
  private static final Duration AFTER = Duration.ofSeconds(1);

  /** As long as a request may take before it counts as failed, and a little more. */
  private static final Duration CALM = Duration.ofMillis(3_500);

  private static final Duration HOLD = Duration.ofMillis(1_200);
  private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(50);
  private static final int CONNECTIONS = 9;
  private static final int BEATS = 24;

  /**
   * What was seen.
   *
   * @param struck the host that the fault befell
   * @param movedMillis until the client sent to another host; -1 if it never did
   * @param delivered of datagrams of established sessions on other hosts, of all where all live on:
   *     until their host got them
   * @param answered the same until they were answered
   * @param opened of new connections
   * @param disturbedMillis from the first new connection not accepted at once to the last one
   * @param failedNew new connections that failed
   * @param control {@code answered} while nothing was wrong
   * @param controlOpened {@code opened} while nothing was wrong
   * @param requests how long requests were on their way to other hosts
   * @param lostBefore sessions that broke while nothing was wrong
   * @param failures each failure in words
   */
  public record Seen(
      String struck,
      double movedMillis,
      Waits delivered,
      Waits answered,
      Waits opened,
      double disturbedMillis,
      int failedNew,
      Waits control,
      Waits controlOpened,
      Deliveries.Seen requests,
      SessionLosses sessions,
      int lostBefore,
      List<String> failures) {}

  private final Contender contender;
  private final int newPerSecond;

  /**
   * @param newPerSecond connections that are opened each second
   */
  public FailoverTrial(Contender contender, int newPerSecond) {
    this.contender = contender;
    this.newPerSecond = newPerSecond;
  }

  /**
   * Does it, and leaves what it broke broken.
   *
   * @param keep where the lab's logs and the captures are copied to, if this was worth keeping
   */
  public Seen run(FailoverFault fault, Path keep, Predicate<Seen> worth) {
    Lab lab = contender.lab();
    LoadOptions options =
        LoadOptions.standard()
            .withConnections(CONNECTIONS, BETWEEN_REQUESTS)
            .withFresh(newPerSecond)
            .withHold(HOLD);
    try (WireWatch wire = WireWatch.start(lab, contender.hosts());
        LoadHandle load = lab.load(options)) {
      boolean kept = false;
      try {
        Seen seen = run(fault, wire, load);
        kept = !worth.test(seen);
        return seen;
      } finally {
        if (!kept) {
          lab.collectEvidence(keep);
        }
      }
    }
  }

  private Seen run(FailoverFault fault, WireWatch wire, LoadHandle load) {
    String holder = contender.holder();
    String dead = fault.spares() && contender.spreads() ? "" : holder;
    // Where all sessions are on the host with the VIP, who asks there waits for the next one.
    Predicate<String> counts = host -> !contender.spreads() || !host.equals(dead);
    prepare(wire, load, counts);
    long control = epochMicros();
    Waiting.pause(CONTROL);
    long from = epochMicros();
    long at = Waiting.nowMicros();
    contender.strike(fault, holder);
    Waiting.attempt(LIMIT, () -> contender.replaced(holder));
    Waiting.pause(AFTER);
    long settled = Waiting.nowMicros();
    List<Integer> unsettled = new ArrayList<>();
    Waiting.attempt(
        LIMIT,
        () -> {
          unsettled.clear();
          unsettled.addAll(load.unsettled(settled));
          // What was there at the fault, and not what was opened since.
          return unsettled.isEmpty();
        });
    LoadReport report = load.report();
    long to = epochMicros();
    WireView view = wire.stop();

    ServedBy servedBy = view.servedBy();
    Losses losses = Losses.between(report, servedBy, at, at, Waiting.nowMicros());
    Set<Integer> beats = view.beatsOn(counts, from);
    return new Seen(
        holder,
        view.movedMillis(contender.lab().topology().require(holder), from),
        view.delivered(beats, from, to),
        view.answered(beats, from, to),
        view.opened(from, to),
        view.disturbedMillis(from, to),
        losses.nobodys()
            + losses.members().values().stream().mapToInt(Losses.OnMember::failedNew).sum(),
        view.answered(beats, control, from),
        view.opened(control, from),
        view.requests(counts, servedBy, from, to),
        SessionLosses.of(report, unsettled, servedBy, dead, at),
        lostBefore(report, at),
        sessionsFirst(losses.failures()));
  }

  /** Those of sessions that were there at the fault, then the others. */
  private static List<String> sessionsFirst(List<String> failures) {
    return failures.stream()
        .sorted(Comparator.comparing(words -> !words.contains("opened at -")))
        .toList();
  }

  private static int lostBefore(LoadReport report, long at) {
    return (int) report.failures().stream().filter(failure -> failure.atMicros() < at).count();
  }

  /**
   * Opens sessions of datagrams until every host in question has one, and keeps one on each; then
   * waits until the load goes well.
   */
  private void prepare(WireWatch wire, LoadHandle load, Predicate<String> counts) {
    Waiting.until(
        START_LIMIT, () -> load.lastTick().isPresent(), () -> "the load client says nothing");
    Set<Integer> mine = Set.copyOf(load.addBeats(LabTopology.ECHO_PORT, BEATS));
    Map<String, Integer> chosen = new TreeMap<>();
    long wanted =
        contender.spreads()
            ? contender.hosts().stream().map(LabHost::name).filter(counts).count()
            : 1;
    Waiting.until(
        START_LIMIT,
        () -> {
          Map<Integer, String> servedBy = wire.beatsServedBy();
          // A late answer may be to one of an earlier load.
          servedBy.keySet().retainAll(mine);
          servedBy.forEach((port, host) -> chosen.putIfAbsent(host, port));
          chosen.keySet().removeIf(counts.negate());
          return chosen.size() >= wanted;
        },
        () -> "of %d sessions of datagrams some came to %s only".formatted(BEATS, chosen.keySet()));
    load.keepBeats(List.copyOf(chosen.values()));
    AtomicLong failed = new AtomicLong(-1);
    AtomicLong since = new AtomicLong();
    Waiting.until(
        CALM_LIMIT,
        () -> {
          LoadReport.Tick tick = load.lastTick().orElseThrow();
          if (failed.getAndSet(tick.failed()) != tick.failed()) {
            since.set(tick.atMicros());
          }
          return tick.atMicros() - since.get() > CALM.toNanos() / 1_000;
        },
        () -> "requests fail before anything is broken, %d by now".formatted(failed.get()));
  }

  private static long epochMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
