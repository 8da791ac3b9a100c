package dev.shunt.replication;

import java.time.Duration;

/**
 * What a table of bindings may hold.
 *
 * @param entries how many at most; beyond that the ones that were used least recently make way
 * @param idle after what time without a use a binding counts as idle
 * @param forgetsIdle whether idle ones are taken out; otherwise they stay until they are moved
 */
public record BindingLimits(int entries, Duration idle, boolean forgetsIdle) {

  public static final int MIN_ENTRIES = 16;
  public static final int MAX_ENTRIES = 1 << 20;
  public static final Duration MIN_IDLE = Duration.ofSeconds(2);
  public static final Duration MAX_IDLE = Duration.ofDays(30);

  /** Uses are told to other members within an eighth of the idle time, and within this one. */
  private static final int MAX_REFRESH_SECONDS = 60;

  public BindingLimits {
    if (entries < MIN_ENTRIES || entries > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "entries: found %d, allowed is %d to %d".formatted(entries, MIN_ENTRIES, MAX_ENTRIES));
    }
    if (idle.compareTo(MIN_IDLE) < 0 || idle.compareTo(MAX_IDLE) > 0) {
      throw new IllegalArgumentException(
          "idle: found %s, allowed is %s to %s".formatted(idle, MIN_IDLE, MAX_IDLE));
    }
  }

  public int idleSeconds() {
    return (int) idle.toSeconds();
  }

  /** How often members tell each other of uses, in seconds. */
  public int refreshSeconds() {
    return Math.clamp(idleSeconds() / 8, 1, MAX_REFRESH_SECONDS);
  }
}
