package dev.shunt.node.http;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The streams of a connection that were closed last, and how: what a frame for such a stream means
 * depends on it (RFC 9113 section 5.1). Bounded; what is forgotten counts as never begun.
 */
final class ClosedStreams {

  private static final int REMEMBERED = 256;

  private final int[] ids = new int[REMEMBERED];
  private final boolean[] reset = new boolean[REMEMBERED];
  private int next;

  /**
   * Remembers a stream.
   *
   * @param byUs whether this node gave it up, so that frames may still be on their way
   */
  void add(int id, boolean byUs) {
    ids[next] = id;
    reset[next] = byUs;
    next = (next + 1) % REMEMBERED;
  }

  /** Whether this node gave the stream up. */
  boolean wasReset(int id) {
    int at = indexOf(id);
    return at >= 0 && reset[at];
  }

  private int indexOf(int id) {
    for (int i = 0; i < REMEMBERED; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Checks that headers can belong to a stream of that number.
   *
   * @throws Http2Exception when the client has ended it, or passed its number over
   */
  void checkHeaders(Http2Connection connection, int id) throws Http2Exception {
    Http2Stream of = connection.stream(id);
    if (of != null) {
      if (of.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
        throw Http2Exception.streamError(
            id, Http2Error.STREAM_CLOSED, "HEADERS after the request's end");
      }
    } else if (connection.streamMayHaveExisted(id)) {
      int at = indexOf(id);
      if (at < 0) {
        throw Http2Exception.connectionError(
            Http2Error.PROTOCOL_ERROR, "stream %d comes after higher ones", id);
      } else if (!reset[at]) {
        throw Http2Exception.connectionError(
            Http2Error.STREAM_CLOSED, "HEADERS for stream %d, which is closed", id);
      }
    }
  }
}
