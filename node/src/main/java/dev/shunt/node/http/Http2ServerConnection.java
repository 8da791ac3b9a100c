package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server over HTTP/2, with a stream for each exchange. It is used from the
 * server's first SETTINGS on, so that no limit of the server is passed, and what speaks something
 * else is found out before a request is lost to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Http2ServerConnection extends Http2Endpoint {

  /** Who is told how it goes on. */
  interface Owner {

    /** The server's settings are there. */
    void ready(Http2ServerConnection connection);

    /** Nothing new goes there any more. */
    void leaves(Http2ServerConnection connection);

    /** It is closed, perhaps before it was ready. */
    void closed(Http2ServerConnection connection);
  }

  private final ServerSlot slot;
  private final Owner owner;
  private final FrameBudget budget;
  private final Http2Connection.PropertyKey key;
  private final int maxStreams;
  private final boolean encrypted;
  private long idleSince;
  private int requests;
  private int lastProcessed = Integer.MAX_VALUE;
  private boolean ready;
  private boolean leaving;
  private boolean tunnels;

  private Http2ServerConnection(
      Http2Codec codec, ServerSlot slot, SocketChannel channel, boolean encrypted, Owner owner) {
    super(codec, slot.loop.worker, channel);
    this.slot = slot;
    this.encrypted = encrypted;
    this.owner = owner;
    this.budget = codec.budget();
    this.maxStreams = slot.loop.runtime.config().toServers().streams();
    this.key = connection().newKey();
    this.idleSince = worker.now();
    codec.decoder().frameListener(new Frames());
    connection().addListener(new Streams());
    codec.encoder().flowController().listener(this::writabilityChanged);
  }

  /**
   * @param encrypted whether TLS is around it
   */
  static Http2ServerConnection of(
      ServerSlot slot, SocketChannel channel, boolean encrypted, Owner owner) {
    try {
      Http2Codec codec = Http2Codec.toServer(slot.loop);
      return new Http2ServerConnection(codec, slot, channel, encrypted, owner);
    } catch (Http2Exception e) {
      throw new IllegalStateException("a new connection has nothing against it", e);
    }
  }

  // Events of the channel.

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    slot.opened();
    long patience = slot.loop.runtime.config().timeouts().connect().toNanos();
    channel.eventLoop().schedule(this::checkReady, patience, TimeUnit.NANOSECONDS);
    flush(added);
  }

  private void checkReady() {
    if (!ready) {
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) throws Exception {
    leave();
    super.channelInactive(from);
    slot.closed();
    owner.closed(this);
    worker.flushPending();
  }

  // Frames.

  /** What servers send, after Netty found it to be right. */
  private final class Frames extends Http2FrameAdapter {

    @Override
    public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings) {
      if (Boolean.TRUE.equals(settings.connectProtocolEnabled())) {
        tunnels = true;
      }
      if (!ready) {
        ready = true;
        owner.ready(Http2ServerConnection.this);
      }
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext from,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      Http2ServerStream of = streamOf(connection().stream(id));
      try {
        if (of != null && !of.headers(headers, end, allocator())) {
          throw Http2ServerStream.malformed(id);
        }
      } catch (HttpFault fault) {
        throw Http2ServerStream.malformed(id);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean end)
        throws Http2Exception {
      Http2ServerStream of = streamOf(connection().stream(id));
      if (of != null && of.awaitsHead()) {
        throw Http2ServerStream.malformed(id); // RFC 9113 section 8.1; Netty lets it pass.
      }
      return of == null ? data.readableBytes() + padding : of.data(data, padding, end);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext from, int id, long code) {
      Http2Stream of = connection().stream(id);
      Http2ServerStream used = streamOf(of);
      if (of != null && used != null) {
        used.wasReset(code);
        if (code == Http2Error.REFUSED_STREAM.code()) {
          ended(of, true);
        }
      }
    }
  }

  private @Nullable Http2ServerStream streamOf(@Nullable Http2Stream of) {
    return of == null ? null : of.getProperty(key);
  }

  /** Ends of streams, and of the connection for new ones. */
  private final class Streams extends Http2ConnectionAdapter {

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
      lastProcessed = lastStreamId;
      leave();
    }

    @Override
    public void onStreamClosed(Http2Stream of) {
      ended(of, of.id() > lastProcessed);
      if (connection().numActiveStreams() == 0) {
        idleSince = worker.now();
        closeIfLeft();
      }
    }
  }

  private void ended(Http2Stream of, boolean untouched) {
    Http2ServerStream used = of.removeProperty(key);
    if (used != null) {
      if (untouched) {
        slot.loop.counters.increment(Count.H2_SERVER_UNPROCESSED);
      }
      used.closed(untouched);
    }
  }

  private void writabilityChanged(Http2Stream of) {
    Http2ServerStream used = streamOf(of);
    if (used != null) {
      used.writabilityChanged();
    }
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    Http2ServerStream of = streamOf(connection().stream(error.streamId()));
    try {
      budget.spend(FrameBudget.Kind.FAULT);
      CountedFrames.checkOpened(connection(), error.streamId());
    } catch (Http2Exception worse) {
      onError(from, outbound, worse);
      return;
    }
    if (of == null) {
      return; // It was on its way when this node gave the stream up.
    }
    slot.loop.counters.increment(Count.H2_SERVER_ERRORS);
    super.onStreamError(from, outbound, cause, error);
    of.faulty();
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    if (!fail()) {
      return;
    }
    slot.loop.counters.increment(Count.H2_SERVER_ERRORS);
    leave();
    super.onConnectionError(from, outbound, cause, error);
  }

  // What exchanges do.

  /** Whether another request may be sent now. */
  boolean hasRoom() {
    return ready
        && !leaving
        && connection().numActiveStreams() < maxStreams
        && connection().local().canOpenStream()
        && channel.isActive();
  }

  boolean used() {
    return requests > 0;
  }

  boolean encrypted() {
    return encrypted;
  }

  /** Whether the server can be asked for WebSockets (RFC 8441 section 3). */
  boolean takesTunnels() {
    return tunnels;
  }

  void open(Http2ServerStream as, Http2Headers headers, boolean last) {
    try {
      int id = connection().local().incrementAndGetNextStreamId();
      Http2Stream of = connection().local().createStream(id, false);
      of.setProperty(key, as);
      as.opened(of);
      if (++requests >= slot.loop.limits.requestsPerServerConnection()
          || id >= Integer.MAX_VALUE - 2) {
        leave();
      }
      writeHeaders(of, headers, last);
    } catch (Http2Exception e) {
      leave();
      as.closed(true);
    }
  }

  void writeHeaders(Http2Stream of, Http2Headers headers, boolean last) {
    encoder().writeHeaders(context(), of.id(), headers, 0, last, context().newPromise());
    flushLater();
  }

  ChannelFuture writeData(Http2Stream of, ByteBuf data, boolean last) {
    ChannelFuture sent =
        encoder().writeData(context(), of.id(), data, 0, last, context().newPromise());
    flushLater();
    return sent;
  }

  void reset(Http2Stream of, Http2Error code) {
    of.removeProperty(key);
    resetStream(context(), of.id(), code.code(), context().newPromise());
    flushLater();
  }

  // The end.

  /** How long it has had nothing to do, in nanoseconds; 0 while it has. */
  long idleFor(long now) {
    return connection().numActiveStreams() == 0 ? now - idleSince : 0;
  }

  /** Takes nothing new, and closes when what is under way has ended. */
  void leave() {
    if (!leaving) {
      leaving = true;
      owner.leaves(this);
      closeIfLeft();
    }
  }

  private void closeIfLeft() {
    if (leaving && !failed() && connection().numActiveStreams() == 0 && channel.isActive()) {
      channel.eventLoop().execute(channel::close);
    }
  }
}
