package dev.shunt.node.http;

import dev.shunt.node.tcp.ConnectionEnds;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** The connection to the server of one relayed connection. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class TcpServerSide extends ChannelInboundHandlerAdapter {

  private final ServerSlot slot;
  private final TcpConnection connection;
  private @Nullable TcpSide side;
  private long began;
  private boolean opened;
  private boolean ended;

  TcpServerSide(ServerSlot slot, TcpConnection connection) {
    this.slot = slot;
    this.connection = connection;
  }

  void open(ConnectionEnds ends) {
    slot.begin();
    began = slot.loop.worker.now();
    ChannelFuture opening = slot.open(this, ends);
    if (opening.channel() instanceof SocketChannel channel) {
      side =
          new TcpSide(channel, slot.loop.runtime.serverTls() == null ? null : () -> bye(channel));
      slot.whenOpen(opening, (success, _) -> opened(success));
    } else {
      // There was not even a socket: too many files are open.
      slot.loop.worker.eventLoop().execute(() -> opened(false));
    }
  }

  private static ChannelFuture bye(SocketChannel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
  }

  private void opened(boolean success) {
    if (success) {
      opened = true;
      slot.opened();
      if (ended) {
        side().reset();
      } else {
        slot.answered(0, began);
        connection.connected();
      }
    } else if (!ended) {
      // A client that left while its server was being connected says nothing about the server.
      ended = true;
      slot.loop.counters.increment(Count.CONNECT_FAILURES);
      slot.loop.runtime.connectFailed(slot.server);
      slot.failed();
      slot.end();
      if (side != null) {
        side.close();
      }
      connection.notConnected();
    }
  }

  TcpSide side() {
    TcpSide there = side;
    if (there == null) {
      throw new IllegalStateException("not opened");
    }
    return there;
  }

  void write(ByteBuf bytes) {
    slot.counters.add(ServerCount.BYTES_OUT, bytes.readableBytes());
    side().write(bytes);
  }

  void flush() {
    side().flush();
  }

  /** Bytes that wait for the server. */
  long held() {
    return side == null ? 0 : Backlog.of(side.channel());
  }

  /**
   * Leaves the connection that it was opened for.
   *
   * @param complete whether the server was told all
   */
  void end(boolean complete) {
    if (ended) {
      return;
    }
    ended = true;
    slot.end();
    if (side == null) {
      return;
    }
    if (complete) {
      side.close();
    } else {
      side.reset();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    slot.counters.add(ServerCount.BYTES_IN, in.readableBytes());
    connection.serverRead(in);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    connection.serverReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    side().writabilityChanged();
    connection.readClient();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS) {
      side().saidAll();
      connection.passOnEnds();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!opened) {
      return; // Its handshake failed, which is told elsewhere.
    }
    slot.closed();
    if (!ended) {
      slot.counters.increment(ServerCount.ERRORS);
      connection.end(TcpEnd.SERVER_LEFT);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
