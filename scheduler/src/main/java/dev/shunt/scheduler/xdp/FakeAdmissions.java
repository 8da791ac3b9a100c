package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.Service;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the program decides about new sessions of services with limits, but for the search for
 * another target. One thread at a time.
 */
final class FakeAdmissions {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Map<Service, Integer> shares = new HashMap<>();
  private final Map<Service, Long> due = new HashMap<>();
  private final Map<Service, Integer> owed = new HashMap<>();
  private final Map<Service, Map<Refusal, Long>> refused = new HashMap<>();

  void clear() {
    shares.clear();
    due.clear();
    owed.clear();
    refused.clear();
  }

  void shed(Map<Service, Integer> shares) {
    this.shares.putAll(shares);
  }

  AdmissionState state(Service service, long sessions) {
    return new AdmissionState(sessions, shares.getOrDefault(service, 0), refusedOf(service));
  }

  private Map<Refusal, Long> refusedOf(Service service) {
    return refused.computeIfAbsent(
        service,
        _ -> {
          Map<Refusal, Long> none = new EnumMap<>(Refusal.class);
          for (Refusal reason : Refusal.values()) {
            none.put(reason, 0L);
          }
          return none;
        });
  }

  /**
   * @param sessions live ones of the service
   * @param atTarget live ones of the target
   * @return empty if the session is admitted; else it is counted
   */
  Optional<Refusal> ask(Service service, long sessions, long atTarget, long nowNanos) {
    Optional<Refusal> reason = reason(service, sessions, atTarget, nowNanos);
    reason.ifPresent(r -> refusedOf(service).merge(r, 1L, Long::sum));
    return reason;
  }

  private Optional<Refusal> reason(Service service, long sessions, long atTarget, long nowNanos) {
    int maxSessions = service.admission().maxSessions();
    int maxAtTarget = service.admission().maxSessionsPerTarget();
    if (maxSessions > 0 && sessions >= maxSessions) {
      return Optional.of(Refusal.SESSIONS);
    }
    if (isShed(service)) {
      return Optional.of(Refusal.LOAD);
    }
    if (maxAtTarget > 0 && atTarget >= maxAtTarget) {
      return Optional.of(Refusal.TARGETS);
    }
    return isInTime(service, nowNanos) ? Optional.empty() : Optional.of(Refusal.RATE);
  }

  /** By turns, where the kernel draws lots. */
  private boolean isShed(Service service) {
    int owing = owed.merge(service, shares.getOrDefault(service, 0), Integer::sum);
    if (owing < AdmissionState.ALL) {
      return false;
    }
    owed.put(service, owing - AdmissionState.ALL);
    return true;
  }

  private boolean isInTime(Service service, long nowNanos) {
    int rate = service.admission().newSessionsPerSecond();
    if (rate == 0) {
      return true;
    }
    long interval = SECOND / rate;
    long next = Math.max(nowNanos, due.getOrDefault(service, nowNanos)) + interval;
    if (next - nowNanos > interval * service.admission().burst()) {
      return false;
    }
    due.put(service, next);
    return true;
  }
}
