package dev.shunt.node.http;

import dev.shunt.node.http.ForwardedHeaders.Peer;
import dev.shunt.node.tcp.ConnectionEnds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client over HTTP/2 and its response; used again for another stream of the same
 * connection.
 *
 * <p>A request's body is given to the exchange as HTTP/1.1 has it. What nobody takes yet is held,
 * and the stream's window is not opened again before it is gone; the connection's window is, so
 * that other streams go on.
 */
final class Http2ClientStream implements Client {

  private final Http2ClientConnection connection;
  private final ServiceLoop service;
  private final HttpExchange exchange;
  private final Deadline deadline = new Deadline();
  private @Nullable Http2Stream stream;
  private @Nullable HttpHead head;
  private @Nullable HttpHead trailers;
  private final HeldBytes held = new HeldBytes();
  private @Nullable ByteBuf tail;
  private int unconsumed;
  private boolean chunked;
  private boolean tunnel;
  private boolean requestEnded;
  private boolean responseEnded;
  private boolean dirty;
  private final WindowStall stall;

  Http2ClientStream(Http2ClientConnection connection, ServiceLoop service) {
    this.connection = connection;
    this.service = service;
    this.exchange = new HttpExchange(this, service, connection.remote());
    this.stall = new WindowStall(connection, service);
  }

  // The request.

  /**
   * Begins a request.
   *
   * @throws Http2Exception when it is malformed
   */
  void begin(Http2Stream of, Http2Headers headers, boolean end) throws Http2Exception {
    tunnel = Http2Requests.asksForTunnel(headers);
    ByteBuf text =
        tunnel
            ? Http2Requests.tunnel(headers, WebSockets.newKey(service.worker.random()), allocator())
            : Http2Requests.head(headers, end, allocator());
    if (text == null) {
      throw Http2Exception.streamError(of.id(), Http2Error.PROTOCOL_ERROR, "malformed request");
    }
    stream = of;
    requestEnded = end;
    responseEnded = false;
    stall.restart();
    chunked = !end && !tunnel && !headers.contains("content-length");
    HttpHead filling = service.worker.takeHead().forRequest(service.requestLimits);
    head = filling;
    try {
      if (tunnel && !Http2Fields.is(headers.get(":protocol"), "websocket")) {
        refuse(HttpFault.UNKNOWN_PROTOCOL);
      } else if (filling.feed(text)) {
        exchange.begin(filling);
      } else {
        refuse(HttpFault.BAD_REQUEST_LINE);
      }
    } catch (HttpFault fault) {
      refuse(fault);
    } finally {
      text.release();
    }
  }

  private void refuse(HttpFault fault) {
    service.counters.increment(Count.BAD_REQUESTS);
    if (exchange.active()) {
      exchange.refuse(fault.status(), fault.reason());
      return;
    }
    service.counters.increment(Count.ofStatus(fault.status()));
    Worker worker = service.worker;
    String id =
        worker
            .history()
            .refused(worker.now(), service, connection.remote(), fault.status(), fault.reason());
    Answer given = Answer.error(fault.status(), fault.reason(), id);
    answer(given, true, "");
    exchange.refused(given);
    exchangeDone(false);
  }

  /** Takes a part of the body; so many bytes of the window can be opened again at once. */
  int data(ByteBuf data, int padding, boolean end) {
    int bytes = data.readableBytes() + padding;
    requestEnded = end;
    if (!exchange.active()) {
      return bytes;
    }
    if (tunnel) {
      return tunnelData(data, bytes, end);
    }
    if (end && !chunked) {
      exchange.request().body.ends(null);
    }
    ByteBuf part =
        chunked
            ? Http2Requests.chunk(data, end, allocator())
            : data.readRetainedSlice(data.readableBytes());
    if (passOrHold(part) && exchange.serverKeepsUp()) {
      return bytes;
    }
    unconsumed += bytes;
    return 0;
  }

  /** False when nobody takes it yet. */
  private boolean passOrHold(ByteBuf part) {
    if (held.any() || !exchange.takesBody()) {
      held.add(part);
      return false;
    }
    pass(part);
    return true;
  }

