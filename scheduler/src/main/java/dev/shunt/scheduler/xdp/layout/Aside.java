package dev.shunt.scheduler.xdp.layout;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happens beside a packet's outcome, {@code enum aside}. */
public enum Aside {
  /** The ring buffer was full: a session event did not reach this process. */
  EVENT_LOST,
  /** A session that should have a pair of labels goes without. */
  POOL_EMPTY,
  /** A pair of labels was taken out of the pool. */
  PAIR_TAKEN,
  /** It was put back at once: its session did not come about. */
  PAIR_RETURNED,
  /** A new session was refused: its service has as many as it may have. */
  REFUSED_SESSIONS,
  /** A new session was refused: no target that was tried has room. */
  REFUSED_TARGETS,
  /** A new session was refused: too many in too short a time. */
  REFUSED_RATE,
  /** A new session was refused: answers take too long. */
  REFUSED_LOAD,
  /** An ACK of no session, for a service with SYN cookies, that answers none. */
  COOKIE_INVALID,
  /** This machine's stack was given a connection by its SYN cookie. */
  COOKIE_CONNECTED,
  /** It did not take it: nobody listens, or its settings are against it. */
  COOKIE_REFUSED,
  /** An answer went back through the scheduler, by its session's label. */
  ANSWER_SWITCHED,
  /** An answer went directly: its label has not come lately from the machine that now switches. */
  ANSWER_UNCONFIRMED,
  /** An answer went directly: with a label it is longer than the wire takes. */
  ANSWER_TOO_BIG,
  /** An answer was dropped: the kernel made room for its label and then had none. */
  ANSWER_NO_HEADROOM,
  /** A packet was not told of to who traces: the ring buffer was full. */
  TRACE_LOST,
  /** A router said that the path to a target takes less than this machine's interface. */
  PATH_NARROWED;

  private static final Set<String> COUNTERS =
      Stream.of(values()).map(Aside::counter).collect(Collectors.toUnmodifiableSet());

  /** The names of all. */
  public static Set<String> counters() {
    return COUNTERS;
  }

  /** Its name in counters. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
