package dev.shunt.ops.config;

import dev.shunt.node.Ejection;
import dev.shunt.node.LatencyGoal;
import dev.shunt.node.Retries;
import dev.shunt.node.ServerPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what protects a service's servers and sessions when something fails or is new. */
final class PolicyReader {

  private static final ScalarType<Integer> SERVER_ERROR = Scalars.integer(500, 599);

  private final Section section;

  PolicyReader(Section section, ServiceMode mode) {
    this.section = section;
    if (mode == ServiceMode.DIRECT) {
      section.refuse("mode direct", "mode http or tcp", "slow_start", "ejection", "retries");
    } else if (mode == ServiceMode.TCP) {
      section
          .section("retries")
          .ifPresent(s -> s.refuse("mode tcp", "mode http", "unanswered", "statuses"));
    }
  }

  /**
   * @param goal what existing sessions are promised
   */
  ServerPolicy policy(Optional<LatencyGoal> goal) {
    return new ServerPolicy(
        section.get(
            "slow_start",
            Scalars.duration(Duration.ZERO, ServerPolicy.MAX_SLOW_START),
            Duration.ZERO),
        section.section("retries").map(PolicyReader::retries).orElse(Retries.DEFAULT),
        section.section("ejection").map(PolicyReader::ejection),
        goal);
  }

  private static Ejection ejection(Section s) {
    Ejection d = Ejection.DEFAULT;
    Duration time = s.get("time", Scalars.duration(Ejection.MIN_TIME, Ejection.MAX_TIME), d.time());
    Duration usualMax = time.compareTo(d.maxTime()) > 0 ? time : d.maxTime();
    Ejection ejection =
        new Ejection(
            s.get("failures", Scalars.integer(0, Ejection.MAX_FAILURES), d.failures()),
            s.get("error_percent", Scalars.integer(0, 100), d.errorPercent()),
            s.get("window", Scalars.duration(Ejection.MIN_WINDOW, Ejection.MAX_WINDOW), d.window()),
            s.get("min_requests", Scalars.integer(1, Ejection.MAX_REQUESTS), d.minRequests()),
            time,
            s.get("max_time", Scalars.duration(time, Ejection.MAX_TIME), usualMax),
            s.get("max_percent", Scalars.integer(0, 100), d.maxPercent()),
            statuses(s, d.statuses()));
    if (ejection.failures() == 0 && ejection.errorPercent() == 0) {
      s.self().report("no limit", "failures or error_percent above 0");
    }
    s.finish();
    return ejection;
  }

  private static Retries retries(Section s) {
    Retries d = Retries.DEFAULT;
    Retries retries =
        new Retries(
            s.get("unanswered", Scalars.BOOLEAN, d.unanswered()),
            statuses(s, d.statuses()),
            s.get("budget_percent", Scalars.integer(0, 100), d.budgetPercent()),
            s.get("budget_floor", Scalars.integer(0, Retries.MAX_FLOOR), d.budgetFloor()));
    s.finish();
    return retries;
  }

  private static List<Integer> statuses(Section s, List<Integer> usual) {
    Optional<Value> list = s.value("statuses");
    if (list.isEmpty()) {
      return usual;
    }
    List<Integer> statuses = new ArrayList<>();
    for (Value item : list.get().items(Ejection.MAX_STATUSES)) {
      item.as(SERVER_ERROR).ifPresent(statuses::add);
    }
    return statuses;
  }
}
