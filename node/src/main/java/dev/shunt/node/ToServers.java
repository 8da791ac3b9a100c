package dev.shunt.node;

/**
 * How requests go to a service's servers.
 *
 * @param protocol what is spoken
 * @param streams requests under way at once on one HTTP/2 connection, where the server allows as
 *     many; beyond: another connection
 * @param streamWindow bytes of one response that may wait for its client, over HTTP/2
 */
public record ToServers(ServerProtocol protocol, int streams, int streamWindow) {

  public static final int DEFAULT_STREAMS = 100;
  public static final int DEFAULT_WINDOW = 262_144;

  public static final ToServers DEFAULT = of(ServerProtocol.HTTP1);

  public ToServers {
    Ranges.check("to servers, streams", streams, 1, Http2Limits.MAX_STREAMS);
    Ranges.check(
        "to servers, stream window", streamWindow, Http2Limits.MIN_WINDOW, Http2Limits.MAX_WINDOW);
  }

  /** With everything else at its default. */
  public static ToServers of(ServerProtocol protocol) {
    return new ToServers(protocol, DEFAULT_STREAMS, DEFAULT_WINDOW);
  }

  /** Whether HTTP/2 is spoken to any server. */
  public boolean http2() {
    return protocol != ServerProtocol.HTTP1;
  }
}
