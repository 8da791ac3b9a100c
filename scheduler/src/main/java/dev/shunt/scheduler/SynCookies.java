package dev.shunt.scheduler;

/**
 * When the scheduler answers a service's SYNs itself, by a SYN-ACK whose sequence number is a
 * cookie (RFC 4987 section 3.6), so that a flood of them is remembered nowhere.
 *
 * @param floodFrom new connections a second that are taken for a flood, {@value #LEAST} to {@value
 *     #MOST}
 */
public record SynCookies(Use use, int floodFrom) {

  /** {@code enum cookies}. */
  public enum Use {
    OFF,
    /** In a flood. */
    AUTO,
    /** All SYNs, which costs every client the options that a cookie has no room for. */
    ALWAYS
  }

  public static final int LEAST = 64;
  public static final int MOST = 100_000_000;

  /** Far more than a service with people for clients sees, and far less than embryos take. */
  public static final int DEFAULT_FLOOD = 10_000;

  public static final SynCookies OFF = new SynCookies(Use.OFF, DEFAULT_FLOOD);

  public SynCookies {
    if (floodFrom < LEAST || floodFrom > MOST) {
      throw new IllegalArgumentException(
          "a flood from %d new connections a second: allowed is %d to %d"
              .formatted(floodFrom, LEAST, MOST));
    }
  }
}
