package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** A connection to a server over HTTP/1.1: has one exchange at a time, or is idle. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ServerConnection extends ChannelInboundHandlerAdapter
    implements ServerSide, Worker.Flushable {

  private final ServerSlot slot;
  private @Nullable HttpExchange exchange;
  private @Nullable Channel channel;
  private long idleSince;
  private int requests;
  private boolean opened;
  private boolean broken;
  private boolean reading = true;
  private boolean dirty;

  ServerConnection(ServerSlot slot, @Nullable HttpExchange exchange) {
    this.slot = slot;
    this.exchange = exchange;
  }

  @Override
  public ServerSlot slot() {
    return slot;
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long now) {
    idleSince = now;
  }

  @Override
  public boolean reused() {
    return requests > 1;
  }

  private boolean usedUp() {
    return slot.namesClients() || requests >= slot.loop.limits.requestsPerServerConnection();
  }

  @Override
  public boolean broken() {
    return broken;
  }

  void connecting(ChannelFuture future) {
    channel = future.channel();
    slot.whenOpen(future, this::connected);
  }

  private void connected(boolean success, @Nullable Throwable cause) {
    HttpExchange waiting = exchange;
    if (success) {
      opened();
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

  /** Takes over a connection that is open, and on which the server chose HTTP/1.1. */
  void adopt(Channel there) {
    channel = there;
    opened();
  }

  private void opened() {
    HttpExchange waiting = exchange;
    opened = true;
    slot.opened();
    if (waiting == null) {
      slot.putIdle(this, slot.loop.worker.now());
    } else {
      waiting.connected(this);
      slot.loop.worker.flushPending();
    }
  }

  void assign(HttpExchange to) {
    exchange = to;
  }

  @Override
  public void leave() {
    exchange = null;
  }

  @Override
  public void send(HttpHead head, boolean last, ByteBufAllocator allocator) {
    requests++;
    write(head.render(allocator, 0));
  }

  @Override
  public void done(boolean reusable) {
    if (reusable && !usedUp()) {
      reading(true);
      slot.putIdle(this, slot.loop.worker.now());
    } else {
      close();
    }
  }

  /** Whether it is open, as far as is known here. */
  boolean active() {
    Channel there = channel;
    return there != null && there.isActive();
  }

  @Override
  public boolean writable() {
    Channel there = channel;
    return there != null && there.isWritable();
  }

  @Override
  public long held() {
    return Backlog.of(channel);
  }

  @Override
  public void write(ByteBuf bytes) {
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

  @Override
  public void reading(boolean wanted) {
    Channel there = channel;
    if (reading != wanted && there != null) {
      reading = wanted;
      slot.loop.worker.reading(there, wanted);
    }
  }

  @Override
  public void close() {
    Channel there = channel;
    if (there != null) {
      there.close();
    }
  }

  /** Half a close is said where it cannot be taken for a whole one: not through TLS. */
  @Override
  public void endTunnel() {
    if (slot.loop.runtime.serverTls() == null && channel instanceof SocketChannel socket) {
      socket.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> socket.shutdownOutput());
    } else {
      closeAfterFlush();
    }
  }

  @Override
  public void closeAfterFlush() {
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
    slot.loop.worker.eventBegins();
    slot.counters.add(ServerCount.BYTES_IN, bytes.readableBytes());
    try {
      current.serverRead(bytes);
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
    slot.closed();
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
