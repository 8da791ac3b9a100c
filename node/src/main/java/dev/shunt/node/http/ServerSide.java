package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one exchange: a connection over HTTP/1.1, or one stream of an HTTP/2
 * connection. One thread.
 */
interface ServerSide {

  ServerSlot slot();

  /**
   * Sends a request's head.
   *
   * @param last whether no body follows
   */
  void send(HttpHead head, boolean last, ByteBufAllocator allocator);

  /** Whether it wants bodies without the framing of HTTP/1.1, by {@link #body}. */
  default boolean framesBodies() {
    return false;
  }

  /**
   * Sends data of a request's body, and its end when {@code of} is complete.
   *
   * @param part released by this
   */
  default void body(@Nullable ByteBuf part, BodyReader of) {
    throw new IllegalStateException("bodies have the framing of HTTP/1.1");
  }

  /** Sends bytes as they are: of a framed body, or of a tunnel. */
  void write(ByteBuf bytes);

  boolean writable();

  /** Bytes that wait for the server on a connection that this exchange has alone. */
  default long held() {
    return 0;
  }

  /** Stops or resumes reading, as the client can take more or not. */
  void reading(boolean wanted);

  /** Whether it can become the tunnel that a request for a WebSocket asks for. */
  default boolean takesWebSockets() {
    return true;
  }

  /** Whether its connection carried a request before the one it has. */
  boolean reused();

  /** Whether it ended by an error, not by the server's proper close. */
  boolean broken();

  /** Whether the server has said that it did nothing of the request (RFC 9113 section 8.7). */
  default boolean unprocessed() {
    return false;
  }

  /** What a client of HTTP/2 is told of it that the server gave this one up; null if it did not. */
  default @Nullable Http2Error givenUp() {
    return null;
  }

  /** Leaves its exchange, with which it has nothing more to do. */
  void leave();

  /**
   * The exchange, which it has left, is over.
   *
   * @param reusable whether nothing of request or response is missing
   */
  void done(boolean reusable);

  /** Gives up what is under way. */
  void close();

  /** Says that the client's side of a tunnel has ended. */
  void endTunnel();

  /** Closes after what was written has been sent. */
  void closeAfterFlush();
}
