package dev.shunt.node;

/**
 * How new sessions of a service with a {@link LatencyGoal} are admitted.
 *
 * @param limiting whether only so many are admitted
 * @param rate per second that are admitted at most while {@code limiting}, else 0
 * @param p99Micros of the requests of existing sessions in the last window; 0 when there were too
 *     few
 * @param newSessions that wanted to begin
 * @param refused of these
 */
public record AdmissionStats(
    boolean limiting, double rate, long p99Micros, long newSessions, long refused) {}
