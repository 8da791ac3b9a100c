package dev.shunt.node.http;

import dev.shunt.node.http.ForwardedHeaders.Peer;
import dev.shunt.node.tcp.ConnectionEnds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/**
 * Whom an exchange answers: a client's HTTP/1 connection, or one stream of its HTTP/2 connection.
 */
interface Client {

  Peer peer();

  /** Between whom its connection is. */
  ConnectionEnds ends();

  /** The encryption, if there is one. */
  @Nullable Secured secured();

  ByteBufAllocator allocator();

  Deadline deadline();

  /** The stream, of a client that speaks HTTP/2. */
  default @Nullable Http2ClientStream stream() {
    return null;
  }

  /** Whether it takes more now. */
  boolean writable();

  /** Whether it is not asked for more of the request, because nobody takes it. */
  boolean readingPaused();

  /** Asks for more of the request, or does not, as the server keeps up. */
  void updateReading();

  /** Goes on with what was held, if there is anybody to take it now. */
  void resume();

  /** Whether it may be kept after the request that is being answered. */
  boolean mayPersist();

  /**
   * Whether a request on its connection was admitted: those that follow are of the same session.
   */
  boolean inSession();

  /** A request on its connection was admitted. */
  void sessionBegins();

  /** Sends a part of a response: with the framing of HTTP/1, or of a stream's body without. */
  void write(ByteBuf bytes);

  /**
   * Sends a whole response of the node itself.
   *
   * @param withBody false for HEAD
   * @param connection the value of {@code Connection}, or the empty string
   */
  void answer(Answer answer, boolean withBody, String connection);

  /** The exchange is over; {@code keep} for another request. */
  void exchangeDone(boolean keep);

  /** From now on bytes go both ways as they come. */
  void upgraded();

  /**
   * Ends so that the client cannot take what it got for complete.
   *
   * @param code why, for who speaks HTTP/2
   */
  void reset(Http2Error code);

  /** Whether an error code says more to it than an answer of the node could. */
  default boolean prefersReset() {
    return false;
  }

  void closeAfterFlush();
}
