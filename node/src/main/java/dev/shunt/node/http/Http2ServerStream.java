package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request to a server over HTTP/2 and its response: at first it waits for a connection, then it
 * is a stream of one.
 *
 * <p>What the client does not take yet keeps the stream's window shut, not the connection's: other
 * streams go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Http2ServerStream implements ServerSide {

  private final ServerSlot slot;
  private @Nullable HttpExchange exchange;
  private @Nullable Http2ServerConnection connection;
  private @Nullable Http2Stream stream;
  private String accept = "";
  private int unconsumed;
  private boolean reused;
  private boolean reading = true;
  private boolean requestEnded;
  private boolean responseBegun;
  private boolean responseEnded;
  private boolean tunnel;
  private boolean unprocessed;
  private @Nullable Http2Error givenUp;

  Http2ServerStream(ServerSlot slot, HttpExchange exchange) {
    this.slot = slot;
    this.exchange = exchange;
  }

  /** The exchange that waits for it, or has it; null once that has left. */
  @Nullable HttpExchange exchange() {
    return exchange;
  }

  /** Gets the connection of which it will be a stream. */
  void on(Http2ServerConnection taken) {
    connection = taken;
    reused = taken.used();
  }

  // The request.

  @Override
  public ServerSlot slot() {
    return slot;
  }

  @Override
  public boolean takesWebSockets() {
    Http2ServerConnection there = connection;
    return there != null && there.takesTunnels();
  }

  @Override
  public void send(HttpHead head, boolean last, ByteBufAllocator allocator) {
    Http2ServerConnection there = connection;
    HttpExchange current = exchange;
    if (there == null || current == null) {
      return;
    }
    tunnel = current.request().wantsUpgrade() && WebSockets.asks(head);
    accept = tunnel ? WebSockets.acceptOf(head) : "";
    requestEnded = last && !tunnel;
    Http2Headers headers = Http2ToServer.request(head, there.encrypted(), tunnel, allocator);
    there.open(this, headers, requestEnded);
  }

  /** It has become this stream. */
  void opened(Http2Stream of) {
    stream = of;
  }

  @Override
  public boolean framesBodies() {
    return true;
  }

  @Override
  public void body(@Nullable ByteBuf part, BodyReader of) {
    boolean last = of.complete();
    HttpHead trailers = last ? of.trailers() : null;
    if (part != null || (last && trailers == null)) {
      data(part == null ? Unpooled.EMPTY_BUFFER : part, last && trailers == null);
    }
    Http2Stream to = stream;
    Http2ServerConnection there = connection;
    if (trailers != null && to != null && there != null && !requestEnded) {
      requestEnded = true;
      there.writeHeaders(to, Http2Responses.trailers(trailers, there.allocator()), true);
    }
  }

  @Override
  public void write(ByteBuf bytes) {
    data(bytes, false);
  }

  private void data(ByteBuf bytes, boolean last) {
    Http2Stream to = stream;
    Http2ServerConnection there = connection;
    if (to == null || there == null || requestEnded) {
      bytes.release();
      return;
    }
    requestEnded = last;
    slot.counters.add(ServerCount.BYTES_OUT, bytes.readableBytes());
    there.writeData(to, bytes, last);
  }

  @Override
  public boolean writable() {
    Http2Stream to = stream;
    Http2ServerConnection there = connection;
    return to != null && there != null && there.isWritable(to);
  }

  void writabilityChanged() {
    HttpExchange current = exchange;
    if (current != null) {
      current.serverWritabilityChanged();
    }
  }

  // The response.

  /** Takes a head, or trailers; false when they are malformed. */
  boolean headers(Http2Headers headers, boolean end, ByteBufAllocator allocator) throws HttpFault {
    HttpExchange current = exchange;
    responseEnded |= end;
    if (current == null) {
      return true;
    }
    if (responseBegun) {
      return trailers(current, headers, allocator);
    }
    int status = Http2ToServer.status(headers);
    boolean opens = tunnel && status >= 200 && status < 300;
    ByteBuf text =
        opens
            ? Http2ToServer.tunnel(headers, accept, allocator)
            : Http2ToServer.response(headers, allocator);
    if (text == null) {
      return false;
    }
    responseBegun = status >= 200;
    tunnel &= opens || !responseBegun;
    try {
      if (opens) {
        current.serverRead(text);
        endTunnelIf(end);
      } else {
        current.relay().framedHead(end);
        current.serverRead(text);
      }
    } finally {
      text.release();
    }
    return true;
  }

  private boolean trailers(HttpExchange current, Http2Headers headers, ByteBufAllocator allocator)
      throws HttpFault {
    if (tunnel) {
      endTunnelIf(true);
      return true;
    }
    ByteBuf text = Http2Requests.trailers(headers, false, allocator);
    if (text == null) {
      return false;
    }
    HttpHead head = slot.loop.worker.takeHead();
    try {
      current.relay().framedEnd(ChunkReader.readTrailers(head, text) ? head : null);
      current.serverRead(Unpooled.EMPTY_BUFFER);
    } finally {
      text.release();
      slot.loop.worker.giveBack(head);
    }
    return true;
  }

  /** Whether a head has to come before anything else may. */
  boolean awaitsHead() {
    return exchange != null && !responseBegun;
  }

  /** Takes a part of the body; so many bytes of the window can be opened again at once. */
  int data(ByteBuf data, int padding, boolean end) {
    int bytes = data.readableBytes() + padding;
    responseEnded |= end;
    HttpExchange current = exchange;
    if (current == null) {
      return bytes;
    }
    slot.counters.add(ServerCount.BYTES_IN, data.readableBytes());
    if (end && !tunnel) {
      current.relay().framedEnd(null);
    }
    current.serverRead(data);
    endTunnelIf(end && tunnel);
    if (reading || exchange == null) {
      return bytes;
    }
    unconsumed += bytes;
    return 0;
  }

  private void endTunnelIf(boolean ended) {
    HttpExchange current = exchange;
    if (ended && current != null) {
      current.serverClosed(this);
    }
  }

  @Override
  public void reading(boolean wanted) {
    reading = wanted;
    Http2Stream from = stream;
    Http2ServerConnection there = connection;
    if (wanted && unconsumed > 0 && from != null && there != null) {
      int bytes = unconsumed;
      unconsumed = 0;
      there.consumed(from, bytes);
    }
  }

  // The end.

  /** The server broke the rules on this stream, which is given up. */
  void faulty() {
    HttpExchange current = exchange;
    if (current != null) {
      current.responseInvalid();
    }
  }

  /**
   * The server gave the request up. Its client is told so in the words that are about the request;
   * all others are about this node's connection, of which the client knows nothing. A success
   * ({@code NO_ERROR}) it is not where something is missing.
   *
   * @param code of RFC 9113 section 7
   */
  void wasReset(long code) {
    Http2Error said = Http2Error.valueOf(code);
    boolean passes =
        said == Http2Error.CANCEL
            || said == Http2Error.ENHANCE_YOUR_CALM
            || (said == Http2Error.REFUSED_STREAM && !responseBegun);
    givenUp = passes ? said : Http2Error.INTERNAL_ERROR;
  }

  @Override
  public @Nullable Http2Error givenUp() {
    return givenUp;
  }

  /**
   * The stream is closed, well or badly.
   *
   * @param untouched whether the server has said that it did nothing of the request
   */
  void closed(boolean untouched) {
    stream = null;
    unprocessed = untouched;
    if (exchange != null) {
      // Not at once: Netty is in the middle of closing streams, and the next one may be opened.
      slot.loop.worker.eventLoop().execute(this::tellClosed);
    }
  }

  private void tellClosed() {
    HttpExchange current = exchange;
    exchange = null;
    if (current != null) {
      current.serverClosed(this);
      slot.loop.worker.flushPending();
    }
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public boolean broken() {
    return !responseEnded;
  }

  @Override
  public boolean unprocessed() {
    return unprocessed;
  }

  @Override
  public void leave() {
    exchange = null;
  }

  @Override
  public void done(boolean reusable) {
    if (!reusable || !responseEnded) {
      close();
    } else if (!requestEnded) {
      endTunnel(); // It was refused: nothing comes through it, and the stream must not stay open.
    }
  }

  @Override
  public void close() {
    Http2Stream of = stream;
    Http2ServerConnection there = connection;
    if (of != null && there != null) {
      if (tunnel && responseEnded) {
        endTunnel();
      } else {
        // What is left of a request whose response is complete nobody needs any more.
        there.reset(of, responseEnded ? Http2Error.NO_ERROR : Http2Error.CANCEL);
      }
    }
  }

  @Override
  public void endTunnel() {
    data(Unpooled.EMPTY_BUFFER, true);
  }

  @Override
  public void closeAfterFlush() {
    Http2Stream of = stream;
    Http2ServerConnection there = connection;
    if (of != null && there != null && !requestEnded) {
      requestEnded = true;
      there.writeData(of, Unpooled.EMPTY_BUFFER, true).addListener(sent -> close());
    } else {
      close();
    }
  }

  static Http2Exception malformed(int id) {
    return Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, "malformed response");
  }
}
