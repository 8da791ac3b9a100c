package dev.shunt.ops.lab;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of the sessions (TCP connections) that were established when a fault came.
 *
 * @param living those of hosts that the fault spares, by their age at the fault; a session that no
 *     host was seen to accept is among them
 * @param struck those of the host that it befell, the same way
 * @param ailing how many had a request that had not been answered for {@value #AILING_MICROS}
 *     microseconds when the fault came, nor was later: not among the others, for they were as good
 *     as lost before
 */
public record SessionLosses(Map<Age, Count> living, Map<Age, Count> struck, int ailing) {

  private static final long AILING_MICROS = 500_000;

  /** How long a session had lived. */
  public enum Age {
    YOUNG("below_10ms", 10_000),
    NEW("below_1s", 1_000_000),
    OLD("older", Long.MAX_VALUE);

    private final String key;
    private final long belowMicros;

    Age(String key, long belowMicros) {
      this.key = key;
      this.belowMicros = belowMicros;
    }

    static Age of(long micros) {
      return micros < YOUNG.belowMicros ? YOUNG : micros < NEW.belowMicros ? NEW : OLD;
    }

    @Override
    public String toString() {
      return key;
    }
  }

  /** So many sessions, and how many of them were lost. */
  public record Count(int sessions, int lost) {

    public static final Count NONE = new Count(0, 0);

    public Count plus(Count other) {
      return new Count(sessions + other.sessions, lost + other.lost);
    }
  }

  public SessionLosses {
    living = Map.copyOf(living);
    struck = Map.copyOf(struck);
  }

  /** All on living hosts. */
  public Count onLiving() {
    return sum(living);
  }

  /** All on the host that the fault befell. */
  public Count onStruck() {
    return sum(struck);
  }

  private static Count sum(Map<Age, Count> counts) {
    return counts.values().stream().reduce(Count.NONE, Count::plus);
  }

  /**
   * From a load's report. A session is lost that broke after the fault, or has brought no answer
   * since.
   *
   * @param unsettled the client's ports of those that have brought no answer
   * @param servedBy who accepted which
   * @param struck the host that does not live on; empty if all do
   * @param at when the fault came, in the clock of the report
   */
  static SessionLosses of(
      LoadReport report, List<Integer> unsettled, ServedBy servedBy, String struck, long at) {
    Map<Age, Count> living = new EnumMap<>(Age.class);
    Map<Age, Count> dead = new EnumMap<>(Age.class);
    Set<Integer> ailing = ailing(report, at);
    for (LoadReport.Connection one : report.connections()) {
      if (ailing.contains(one.port())
          || one.openedMicros() >= at
          || (one.endedMicros() != 0 && one.endedMicros() < at)) {
        continue;
      }
      boolean lost = one.state() == LoadReport.State.LOST || unsettled.contains(one.port());
      String on = servedBy.member(one.port()).orElse("");
      (!struck.isEmpty() && on.equals(struck) ? dead : living)
          .merge(Age.of(at - one.openedMicros()), new Count(1, lost ? 1 : 0), Count::plus);
    }
    return new SessionLosses(living, dead, ailing.size());
  }

  private static Set<Integer> ailing(LoadReport report, long at) {
    Set<Integer> ports = new HashSet<>();
    for (LoadReport.Failure failure : report.failures()) {
      long asked = failure.atMicros() - ProbeConnection.READ_MILLIS * 1_000L;
      if (failure.kind().equals("timeout")
          && failure.atMicros() >= at
          && asked < at - AILING_MICROS) {
        ports.add(failure.port());
      }
    }
    return ports;
  }
}
