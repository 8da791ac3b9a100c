package dev.shunt.node.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * This node's end of an HTTP/2 connection, with a client or with a server: Netty's codec for
 * frames, compression and windows; what is written is flushed once for all events that an event
 * loop has at a time, whichever connections they are of.
 */
abstract class Http2Endpoint extends Http2ConnectionHandler implements Worker.Flushable {

  /** The connection's window: so much may be on its way for all streams together. */
  private static final int CONNECTION_WINDOW = 1 << 20;

  final Worker worker;
  final SocketChannel channel;
  private @Nullable ChannelHandlerContext context;
  private final QueuedData queued;
  private boolean dirty;
  private boolean failed;

  Http2Endpoint(Http2Codec codec, Worker worker, SocketChannel channel) {
    super(codec.decoder(), codec.encoder(), codec.settings(), true);
    this.worker = worker;
    this.channel = channel;
    this.queued = codec.queued();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
    connection()
        .local()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(),
            CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    if (failed) {
      ReferenceCountUtil.release(message);
      return;
    }
    super.channelRead(from, message);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext from) throws Exception {
    super.channelReadComplete(from);
    worker.flushPending();
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
      ChannelFuture _ = from.close(); // The other end has cut the connection.
    } else {
      super.exceptionCaught(from, cause);
    }
  }

  final ChannelHandlerContext context() {
    ChannelHandlerContext there = context;
    if (there == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return there;
  }

  /** Nothing that comes is read any more. Returns false if that was so before. */
  final boolean fail() {
    boolean first = !failed;
    failed = true;
    return first;
  }

  final boolean failed() {
    return failed;
  }

  /** So many bytes of a stream's body have found a taker. */
  final void consumed(Http2Stream of, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(of, bytes)) {
        flushLater();
      }
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  final boolean isWritable(Http2Stream of) {
    return encoder().flowController().isWritable(of);
  }

  /** Bytes that wait for the other end: for its windows, or for its network. */
  public long held() {
    return Backlog.of(channel) + queued.bytes();
  }

  final ByteBufAllocator allocator() {
    return channel.alloc();
  }

  final void flushLater() {
    if (!dirty) {
      dirty = true;
      worker.flushShared(this);
    }
  }

  /** Writes what is left to be written before a flush; {@link #flushLater} does nothing from it. */
  void writeTails() {}

  @Override
  public final void flush() {
    dirty = true;
    writeTails();
    dirty = false;
    if (channel.isActive()) {
      flush(context());
    }
  }
}