  /** What comes before there is a tunnel waits for it. */
  private int tunnelData(ByteBuf data, int bytes, boolean end) {
    ByteBuf part = data.readRetainedSlice(data.readableBytes());
    if (exchange.inTunnel()) {
      deadline.set(Deadline.Kind.TUNNEL, service.worker.now() + service.timeouts.tunnel);
      exchange.tunnel(part);
      endTunnelIf(end);
      if (exchange.serverKeepsUp()) {
        return bytes;
      }
    } else {
      held.add(part);
    }
    unconsumed += bytes;
    return 0;
  }

  private void endTunnelIf(boolean ended) {
    if (ended && exchange.inTunnel()) {
      deadline.set(Deadline.Kind.TUNNEL, service.worker.now() + service.timeouts.writeStall);
      exchange.tunnelEnded();
    }
  }

  /** Whether the client asked for a tunnel (RFC 8441). */
  boolean asksForTunnel() {
    return tunnel;
  }

  /**
   * Takes the trailers that end the request.
   *
   * @throws Http2Exception when they are malformed
   */
  void trailers(Http2Headers headers) throws Http2Exception {
    requestEnded = true;
    endTunnelIf(tunnel);
    if (tunnel || !exchange.active()) {
      return;
    }
    ByteBuf text = Http2Requests.trailers(headers, chunked, allocator());
    if (text == null) {
      throw Http2Exception.streamError(id(), Http2Error.PROTOCOL_ERROR, "malformed trailers");
    }
    if (chunked || endsWith(text)) {
      passOrHold(chunked ? text : Unpooled.EMPTY_BUFFER);
    }
  }

  /** Tells with which trailers a body ends whose length is known; false when they are refused. */
  private boolean endsWith(ByteBuf section) {
    HttpHead read = service.worker.takeHead();
    trailers = read;
    try {
      exchange.request().body.ends(ChunkReader.readTrailers(read, section) ? read : null);
      return true;
    } catch (HttpFault fault) {
      refuse(fault);
      return false;
    } finally {
      section.release();
    }
  }

  private void pass(ByteBuf part) {
    try {
      int left;
      do { // Once for a body's end too, which may come without a byte.
        left = part.readableBytes();
        exchange.body(part);
      } while (part.isReadable() && part.readableBytes() != left && exchange.active());
    } catch (HttpFault fault) {
      refuse(fault);
    } finally {
      part.release();
    }
  }

  /** Bytes that wait for a server. */
  long held() {
    return held.size() + exchange.held();
  }

  @Override
  public void resume() {
    ByteBuf waiting = exchange.takesBody() ? held.take() : null;
    if (waiting != null) {
      pass(waiting);
    }
    updateReading();
  }

  @Override
  public void updateReading() {
    Http2Stream of = stream;
    if (unconsumed > 0 && !held.any() && of != null && exchange.serverKeepsUp()) {
      int bytes = unconsumed;
      unconsumed = 0;
      connection.consumed(of, bytes);
    }
  }

  @Override
  public boolean readingPaused() {
    return unconsumed > 0;
  }

  // The response.

  /** Sends an interim response. */
  void interim(HttpHead of) {
    connection.writeHeaders(id(), Http2Responses.head(of, allocator()), false);
  }

  /** Tells the client that the server has agreed to a tunnel. */
  void accepted(HttpHead of) {
    connection.writeHeaders(id(), Http2Responses.tunnel(of, allocator()), false);
  }

  /** Sends the final head; {@code last} when no body follows. */
  void head(HttpHead of, boolean last) {
    responseEnded = last;
    connection.writeHeaders(id(), Http2Responses.head(of, allocator()), last);
  }

  /** Keeps the newest part back until the next one or the event's end: it may be the last. */
  @Override
  public void write(ByteBuf bytes) {
    if (stream == null || responseEnded) {
      bytes.release();
      return;
    }
    service.counters.add(Count.BYTES_OUT, bytes.readableBytes());
    sendTail(false);
    tail = bytes;
    if (!dirty) {
      dirty = true;
      connection.dirty(this);
    }
    if (!writable()) {
      exchange.clientWritabilityChanged(false);
    }
  }

  private void sendTail(boolean last) {
    ByteBuf part = tail;
    if (part != null || last) {
      tail = null;
      connection.writeData(id(), part == null ? Unpooled.EMPTY_BUFFER : part, last);
    }
  }

