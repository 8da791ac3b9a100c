package dev.shunt.node;

import java.util.Optional;

/**
 * What a service's {@link ServerPolicy} did.
 *
 * @param ejectionsHeld servers that were not ejected though they failed, because too many others
 *     are or there is no other
 * @param retriesExhausted failures that were answered because the budget of retries was spent
 * @param admission how new sessions are admitted, where not all are
 */
public record PolicyStats(
    long ejectionsHeld, long retriesExhausted, Optional<AdmissionStats> admission) {

  public static final PolicyStats NONE = new PolicyStats(0, 0, Optional.empty());
}
