package dev.shunt.node.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a relayed connection ended, and what that counts as. */
enum TcpEnd {
  /** Both sides said all. */
  COMPLETE(null),
  /** The client reset it, or left before a server was there. */
  CLIENT_LEFT(Count.ABORTED),
  /** The server reset it. */
  SERVER_LEFT(Count.ABORTED),
  /** No server took new connections. */
  NO_SERVER(Count.NO_SERVER),
  /** None of the servers that were tried accepted. */
  NOT_CONNECTED(null),
  /** What came is not how a TLS client greets. */
  BAD_HELLO(Count.HELLO_ERRORS),
  HELLO_TIMEOUT(Count.HELLO_TIMEOUTS),
  /** No server is for the name that was asked for. */
  UNKNOWN_NAME(Count.UNKNOWN_NAMES),
  /** More came before the server was connected than is held. */
  TOO_MUCH(Count.ABORTED),
  /** Too much waits in the node's memory for another connection. */
  NO_ROOM(null),
  /** It held too much of the node's memory. */
  CUT_FOR_ROOM(Count.CROWDED_CUT),
  /** One side took nothing of what waited for it. */
  STALLED(Count.TIMEOUTS),
  IDLE(Count.TCP_IDLE),
  TOO_OLD(Count.TCP_TOO_OLD),
  /** The node ends. */
  DRAINED(null);

  private final @Nullable Count count;

  TcpEnd(@Nullable Count count) {
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
