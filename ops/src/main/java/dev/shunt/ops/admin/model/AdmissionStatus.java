package dev.shunt.ops.admin.model;

import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Refusal;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a service with limits admits new sessions, at one member.
 *
 * @param sessions live ones
 * @param shed the part of new sessions that is refused by load, 0 to 1
 * @param refused new sessions refused since the kernel has had the service: {@code sessions},
 *     {@code targets}, {@code rate}, {@code load}
 */
public record AdmissionStatus(long sessions, double shed, SortedMap<String, Long> refused) {

  /** As the kernel has it. */
  public static AdmissionStatus of(AdmissionState state) {
    SortedMap<String, Long> refused = new TreeMap<>();
    for (Refusal reason : Refusal.values()) {
      refused.put(reason.counter(), state.refused().getOrDefault(reason, 0L));
    }
    return new AdmissionStatus(
        state.sessions(), (double) state.shed() / AdmissionState.ALL, refused);
  }

  /** All reasons together. */
  public long total() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Such as {@code 12 refused (2 by rate, 10 by sessions)}. */
  public String summary() {
    if (total() == 0) {
      return "0 refused";
    }
    return refused.entrySet().stream()
        .filter(reason -> reason.getValue() > 0)
        .map(reason -> reason.getValue() + " by " + reason.getKey())
        .collect(Collectors.joining(", ", total() + " refused (", ")"));
  }
}
