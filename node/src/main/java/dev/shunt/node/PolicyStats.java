package dev.shunt.node;

/**
 * What a service's {@link ServerPolicy} did.
 *
 * @param ejectionsHeld servers that were not ejected though they failed, because too many others
 *     are or there is no other
 */
public record PolicyStats(long ejectionsHeld) {

  public static final PolicyStats NONE = new PolicyStats(0);
}
