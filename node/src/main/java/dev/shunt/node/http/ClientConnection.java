package dev.shunt.node.http;

import dev.shunt.node.http.ForwardedHeaders.Peer;
import dev.shunt.node.tcp.ConnectionEnds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Error;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: reads one request after the other and hands each to the exchange.
 *
 * <p>What comes while it cannot be handed on (a body before the server is connected, the next
 * request before the response is complete) is held and reading stops: it is bounded by what one
 * read brings.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements Client, Worker.Flushable, Clients.Member {

  /** What the next bytes are. */
  private enum Phase {
    HEAD,
    BODY,
    RESPONSE_PENDING,
    TUNNEL,
    /** Anything, to be thrown away: the last response is being sent. */
    CLOSING
  }

  /** What one read of the socket may bring, which TLS hands on in several parts. */
  private static final int ONE_READ = 131_072;

  /** Where the version of HTTP/2's preface begins: behind {@code PRI * }. */
  private static final int PREFACE_VERSION = 6;

  private final Clients.Link link = new Clients.Link(this);
  private final Stall stall;
  private final ServiceLoop service;
  private final Worker worker;
  private final SocketChannel channel;
  private final @Nullable Secured secured;
  private final InetSocketAddress peerAddress;
  private final Peer peer;
  private final HttpExchange exchange;
  private final Deadline deadline = new Deadline();
  private Phase phase = Phase.HEAD;
  private @Nullable HttpHead head;
  private final HeldBytes held = new HeldBytes();
  private int requests;
  private boolean consuming;
  private boolean reading = true;
  private boolean dirty;
  private boolean session;

  /**
   * @param secured its encryption, if it has one
   */
  ClientConnection(
      ServiceLoop service,
      SocketChannel channel,
      InetSocketAddress remote,
      @Nullable Secured secured) {
    this.service = service;
    this.worker = service.worker;
    this.channel = channel;
    this.secured = secured;
    this.peerAddress = remote;
    this.stall = new Stall(service.limits.clientRate());
    this.peer = service.forwarded.peer(remote);
    this.exchange = new HttpExchange(this, service, remote);
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public ConnectionEnds ends() {
    return ConnectionEnds.of(channel);
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }

  @Override
  public @Nullable Secured secured() {
    return secured;
  }

  Channel channel() {
    return channel;
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  // Events of the channel.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    worker.clients().add(link);
    deadline.set(Deadline.Kind.IDLE, worker.now() + service.timeouts.firstByte);
    if (worker.draining()) {
      closeIfIdle();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    worker.eventBegins();
    service.counters.add(Count.BYTES_IN, in.readableBytes());
    if (!held.any()) {
      consume(in);
    } else if (held.size() + in.readableBytes() > 2 * service.limits.bufferedBytes() + ONE_READ) {
      in.release();
      reset();
    } else {
      held.add(in);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    worker.flushPending();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    stall.changed();
    exchange.clientWritabilityChanged(channel.isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    phase = Phase.CLOSING;
    exchange.clientGone();
    held.release();
    releaseHead();
    deadline.clear();
    worker.clients().remove(link);
    service.counters.add(Count.CONNECTIONS, -1);
    service.runtime.clientLeft();
    worker.flushPending();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  // Reading.

  /** Takes what it can of {@code in}, holds the rest, and releases it. */
  private void consume(ByteBuf in) {
    consuming = true;
    try {
      while (in.isReadable() && !held.any()) {
        consumeSome(in);
      }
    } catch (HttpFault fault) {
      if (speaksHttp2(fault)) {
        switchToHttp2(in);
      } else {
        refuse(fault);
      }
    } finally {
      consuming = false;
      in.release();
    }
  }

  private void consumeSome(ByteBuf in) throws HttpFault {
    switch (phase) {
      case HEAD -> readHead(in);
      case BODY -> {
        if (exchange.takesBody()) {
          readBody(in);
        } else {
          hold(in);
        }
      }
      case RESPONSE_PENDING -> hold(in);
      case TUNNEL -> {
        deadline.set(Deadline.Kind.TUNNEL, worker.now() + service.timeouts.tunnel);
        exchange.tunnel(in.readRetainedSlice(in.readableBytes()));
      }
      case CLOSING -> in.skipBytes(in.readableBytes());
    }
  }

  private void readHead(ByteBuf in) throws HttpFault {
    HttpHead filling = head;
    if (filling == null) {
      filling = worker.takeHead().forRequest(service.requestLimits);
      head = filling;
      deadline.set(Deadline.Kind.HEADER, worker.now() + service.timeouts.header);
    }
    if (filling.feed(in)) {
      requests++;
      phase = Phase.BODY;
      exchange.begin(filling);
      requestProgress();
    }
  }

  /** Whether what is no request is how HTTP/2 begins for those who know (RFC 9113 section 3.3). */
  private boolean speaksHttp2(HttpFault fault) {
    HttpHead filling = head;
    return fault == HttpFault.VERSION_NOT_SUPPORTED
        && requests == 0
        && secured == null
        && service.http2.enabled()
        && filling != null
        && filling.methodIs("PRI")
        && filling.position == PREFACE_VERSION;
  }

  private void switchToHttp2(ByteBuf in) {
    HttpHead filling = head;
    if (filling == null) {
      return;
    }
    ByteBuf all = allocator().buffer();
    // What the head has of this read was not taken from it.
    all.writeBytes(filling.bytes, 0, filling.length - Math.min(filling.length, in.readableBytes()));
    all.writeBytes(in);
    releaseHead();
    deadline.clear();
    worker.clients().remove(link);
    phase = Phase.CLOSING;
    Http2ClientConnection http2 = Http2ClientConnection.of(service, channel, peerAddress, null);
    service.counters.add(Count.BYTES_IN, -all.readableBytes());
    channel.pipeline().addLast(http2);
    channel.pipeline().remove(this);
    channel.pipeline().fireChannelRead(all);
  }

  private void readBody(ByteBuf in) throws HttpFault {
    exchange.body(in);
    requestProgress();
  }

  /** After a part of the request: what comes next, and by when. */
  private void requestProgress() {
    if (phase == Phase.BODY && exchange.request().body.complete()) {
      phase = Phase.RESPONSE_PENDING;
    }
  }

  private void hold(ByteBuf in) {
    held.add(in.readRetainedSlice(in.readableBytes()));
    updateReading();
  }

  /** Goes on with what was held, if there is anybody to take it now. */
  @Override
  public void resume() {
    ByteBuf waiting = consuming ? null : held.take();
    if (waiting != null) {
      consume(waiting);
    }
    updateReading();
  }

  @Override
  public void updateReading() {
    boolean wanted = !held.any() && exchange.serverKeepsUp();
    if (wanted != reading) {
      reading = wanted;
      worker.reading(channel, wanted);
    }
  }

  @Override
  public boolean readingPaused() {
    return !reading;
  }

  // Writing.

  @Override
  public void write(ByteBuf bytes) {
    service.counters.add(Count.BYTES_OUT, bytes.readableBytes());
    channel.write(bytes, channel.voidPromise());
    if (!dirty) {
      dirty = true;
      worker.flushLater(this);
    }
  }

  @Override
  public void flush() {
    dirty = false;
    channel.flush();
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  /** Whether this connection may be kept after the request that is being answered. */
  @Override
  public boolean mayPersist() {
    return !worker.draining() && requests < service.limits.requestsPerConnection();
  }

  @Override
  public boolean inSession() {
    return session;
  }

  @Override
  public void sessionBegins() {
    session = true;
  }

  // The end of exchanges.

  /** The exchange is over and its response sent; {@code keep} for another request. */
  @Override
  public void exchangeDone(boolean keep) {
    releaseHead();
    if (phase == Phase.CLOSING) {
      return;
    }
    if (!keep || worker.draining()) {
      closeGracefully();
      return;
    }
    phase = Phase.HEAD;
    deadline.set(Deadline.Kind.IDLE, worker.now() + service.timeouts.idle);
    if (!consuming) {
      resume();
    }
  }

  @Override
  public void upgraded() {
    phase = Phase.TUNNEL;
    deadline.set(Deadline.Kind.TUNNEL, worker.now() + service.timeouts.tunnel);
    if (!consuming) {
      resume();
    }
  }

  /** Answers a request that is not accepted, and closes. */
  private void refuse(HttpFault fault) {
    service.counters.increment(Count.BAD_REQUESTS);
    if (exchange.active()) {
      exchange.refuse(fault.status(), fault.reason());
      return;
    }
    answer(fault.status(), fault.reason());
  }

  @Override
  public void answer(Answer answer, boolean withBody, String connection) {
    write(answer.render(allocator(), worker.date(), withBody, connection));
  }

  private void answer(int status, String reason) {
    service.counters.increment(Count.ofStatus(status));
    String id = worker.history().refused(worker.now(), service, ends().source(), status, reason);
    Answer given = Answer.error(status, reason, id);
    answer(given, true, "close");
    exchange.refused(given);
    releaseHead();
    closeGracefully();
  }

  /**
   * Sends what was written, then ends the own side and lets the client end its: closing at once
   * could destroy the response on its way, if the client is still sending (RFC 9112 section 9.6).
   */
  private void closeGracefully() {
    phase = Phase.CLOSING;
    held.release();
    updateReading();
    deadline.set(Deadline.Kind.CLOSING, worker.now() + service.timeouts.writeStall);
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(sent -> {
          if (sent.isSuccess() && channel.isActive()) {
            deadline.set(Deadline.Kind.LINGER, worker.now() + service.timeouts.linger);
            Secured.endOutput(secured, channel);
          }
        });
  }

  @Override
  public void closeAfterFlush() {
    phase = Phase.CLOSING;
    deadline.set(Deadline.Kind.CLOSING, worker.now() + service.timeouts.writeStall);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> channel.close());
  }

  @Override
  public void reset(Http2Error code) {
    reset();
  }

  /** Ends the connection so that the client cannot take what it got for complete. */
  @Override
  public void reset() {
    phase = Phase.CLOSING;
    channel.flush(); // What was written before: it may come with what makes the rest wrong.
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    if (secured == null) {
      channel.close();
    } else {
      secured.abort();
    }
  }

  /** A client that has just come has its first request on the way, and cannot know of the drain. */
  @Override
  public void closeIfIdle() {
    if (phase != Phase.HEAD || head != null) {
      return;
    }
    if (requests > 0) {
      closeGracefully();
    } else {
      long wait = Math.min(service.timeouts.linger, service.timeouts.firstByte);
      deadline.set(Deadline.Kind.IDLE, worker.now() + wait);
    }
  }

  private void releaseHead() {
    HttpHead used = head;
    if (used != null) {
      head = null;
      worker.giveBack(used);
    }
  }

  // Time and room.

  @Override
  public long held() {
    return Backlog.of(channel) + held.size() + exchange.held();
  }

  @Override
  public void makeRoom() {
    service.counters.increment(Count.CROWDED_CUT);
    reset();
  }

  @Override
  public void checkDeadline(long now) {
    if (takesTooLittle(now)) {
      service.stalled();
      reset();
    } else if (deadline.passed(now) || exchange.request().body.lags(this, service, now)) {
      expired(now, deadline.take());
    }
  }

  private boolean takesTooLittle(long now) {
    long limit = service.timeouts.writeStall;
    return phase == Phase.CLOSING
        ? deadline.awaits(Deadline.Kind.CLOSING) && stall.behind(channel, now, limit)
        : stall.passed(channel, now, limit);
  }

  private void expired(long now, Deadline.Kind kind) {
    switch (kind) {
      case NONE -> {}
      case IDLE -> closeGracefully();
      case HEADER -> {
        service.counters.increment(Count.TIMEOUTS);
        answer(408, "the request's headers did not come in time");
      }
      case BODY, RESPONSE, RESPONSE_BODY -> exchange.expired(kind, now);
      case TUNNEL, LINGER -> channel.close();
      case CLOSING -> deadline.set(kind, now + service.timeouts.writeStall);
    }
  }
}
