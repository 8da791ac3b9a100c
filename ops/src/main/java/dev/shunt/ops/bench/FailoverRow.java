package dev.shunt.ops.bench;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What failovers of one kind cost. Times are milliseconds.
 *
 * @param name stable, for scripts: the fault, behind the name of the peer and a slash where it is
 *     not an array of this project
 * @param what for people
 * @param median of the runs' blackouts, read as {@code read} says
 * @param p99 by interpolation: below 100 runs next to {@code max}
 * @param read {@code delivered}, or {@code opened} for a peer
 * @param runs that came to a result
 * @param failed that did not
 * @param sessionsLost of {@code sessions}
 * @param sessions established at the faults, on hosts that went on; for a peer on any
 * @param lostByAge the same lost ones by their age at the fault
 * @param sessionsByAge all of them by that
 * @param lostOnStruck of {@code sessionsOnStruck}
 * @param sessionsOnStruck established at the faults, on the host that each befell
 * @param delivered of datagrams of established sessions, until the host that serves them had them;
 *     absent for a peer
 * @param answered of the same datagrams, until they were answered
 * @param opened of new connections
 * @param disturbed from the first new connection that was not accepted at once to the last one
 * @param failedNew new connections that failed
 * @param control {@code answered}, in two seconds before each fault
 * @param controlOpened {@code opened} then
 * @param moved until the client sent to another host
 * @param requestsLost requests that never reached the host that lives on
 * @param longestRequest the longest that one of them was on its way, retransmissions included
 * @param lostBefore requests that failed before the faults, or had waited long when these came and
 *     were never answered
 * @param limitMedian the most that is allowed; absent where there is none
 * @param limitMax the same of the longest
 * @param ok whether the limits are kept and no session was lost; absent where there is no limit
 */
public record FailoverRow(
    String name,
    String what,
    String unit,
    double median,
    double p99,
    double max,
    String read,
    int runs,
    int failed,
    int sessionsLost,
    int sessions,
    Map<String, Integer> lostByAge,
    Map<String, Integer> sessionsByAge,
    int lostOnStruck,
    int sessionsOnStruck,
    @Nullable Spread delivered,
    Spread answered,
    Spread opened,
    Spread disturbed,
    int failedNew,
    Spread control,
    Spread controlOpened,
    Spread moved,
    int requestsLost,
    double longestRequest,
    int lostBefore,
    @Nullable Double limitMedian,
    @Nullable Double limitMax,
    @Nullable Boolean ok) {

  /** Of one time a run. */
  public record Spread(double median, double p99, double max) {}
}