  /** Ends the body, with trailers if there are any. */
  void end(@Nullable HttpHead trailers) {
    if (responseEnded || stream == null) {
      return;
    }
    responseEnded = true;
    sendTail(trailers == null);
    if (trailers != null) {
      connection.writeHeaders(id(), Http2Responses.trailers(trailers, allocator()), true);
    }
  }

  void flushTail() {
    dirty = false;
    if (stream != null) {
      sendTail(false);
    }
  }

  @Override
  public void answer(Answer answer, boolean withBody, String connectionHeader) {
    ByteBuf text = answer.render(allocator(), service.worker.date(), withBody, "");
    HttpHead response = service.worker.takeHead().forResponse(service.responseLimits);
    try {
      response.feed(text);
      head(response, !text.isReadable());
      if (text.isReadable()) {
        write(text.readRetainedSlice(text.readableBytes()));
        end(null);
      }
    } catch (HttpFault fault) {
      throw new IllegalStateException("the node's own answers are valid", fault);
    } finally {
      text.release();
      service.worker.giveBack(response);
    }
  }

  @Override
  public boolean writable() {
    Http2Stream of = stream;
    return of != null && connection.windows().isWritable(of);
  }

  void writabilityChanged(boolean writable) {
    exchange.clientWritabilityChanged(writable);
  }

  // The end.

  @Override
  public void exchangeDone(boolean keep) {
    HttpHead used = head;
    if (used != null) {
      head = null;
      service.worker.giveBack(used);
    }
    HttpHead sent = trailers;
    if (sent != null) {
      trailers = null;
      service.worker.giveBack(sent);
    }
    held.release();
    Http2Stream of = stream;
    if (unconsumed > 0 && of != null) {
      connection.consumed(of, unconsumed);
    }
    unconsumed = 0;
  }

  boolean requestEnded() {
    return requestEnded;
  }

  /** Whether a response is complete though its request is not: the client need send no more. */
  boolean answeredEarly() {
    return responseEnded && !requestEnded;
  }

  @Override
  public void reset(Http2Error code) {
    if (stream != null && !responseEnded) {
      releaseTail();
      responseEnded = true;
      connection.reset(id(), code);
    }
  }

  @Override
  public boolean prefersReset() {
    return Http2Requests.isGrpc(exchange.head());
  }

  /** The stream is closed, well or badly. */
  void closed() {
    stream = null;
    releaseTail();
    if (exchange.active()) {
      exchange.clientGone();
    }
    exchangeDone(false);
    deadline.clear();
  }

  private void releaseTail() {
    ByteBuf part = tail;
    if (part != null) {
      tail = null;
      part.release();
    }
  }

  private int id() {
    Http2Stream of = stream;
    return of == null ? 0 : of.id();
  }

  // Time.

  void checkDeadline(long now) {
    if (stall.passed(stream, now)) {
      service.stalled();
      service.counters.increment(Count.H2_STALLED);
      releaseTail();
      responseEnded = true;
      connection.reset(id(), Http2Error.CANCEL);
    } else if (deadline.passed(now) || exchange.request().body.lags(this, service, now)) {
      Deadline.Kind kind = deadline.take();
      if (exchange.active()) {
        exchange.expired(kind, now);
      }
    }
  }

  /** The client has opened its window by so much. */
  void windowOpened(int by) {
    stall.opened(by);
  }

  // What belongs to the connection.

  @Override
  public Http2ClientStream stream() {
    return this;
  }

  @Override
  public Peer peer() {
    return connection.peer();
  }

  @Override
  public ConnectionEnds ends() {
    return connection.ends();
  }

  @Override
  public @Nullable Secured secured() {
    return connection.secured();
  }

  @Override
  public ByteBufAllocator allocator() {
    return connection.channel().alloc();
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public boolean mayPersist() {
    return true;
  }

  @Override
  public boolean inSession() {
    return connection.inSession();
  }

  @Override
  public void sessionBegins() {
    connection.sessionBegins();
  }

  @Override
  public void upgraded() {
    deadline.set(Deadline.Kind.TUNNEL, service.worker.now() + service.timeouts.tunnel);
    ByteBuf waiting = held.take();
    if (waiting != null) {
      exchange.tunnel(waiting);
    }
    endTunnelIf(requestEnded);
    updateReading();
  }

  /** Ends a tunnel as its server has. */
  @Override
  public void closeAfterFlush() {
    end(null);
    deadline.clear();
  }
}
