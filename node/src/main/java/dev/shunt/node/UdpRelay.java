package dev.shunt.node;

import java.time.Duration;
import java.util.Optional;

/**
 * How a service relays datagrams. A client's address and port are a session, which has one server
 * and a socket of its own towards it.
 *
 * @param idle a session in which nothing comes either way for so long ends
 * @param lifetime of a session at most; absent: as long as something comes
 * @param responses a session ends when so many answers to each of its datagrams have come, as one
 *     has to a question of DNS; 0: answers are not counted
 * @param whenFull what becomes of a datagram for which there would be one session too many ({@link
 *     Limits#clientConnections})
 * @param accessLog whether a line is logged when a session has ended
 */
public record UdpRelay(
    Duration idle,
    Optional<Duration> lifetime,
    int responses,
    WhenFull whenFull,
    boolean accessLog) {

  /** Who gives way when there are as many sessions as there may be. */
  public enum WhenFull {
    /** Whoever is new: its datagrams are dropped. */
    REFUSE,
    /** Whoever sent nothing for the longest time: its session ends. */
    REPLACE
  }

  public static final int MAX_RESPONSES = 65_536;
  public static final Duration MIN_TIME = Duration.ofMillis(1);
  public static final Duration MAX_IDLE = Duration.ofDays(7);
  public static final Duration MAX_LIFETIME = Duration.ofDays(365);

  /**
   * A descriptor each: so many sessions, and as many connections, are within what systems allow.
   */
  public static final Limits DEFAULT_LIMITS =
      Limits.ofRelay(
          16_384,
          Limits.DEFAULT.connectionsPerClient(),
          Limits.DEFAULT.pendingPerServer(),
          Limits.DEFAULT.bufferedBytes(),
          Limits.DEFAULT.attempts());

  /** A minute without a datagram, and nothing else, ends a session; nobody gives way. */
  public static final UdpRelay DEFAULT =
      new UdpRelay(Duration.ofMinutes(1), Optional.empty(), 0, WhenFull.REFUSE, false);

  public UdpRelay {
    Ranges.check("timeouts, idle", idle, MIN_TIME, MAX_IDLE);
    lifetime.ifPresent(l -> Ranges.check("timeouts, lifetime", l, MIN_TIME, MAX_LIFETIME));
    Ranges.check("responses", responses, 0, MAX_RESPONSES);
  }

  /** The same, ending sessions in which nothing comes for so long. */
  public UdpRelay idleFor(Duration changed) {
    return new UdpRelay(changed, lifetime, responses, whenFull, accessLog);
  }

  /** The same with a lifetime. */
  public UdpRelay living(Duration most) {
    return new UdpRelay(idle, Optional.of(most), responses, whenFull, accessLog);
  }

  /** The same, ending sessions when each datagram was answered so often. */
  public UdpRelay answering(int changed) {
    return new UdpRelay(idle, lifetime, changed, whenFull, accessLog);
  }

  /** The same, letting the quietest session give way. */
  public UdpRelay replacing() {
    return new UdpRelay(idle, lifetime, responses, WhenFull.REPLACE, accessLog);
  }

  /** The same with a line at the end of each session. */
  public UdpRelay logged() {
    return new UdpRelay(idle, lifetime, responses, whenFull, true);
  }
}
