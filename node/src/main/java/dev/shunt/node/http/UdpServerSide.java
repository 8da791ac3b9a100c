package dev.shunt.node.http;

import dev.shunt.node.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session's socket towards its server. It is connected, so that the system takes datagrams from
 * nobody else and tells when nobody listens there.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class UdpServerSide extends ChannelInboundHandlerAdapter implements Worker.Flushable {

  final ServerSlot slot;
  private final UdpSession session;
  private final Channel channel;
  private boolean dirty;
  private boolean ended;

  /** Whether the event that is being handled ended with a datagram without a byte. */
  private boolean empty;

  private UdpServerSide(ServerSlot slot, UdpSession session, Channel channel) {
    this.slot = slot;
    this.session = session;
    this.channel = channel;
  }

  /** Opens a socket; empty, and counted, where there is none. */
  static Optional<UdpServerSide> open(ServerSlot slot, UdpSession session) {
    Worker worker = slot.loop.worker;
    Channel channel;
    try {
      channel = worker.transport().newDatagramChannel();
    } catch (ChannelException e) {
      slot.loop.counters.increment(Count.UDP_NO_SOCKET);
      return Optional.empty();
    }
    UdpServerSide side = new UdpServerSide(slot, session, channel);
    channel
        .config()
        .setRecvByteBufAllocator(
            worker.transport().endsAtEmptyDatagrams()
                ? worker.received().allocator(side::readEmpty)
                : worker.received().allocator())
        .setOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            ServerSlot.waterMark(slot.loop.limits.bufferedBytes()));
    channel.pipeline().addLast(side);
    slot.begin();
    worker.eventLoop().register(channel);
    // Nothing goes over the network for that, so it is done when the call comes back.
    ChannelFuture connected = channel.connect(slot.address());
    if (!connected.isSuccess()) {
      slot.loop.counters.increment(Count.UDP_NO_SOCKET);
      side.close();
      return Optional.empty();
    }
    return Optional.of(side);
  }

  /**
   * Sends a datagram on, or drops and counts it where the socket has no room.
   *
   * @param header what it begins with
   */
  void send(byte @Nullable [] header, ByteBuf datagram) {
    if (!channel.isWritable()) {
      channel.flush();
    }
    if (!channel.isWritable()) {
      slot.loop.counters.increment(Count.UDP_DROPPED);
      return;
    }
    int length = datagram.readableBytes() + (header == null ? 0 : header.length);
    if (length == 0) {
      Transport.sendEmpty(channel, null);
      return;
    }
    ByteBuf copy = channel.alloc().directBuffer(length, length);
    if (header != null) {
      copy.writeBytes(header);
    }
    copy.writeBytes(datagram);
    slot.counters.add(ServerCount.BYTES_OUT, length);
    channel.write(copy, channel.voidPromise());
    if (!dirty) {
      dirty = true;
      slot.loop.worker.flushLater(this);
    }
  }

  @Override
  public void flush() {
    dirty = false;
    channel.flush();
  }

  /** Leaves the server; what was sent goes on first. */
  void close() {
    if (!ended) {
      ended = true;
      slot.end();
      channel.flush();
      Transport.closeAfterEvent(channel);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    slot.opened();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    slot.closed();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    try {
      slot.counters.add(ServerCount.BYTES_IN, packet.content().readableBytes());
      if (!ended) {
        session.fromServer(this, packet.content());
      }
    } finally {
      packet.release();
    }
  }

  private void readEmpty() {
    empty = true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (empty) {
      empty = false;
      if (!ended) {
        session.fromServer(this, Unpooled.EMPTY_BUFFER);
      }
    }
    slot.loop.worker.flushPending();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (isUnreachable(cause)) {
      if (!ended) {
        session.unreachable(this);
      }
    } else if (!ended) {
      slot.loop.counters.increment(Count.UDP_SEND_FAILED);
    }
  }

  /** ICMP "port unreachable", as the system tells it to whoever sends or receives next. */
  private static boolean isUnreachable(Throwable cause) {
    return cause instanceof PortUnreachableException
        || cause instanceof ConnectException
        || (cause instanceof Errors.NativeIoException e
            && e.expectedErr() == Errors.ERROR_ECONNREFUSED_NEGATIVE);
  }
}
