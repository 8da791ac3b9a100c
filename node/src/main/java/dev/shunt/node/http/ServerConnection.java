package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** A connection to a server: has one exchange at a time, or is idle. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ServerConnection extends ChannelInboundHandlerAdapter implements Worker.Flushable {

  private final ServerSlot slot;
  private @Nullable HttpExchange exchange;
  private @Nullable Channel channel;
  private long idleSince;
  private int requests;
  private boolean opened;
  private boolean broken;
  private boolean reading = true;
  private boolean dirty;

  ServerConnection(ServerSlot slot, HttpExchange exchange) {
    this.slot = slot;
    this.exchange = exchange;
  }

  ServerSlot slot() {
    return slot;
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long now) {
    idleSince = now;
  }

  /** Whether it carried a request before the one it has. */
  boolean reused() {
    return requests > 1;
  }

  boolean usedUp() {
    return slot.namesClients() || requests >= slot.loop.limits.requestsPerServerConnection();
  }

  /** Whether it ended by an error, not by the server's proper close. */
  boolean broken() {
    return broken;
  }

  void connecting(ChannelFuture future) {
    channel = future.channel();
    ServerSlot.whenOpen(future, this::connected);
  }

  private void connected(boolean success, @Nullable Throwable cause) {
    HttpExchange waiting = exchange;
    if (success) {
      opened = true;
      slot.counters.increment(ServerCount.OPENED);
      slot.counters.add(ServerCount.CONNECTIONS, 1);
      if (waiting == null) {
        slot.putIdle(this, slot.loop.worker.now());
      } else {
        waiting.connected(this);
        slot.loop.worker.flushPending();
      }
      return;
    }
    slot.loop.counters.increment(Count.CONNECT_FAILURES);
    slot.loop.runtime.connectFailed(slot.server);
    exchange = null;
    if (waiting != null) {
      waiting.connectFailed(
          this,
          cause instanceof ConnectTimeoutException
              || cause instanceof SslHandshakeTimeoutException);
      slot.loop.worker.flushPending();
    }
  }

  void assign(HttpExchange to) {
    exchange = to;
  }

  /** Leaves its exchange, with which it has nothing more to do. */
  void leave() {
    exchange = null;
  }

  void countRequest() {
    requests++;
  }

  /** Whether it is open, as far as is known here. */
  boolean active() {
    Channel there = channel;
    return there != null && there.isActive();
  }

  boolean writable() {
    Channel there = channel;
    return there != null && there.isWritable();
  }

  void write(ByteBuf bytes) {
    slot.counters.add(ServerCount.BYTES_OUT, bytes.readableBytes());
    Channel there = channel;
    if (there == null) {
      bytes.release();
    } else {
      there.write(bytes, there.voidPromise());
      if (!dirty) {
        dirty = true;
        slot.loop.worker.flushLater(this);
      }
    }
  }

  @Override
  public void flush() {
    dirty = false;
    Channel there = channel;
    if (there != null) {
      there.flush();
    }
  }

  /** Stops or resumes reading, as the client can take more or not. */
  void reading(boolean wanted) {
    Channel there = channel;
    if (reading != wanted && there != null) {
      reading = wanted;
      there.config().setAutoRead(wanted);
    }
  }

  void close() {
    Channel there = channel;
    if (there != null) {
      there.close();
    }
  }

  /** Closes after what was written has been sent. */
  void closeAfterFlush() {
    Channel there = channel;
    if (there != null) {
      there.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> there.close());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    HttpExchange current = exchange;
    if (current == null || !(message instanceof ByteBuf bytes)) {
      // Nobody asked: whatever this is, it must not become the next request's answer.
      ReferenceCountUtil.release(message);
      close();
      return;
    }
    slot.counters.add(ServerCount.BYTES_IN, bytes.readableBytes());
    try {
      current.serverRead(this, bytes);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    slot.loop.worker.flushPending();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    HttpExchange current = exchange;
    if (current != null) {
      current.serverWritabilityChanged();
      slot.loop.worker.flushPending();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!opened) {
      return; // Its handshake failed, which was said elsewhere.
    }
    slot.counters.add(ServerCount.CONNECTIONS, -1);
    slot.gone(this);
    HttpExchange current = exchange;
    exchange = null;
    if (current != null) {
      current.serverClosed(this);
      slot.loop.worker.flushPending();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken = true;
    context.close();
  }
}
