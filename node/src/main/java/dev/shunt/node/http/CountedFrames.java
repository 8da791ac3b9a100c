package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/**
 * Counts every frame that comes, also those that change nothing, before it is acted on, and checks
 * that headers are for a stream that can have them.
 */
final class CountedFrames implements Http2FrameReader {

  private final Http2FrameReader reader;
  private final FrameBudget budget;
  private final Http2Connection connection;
  private final @Nullable ClosedStreams closed;
  private @Nullable Counting counting;

  /**
   * @param closed streams of a client, for which no headers may come; absent: it is a server
   */
  CountedFrames(
      Http2FrameReader reader,
      FrameBudget budget,
      Http2Connection connection,
      @Nullable ClosedStreams closed) {
    this.connection = connection;
    this.closed = closed;
    this.reader = reader;
    this.budget = budget;
  }

  @Override
  public void readFrame(ChannelHandlerContext context, ByteBuf input, Http2FrameListener listener)
      throws Http2Exception {
    Counting current = counting;
    if (current == null || !current.isOf(listener)) {
      current = new Counting(listener);
      counting = current;
    }
    reader.readFrame(context, input, current);
  }

  private void checkHeaders(int id) throws Http2Exception {
    if (closed != null) {
      closed.checkHeaders(connection, id);
    } else {
      checkOpened(connection, id);
    }
  }

  /**
   * Fails unless this node has opened the stream, now or earlier. Netty would take HEADERS on
   * another one for a stream that the server opens, which nobody ever closes, and malformed frames
   * for a fault of that stream alone (RFC 9113 section 5.1.1).
   *
   * @throws Http2Exception that ends the connection, when this node has not opened the stream
   */
  static void checkOpened(Http2Connection connection, int id) throws Http2Exception {
    if (!connection.streamMayHaveExisted(id)) {
      throw neverOpened(id);
    }
  }

  /** What ends the connection for a frame on a stream that is idle (RFC 9113 section 5.1). */
  static Http2Exception neverOpened(int id) {
    return Http2Exception.connectionError(
        Http2Error.PROTOCOL_ERROR, "a frame on stream %d, which was not opened", id);
  }

  @Override
  public Configuration configuration() {
    return reader.configuration();
  }

  @Override
  public void close() {
    reader.close();
  }

  /** Tells the listener after counting. */
  private final class Counting extends Http2FrameListenerDecorator {

    Counting(Http2FrameListener listener) {
      super(listener);
    }

    @SuppressWarnings("ReferenceEquality") // It is about this very listener.
    private boolean isOf(Http2FrameListener other) {
      return listener == other;
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
        throws Http2Exception {
      if (!data.isReadable() && !end) {
        budget.spend(FrameBudget.Kind.EMPTY_DATA);
      }
      return listener.onDataRead(context, id, data, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
        throws Http2Exception {
      checkHeaders(id);
      listener.onHeadersRead(context, id, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      checkHeaders(id);
      listener.onHeadersRead(context, id, headers, dependency, weight, exclusive, padding, end);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int id, long code)
        throws Http2Exception {
      budget.spend(FrameBudget.Kind.RESET);
      listener.onRstStreamRead(context, id, code);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
        throws Http2Exception {
      budget.spend(FrameBudget.Kind.SETTINGS);
      listener.onSettingsRead(context, settings);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
      budget.spend(FrameBudget.Kind.PING);
      listener.onPingRead(context, data);
    }

    /** Nobody was allowed to push: a client never is, and servers were told. */
    @Override
    public void onPushPromiseRead(
        ChannelHandlerContext context, int id, int promised, Http2Headers headers, int padding)
        throws Http2Exception {
      throw Http2Exception.connectionError(
          Http2Error.PROTOCOL_ERROR, "PUSH_PROMISE on stream %d", id);
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext context, int id, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      budget.spend(FrameBudget.Kind.OTHER);
      listener.onPriorityRead(context, id, dependency, weight, exclusive);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int id, int increment)
        throws Http2Exception {
      budget.spend(FrameBudget.Kind.OTHER);
      listener.onWindowUpdateRead(context, id, increment);
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext context, byte type, int id, Http2Flags flags, ByteBuf payload)
        throws Http2Exception {
      budget.spend(FrameBudget.Kind.OTHER);
      listener.onUnknownFrame(context, type, id, flags, payload);
    }
  }
}
