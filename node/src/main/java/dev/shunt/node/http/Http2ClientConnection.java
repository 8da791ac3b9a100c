package dev.shunt.node.http;

import dev.shunt.node.http.ForwardedHeaders.Peer;
import dev.shunt.node.tcp.ConnectionEnds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/2 connection, with an exchange for each stream. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Http2ClientConnection extends Http2Endpoint implements Clients.Member {

  private static final int MAX_SPARE = 64;

  private final ServiceLoop service;
  private final InetSocketAddress remote;
  private final Peer peer;
  private final @Nullable Secured secured;
  private final FrameBudget budget;
  private final ClosedStreams closed;
  private final Http2Connection.PropertyKey key;
  private final Clients.Link link = new Clients.Link(this);
  private final List<Http2ClientStream> live = new ArrayList<>();
  private final ArrayDeque<Http2ClientStream> spare = new ArrayDeque<>();
  private final ArrayList<Http2ClientStream> tails = new ArrayList<>();
  private final Deadline deadline = new Deadline();

  /** Until the client has heard the farewell; requests on their way do not put it off. */
  private final Deadline farewell = new Deadline();

  private final Stall stall;
  private final Goodbye goodbye = new Goodbye();
  private int requests;
  private boolean session;

  private Http2ClientConnection(
      Http2Codec codec,
      ServiceLoop service,
      SocketChannel channel,
      InetSocketAddress remote,
      @Nullable Secured secured) {
    super(codec, service.worker, channel);
    this.budget = codec.budget();
    this.closed = codec.closed();
    this.service = service;
    this.remote = remote;
    this.stall = new Stall(service.limits.clientRate());
    this.peer = service.forwarded.peer(remote);
    this.secured = secured;
    this.key = connection().newKey();
    codec.decoder().frameListener(new Frames());
    connection().addListener(new Streams());
    codec.encoder().flowController().listener(this::writabilityChanged);
  }

  static Http2ClientConnection of(
      ServiceLoop service,
      SocketChannel channel,
      InetSocketAddress remote,
      @Nullable Secured secured) {
    return new Http2ClientConnection(Http2Codec.of(service), service, channel, remote, secured);
  }

  // Events of the channel.

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    service.counters.increment(Count.H2_CONNECTIONS);
    worker.clients().add(link);
    deadline.set(Deadline.Kind.IDLE, worker.now() + service.timeouts.firstByte);
    if (worker.draining()) {
      closeIfIdle();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    service.counters.add(Count.BYTES_IN, ((ByteBuf) message).readableBytes());
    super.channelRead(from, message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) throws Exception {
    stall.changed();
    super.channelWritabilityChanged(from);
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) throws Exception {
    super.channelInactive(from);
    deadline.clear();
    farewell.clear();
    worker.clients().remove(link);
    service.counters.add(Count.CONNECTIONS, -1);
    service.runtime.clientLeft();
    worker.flushPending();
  }

  // Frames.

  /** What clients send, after Netty found it to be right. */
  private final class Frames extends Http2FrameAdapter {

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
      Http2Stream of = connection().stream(id);
      Http2ClientStream known = streamOf(of);
      if (known != null) {
        known.trailers(headers);
      } else if (of != null) {
        begin(of, headers, end);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean end) {
      Http2ClientStream known = streamOf(connection().stream(id));
      return known == null ? data.readableBytes() + padding : known.data(data, padding, end);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext from, int id, int increment) {
      Http2ClientStream known = streamOf(connection().stream(id));
      if (known != null) {
        known.windowOpened(increment);
      }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext from, long data) {
      if (data == Goodbye.PING) {
        goodbye.heard();
      }
    }
  }

  private @Nullable Http2ClientStream streamOf(@Nullable Http2Stream of) {
    return of == null ? null : of.getProperty(key);
  }

  private void begin(Http2Stream of, Http2Headers headers, boolean end) throws Http2Exception {
    Http2ClientStream taken = spare.pollLast();
    Http2ClientStream used = taken == null ? new Http2ClientStream(this, service) : taken;
    of.setProperty(key, used);
    live.add(used);
    deadline.clear();
    if (++requests == service.limits.requestsPerConnection()) {
      goodbye.begin();
    }
    used.begin(of, headers, end);
  }

  /** Ends of streams, whatever ended them. */
  private final class Streams extends Http2ConnectionAdapter {

    @Override
    public void onStreamClosed(Http2Stream of) {
      closed.add(of.id(), of.isResetSent());
      Http2ClientStream used = of.removeProperty(key);
      if (used == null) {
        return;
      }
      used.closed();
      live.remove(used);
      if (spare.size() < MAX_SPARE) {
        spare.addLast(used);
      }
      if (live.isEmpty()) {
        deadline.set(Deadline.Kind.IDLE, worker.now() + service.timeouts.idle);
        goodbye.streamsGone();
      }
    }
  }

  private void writabilityChanged(Http2Stream of) {
    Http2ClientStream used = of.getProperty(key);
    if (used != null) {
      used.writabilityChanged(isWritable(of));
    }
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    if (failed()) {
      return;
    }
    if (error.error() == Http2Error.STREAM_CLOSED && closed.wasReset(error.streamId())) {
      return; // It was on its way when this node gave the stream up.
    }
    boolean idle = isIdle(error.streamId());
    if (idle && String.valueOf(error.getMessage()).contains("WINDOW_UPDATE")) {
      // An increment of nothing: Netty looks at that before it looks for the stream.
      onError(from, outbound, CountedFrames.neverOpened(error.streamId()));
      return;
    }
    service.counters.increment(Count.H2_STREAM_ERRORS);
    if (error instanceof Http2Exception.HeaderListSizeException) {
      service.counters.increment(Count.H2_HEADERS_TOO_LARGE);
      service.counters.increment(Count.ofStatus(431));
    }
    try {
      budget.spend(FrameBudget.Kind.FAULT);
      if (idle) {
        open(error.streamId());
      }
      super.onStreamError(from, outbound, cause, error);
    } catch (Http2Exception flood) {
      onError(from, outbound, flood);
    }
  }

  /**
   * Opens a stream whose first headers were refused, which Netty only resets: what follows them
   * would be for a stream that was never there, an error of the connection, and other headers would
   * open it after all.
   */
  private void open(int id) {
    Http2Connection.Endpoint<?> client = connection().remote();
    int most = client.maxActiveStreams();
    client.maxActiveStreams(Integer.MAX_VALUE); // It may be one too many, and ends at once.
    try {
      client.createStream(id, false);
    } catch (Http2Exception e) {
      // After a farewell, when what follows is passed over anyway.
    } finally {
      client.maxActiveStreams(most);
    }
  }

  private boolean isIdle(int id) {
    return connection().remote().isValidStreamId(id) && !connection().streamMayHaveExisted(id);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    if (!fail()) {
      return; // What is still read of it must not overtake the word why it ends.
    }
    service.counters.increment(Count.H2_CONNECTION_ERRORS);
    if (error != null
        && error.error() == Http2Error.ENHANCE_YOUR_CALM
        && String.valueOf(error.getMessage()).contains("continuation")) {
      service.counters.increment(Count.H2_CONTINUATION_FLOODS);
    }
    super.onConnectionError(from, outbound, cause, error);
    deadline.set(Deadline.Kind.CLOSING, worker.now() + service.timeouts.writeStall);
  }

  // What streams do.

  void writeHeaders(int id, Http2Headers headers, boolean last) {
    encoder().writeHeaders(context(), id, headers, 0, last, promise(id, last));
    flushLater();
  }

  void writeData(int id, ByteBuf data, boolean last) {
    encoder().writeData(context(), id, data, 0, last, promise(id, last));
    flushLater();
  }

  /**
   * After a response to a request that is not complete the client is told to send no more of it
   * (RFC 9113 section 8.1), once the response is on its way.
   */
  private ChannelPromise promise(int id, boolean last) {
    ChannelPromise promise = context().newPromise();
    if (last) {
      promise.addListener(sent -> {
        Http2ClientStream used = streamOf(connection().stream(id));
        if (sent.isSuccess() && used != null && used.answeredEarly()) {
          reset(id, Http2Error.NO_ERROR);
        }
      });
    }
    return promise;
  }

  void reset(int id, Http2Error code) {
    resetStream(context(), id, code.code(), context().newPromise());
    flushLater();
  }

  Http2RemoteFlowController windows() {
    return encoder().flowController();
  }

  void dirty(Http2ClientStream stream) {
    tails.add(stream);
    flushLater();
  }

  @Override
  void writeTails() {
    for (int i = 0; i < tails.size(); i++) {
      tails.get(i).flushTail();
    }
    tails.clear();
  }

  Peer peer() {
    return peer;
  }

  ConnectionEnds ends() {
    return ConnectionEnds.of(channel);
  }

  boolean inSession() {
    return session;
  }

  void sessionBegins() {
    session = true;
  }

  SocketChannel channel() {
    return channel;
  }

  InetSocketAddress remote() {
    return remote;
  }

  @Nullable Secured secured() {
    return secured;
  }

  // The end of the connection.

  /**
   * The two steps of a farewell (RFC 9113 section 6.8): first, that there will be no more streams,
   * while those on their way are still taken; when the client has heard it, which was the last.
   */
  private final class Goodbye {

    private static final long PING = 0x5368756e74L;
    private boolean begun;
    private boolean done;

    private void begin() {
      if (!begun) {
        begun = true;
        say(Integer.MAX_VALUE);
        encoder().writePing(context(), false, PING, context().newPromise());
        farewell.set(Deadline.Kind.LINGER, worker.now() + service.timeouts.linger);
        flushLater();
      }
    }

    private void heard() {
      if (begun && !done) {
        done = true;
        farewell.clear();
        say(connection().remote().lastStreamCreated());
        flushLater();
        streamsGone();
      }
    }

    private void say(int last) {
      ChannelPromise promise = context().newPromise();
      goAway(context(), last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, promise);
    }

    private void streamsGone() {
      if (done && live.isEmpty()) {
        closeGracefully();
      }
    }
  }

  @Override
  public void closeIfIdle() {
    goodbye.begin();
  }

  /** Sends what there is, ends the own side, and lets the client end its. */
  private void closeGracefully() {
    deadline.set(Deadline.Kind.CLOSING, worker.now() + service.timeouts.writeStall);
    flush(context());
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
  public void reset() {
    channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
    if (secured == null) {
      context().close();
    } else {
      secured.abort();
    }
  }

  // Time and room.

  @Override
  public long held() {
    long sum = super.held();
    for (int i = 0; i < live.size(); i++) {
      sum += live.get(i).held();
    }
    return sum;
  }

  @Override
  public void makeRoom() {
    service.counters.increment(Count.CROWDED_CUT);
    reset();
  }

  @Override
  public void checkDeadline(long now) {
    if (stall.passed(channel, now, service.timeouts.writeStall)) {
      service.stalled();
      reset();
      return;
    }
    for (int i = live.size() - 1; i >= 0; i = Math.min(i, live.size()) - 1) {
      live.get(i).checkDeadline(now);
    }
    if (farewell.passed(now)) {
      goodbye.heard();
    }
    if (deadline.passed(now)) {
      expired(deadline.take());
    }
  }

  private void expired(Deadline.Kind kind) {
    switch (kind) {
      case IDLE -> goodbye.begin();
      case CLOSING -> reset();
      case LINGER -> channel.close();
      default -> {}
    }
  }
}
