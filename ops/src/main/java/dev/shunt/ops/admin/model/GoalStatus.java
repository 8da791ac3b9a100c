package dev.shunt.ops.admin.model;

import dev.shunt.node.AdmissionStats;

/**
 * How new sessions of a service that promises existing ones a latency are admitted, at the
 * answering member.
 *
 * @param limiting whether only so many are admitted
 * @param rate per second that are, 0 where all are
 * @param latencyMicrosP99 of existing sessions' requests in the last window, 0 where there were few
 * @param refused new sessions that got a 503
 */
public record GoalStatus(boolean limiting, double rate, long latencyMicrosP99, long refused) {

  /** As the node has it. */
  public static GoalStatus of(AdmissionStats stats) {
    return new GoalStatus(stats.limiting(), stats.rate(), stats.p99Micros(), stats.refused());
  }
}
