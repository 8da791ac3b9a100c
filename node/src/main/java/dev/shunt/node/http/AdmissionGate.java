package dev.shunt.node.http;

import dev.shunt.node.AdmissionStats;
import dev.shunt.node.LatencyGoal;
import dev.shunt.node.choice.AdmissionControl;
import dev.shunt.node.choice.RateGate;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits new sessions of a service as far as existing ones allow it. What is measured and decided
 * happens on the one event loop it is given; {@link #admits} is for all.
 */
final class AdmissionGate {

  private static final Logger LOG = LoggerFactory.getLogger(AdmissionGate.class);

  /** Fewer requests say nothing about the slowest of a hundred: they wait for the next window's. */
  private static final int MIN_SAMPLES = 10;

  private static final int LONGEST_RETRY_AFTER = 30;

  /** What was decided last. */
  private record Verdict(boolean limiting, double rate, long p99Micros, int retryAfter) {}

  private final LatencyGoal goal;
  private final String service;
  private final AdmissionControl control;
  private final RateGate gate = new RateGate();
  private final Histogram existing = AdmissionLoop.emptyHistogram();
  private final Histogram fresh = AdmissionLoop.emptyHistogram();
  private volatile Verdict verdict = new Verdict(false, 0, 0, 1);
  private long lastOffered;
  private long lastRefused;
  private long lookedNanos;

  AdmissionGate(LatencyGoal goal, String service) {
    this.goal = goal;
    this.service = service;
    this.control = new AdmissionControl(goal);
  }

  void start(List<ServiceLoop> loops, EventLoop eventLoop) {
    lookedNanos = loops.getFirst().worker.now();
    long window = goal.window().toNanos();
    var _ =
        eventLoop.scheduleWithFixedDelay(() -> look(loops), window, window, TimeUnit.NANOSECONDS);
  }

  /** Whether another new session may begin. */
  boolean admits(long now) {
    return gate.admits(now);
  }

  /** In seconds, how soon one that may not should come again. */
  int retryAfter() {
    return verdict.retryAfter();
  }

  AdmissionStats stats(List<ServiceLoop> loops) {
    Verdict now = verdict;
    return new AdmissionStats(
        now.limiting(),
        now.rate(),
        now.p99Micros(),
        sum(loops, Count.NEW_SESSIONS),
        sum(loops, Count.ADMISSION_REFUSED));
  }

  private static long sum(List<ServiceLoop> loops, Count counter) {
    return loops.stream().mapToLong(loop -> loop.counters.get(counter)).sum();
  }

  private void look(List<ServiceLoop> loops) {
    long now = loops.getFirst().worker.now();
    double seconds = (double) Math.max(1, now - lookedNanos) / TimeUnit.SECONDS.toNanos(1);
    lookedNanos = now;
    long offered = sum(loops, Count.NEW_SESSIONS);
    long refused = sum(loops, Count.ADMISSION_REFUSED);
    double came = (offered - lastOffered) / seconds;
    double admitted = came - (refused - lastRefused) / seconds;
    lastOffered = offered;
    lastRefused = refused;
    long p99 = measure(loops);
    boolean stuck = existing.getTotalCount() == 0 && sum(loops, Count.ACTIVE) > 0;
    control.look(p99, stuck, came, admitted);
    decide(p99, came, now);
  }

  /** In nanoseconds; existing sessions alone count where there are enough of their requests. */
  private long measure(List<ServiceLoop> loops) {
    for (ServiceLoop loop : loops) {
      AdmissionLoop measured = loop.admission;
      if (measured != null) {
        measured.drain(existing, fresh);
      }
    }
    Histogram of = existing;
    if (existing.getTotalCount() < MIN_SAMPLES) {
      existing.add(fresh);
    }
    long p99 = AdmissionControl.UNKNOWN;
    if (of.getTotalCount() >= MIN_SAMPLES) {
      long waiting = loops.stream().mapToLong(loop -> loop.worker.lag()).max().orElse(0);
      p99 = TimeUnit.MICROSECONDS.toNanos(of.getValueAtPercentile(99)) + waiting;
      existing.reset();
    }
    fresh.reset();
    return p99;
  }

  private void decide(long p99, double offered, long now) {
    boolean before = verdict.limiting();
    if (control.limiting()) {
      gate.limit(control.rate(), now);
    } else {
      gate.open();
    }
    double rate = control.limiting() ? control.rate() : 0;
    verdict =
        new Verdict(
            control.limiting(),
            rate,
            Math.max(0, TimeUnit.NANOSECONDS.toMicros(p99)),
            rate == 0 ? 1 : (int) Math.clamp(offered / rate, 1, LONGEST_RETRY_AFTER));
    if (before != control.limiting()) {
      LOG.info(
          "service {}: {}",
          service,
          before
              ? "all new sessions are admitted again"
              : "new sessions are refused: existing ones take "
                  + TimeUnit.NANOSECONDS.toMillis(p99)
                  + " ms, allowed are "
                  + goal.p99().toMillis());
    }
  }
}
