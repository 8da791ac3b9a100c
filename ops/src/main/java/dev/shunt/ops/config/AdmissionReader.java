package dev.shunt.ops.config;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.LatencyGoal;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.Algorithm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads {@code admission:} of a service: how many new sessions it takes, by the scheduler's limits
 * and by what a node promises existing sessions.
 */
final class AdmissionReader {

  private static final String MAX_SESSIONS = "max_sessions";
  private static final String MAX_PER_TARGET = "max_sessions_per_target";
  private static final String RATE = "new_sessions_per_second";
  private static final String BURST = "burst";
  private static final String MAX_RESPONSE_TIME = "max_response_time";

  private static final String P99 = "p99";
  private static final String[] OF_SCHEDULER = {
    MAX_SESSIONS, MAX_PER_TARGET, RATE, BURST, MAX_RESPONSE_TIME, "refuse"
  };
  private static final String[] OF_NODE = {P99, "window", "min_rate"};

  private static final ScalarType<Integer> SESSIONS = Scalars.integer(1, ArrayReader.MAX_SESSIONS);
  private static final ScalarType<Integer> PER_SECOND = Scalars.integer(1, 1_000_000);
  private static final ScalarType<Duration> RESPONSE_TIME =
      Scalars.duration(Duration.ofMillis(1), Admission.LONGEST_RESPONSE_TIME);

  /** What the client of a refused session gets. */
  private enum Refuse {
    RESET,
    SILENCE
  }

  private final Section service;
  private final Optional<Section> section;
  private final Admission admission;
  private final Optional<LatencyGoal> goal;

  AdmissionReader(Section service, Frontend frontend, ServiceMode mode) {
    this.service = service;
    section = service.section("admission");
    goal = section.flatMap(AdmissionReader::goal);
    admission = section.map(AdmissionReader::limits).orElse(Admission.NONE);
    section.ifPresent(s -> {
      if (frontend instanceof Frontend.Listen) {
        s.refuse("listen", "vip and port", OF_SCHEDULER);
      }
      if (mode != ServiceMode.HTTP) {
        s.refuse("mode " + Scalars.keyword(mode), "mode http", OF_NODE);
      }
    });
  }

  /** What existing sessions are promised. */
  Optional<LatencyGoal> goal() {
    return goal;
  }

  private static Optional<LatencyGoal> goal(Section s) {
    Optional<Duration> p99 =
        s.find(P99, Scalars.duration(LatencyGoal.MIN_P99, LatencyGoal.MAX_P99));
    Duration window =
        s.get(
            "window",
            Scalars.duration(LatencyGoal.MIN_WINDOW, LatencyGoal.MAX_WINDOW),
            LatencyGoal.USUAL_WINDOW);
    int minRate =
        s.get("min_rate", Scalars.integer(1, LatencyGoal.MAX_MIN_RATE), LatencyGoal.USUAL_MIN_RATE);
    for (String key : OF_NODE) {
      if (s.has(key) && !s.has(P99)) {
        s.at(key).report(key + " without " + P99, key + " beside " + P99);
      }
    }
    return p99.map(goal -> new LatencyGoal(goal, window, minRate));
  }

  Admission admission() {
    return admission;
  }

  private static Admission limits(Section s) {
    int rate = s.get(RATE, PER_SECOND, 0);
    Admission limits =
        new Admission(
            s.get(MAX_SESSIONS, SESSIONS, 0),
            s.get(MAX_PER_TARGET, SESSIONS, 0),
            rate,
            s.get(BURST, PER_SECOND, Math.max(1, rate)),
            s.get(MAX_RESPONSE_TIME, RESPONSE_TIME, Duration.ZERO),
            s.get("refuse", Scalars.oneOf(Refuse.class), Refuse.RESET) == Refuse.SILENCE);
    if (s.has(BURST) && !s.has(RATE)) {
      s.at(BURST).report("burst without " + RATE, BURST + " beside " + RATE);
    }
    boolean any =
        List.of(MAX_SESSIONS, MAX_PER_TARGET, RATE, MAX_RESPONSE_TIME).stream().anyMatch(s::has);
    boolean ofNode = Stream.of(OF_NODE).anyMatch(s::has);
    if (!any && !ofNode && s.self().isMapping()) {
      s.self()
          .report(
              "no limit",
              "one of %s, %s, %s, %s, %s"
                  .formatted(MAX_SESSIONS, MAX_PER_TARGET, RATE, MAX_RESPONSE_TIME, P99));
    }
    s.finish();
    if (!any && ofNode) {
      return Admission.NONE;
    }
    return limits;
  }

  /** Reports what does not go together. */
  void check(Algorithm algorithm, Protocol protocol, HealthCheck health, boolean direct) {
    if (section.isEmpty()) {
      return;
    }
    String name = Scalars.keyword(algorithm);
    if (algorithm.pick().isSum() && protocol == Protocol.UDP) {
      service
          .at("admission")
          .report(
              "admission with %s over udp".formatted(name),
              "an algorithm that keeps sessions, for by a sum every datagram could open one");
    } else if (algorithm.pick().isSum()) {
      for (String key : List.of(MAX_SESSIONS, MAX_PER_TARGET)) {
        if (section.get().has(key)) {
          section
              .get()
              .at(key)
              .report(key + " with " + name, "an algorithm that keeps sessions to count");
        }
      }
    }
    if (direct && health.kind() == HealthCheck.Kind.NONE && section.get().has(MAX_RESPONSE_TIME)) {
      section
          .get()
          .at(MAX_RESPONSE_TIME)
          .report(MAX_RESPONSE_TIME + " without health checks", "health checks, which measure it");
    }
  }
}
