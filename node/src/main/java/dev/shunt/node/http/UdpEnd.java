package dev.shunt.node.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a session of datagrams ended, and what that counts as. */
enum UdpEnd {
  /** Every datagram had as many answers as are expected. */
  COMPLETE(null),
  IDLE(Count.UDP_IDLE),
  TOO_OLD(Count.UDP_TOO_OLD),
  /** It gave way to another one. */
  REPLACED(Count.UDP_REPLACED),
  /** Nothing would take it further: no server took it, or there was no socket. */
  NO_SERVER(null),
  /** The node ends. */
  DRAINED(null);

  private final @Nullable Count count;

  UdpEnd(@Nullable Count count) {
    this.count = count;
  }

  void count(Counters counters) {
    if (count != null) {
      counters.increment(count);
    }
  }

  /** As the access log has it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
