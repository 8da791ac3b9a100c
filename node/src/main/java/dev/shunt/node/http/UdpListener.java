package dev.shunt.node.http;

import dev.shunt.node.UdpRelay;
import dev.shunt.node.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's socket at an address of a service: takes clients' datagrams, finds their
 * sessions, and sends the answers, which have this address as their source.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class UdpListener extends ChannelInboundHandlerAdapter implements Worker.Flushable {

  private static final int KEY_BYTES = 16;

  private final ServiceLoop service;
  private final Worker worker;
  private final UdpRelay relay;
  private final Channel channel;
  private final FlowTable<UdpSession> sessions;
  private boolean dirty;

  UdpListener(ServiceLoop service, Channel channel) {
    this.service = service;
    this.worker = service.worker;
    this.relay = service.runtime.config().udp().orElse(UdpRelay.DEFAULT);
    this.channel = channel;
    byte[] key = new byte[KEY_BYTES];
    worker.random().nextBytes(key);
    this.sessions = new FlowTable<>(key);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    try {
      take(packet.sender(), packet.content());
    } finally {
      packet.release();
    }
  }

  private void take(InetSocketAddress client, ByteBuf datagram) {
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    service.counters.increment(Count.UDP_FROM_CLIENTS);
    service.counters.add(Count.BYTES_IN, datagram.readableBytes());
    // An answer to this very socket would be asked again, for ever.
    if (client.getPort() == 0 || client.equals(local)) {
      service.counters.increment(Count.UDP_BAD);
      return;
    }
    UdpSession session = sessions.find(client);
    if (session == null) {
      session = begin(client, local);
    }
    if (session != null) {
      session.fromClient(datagram);
    }
  }

  private @Nullable UdpSession begin(InetSocketAddress client, InetSocketAddress local) {
    if (worker.draining()) {
      service.counters.increment(Count.CONNECTIONS_REFUSED);
      return null;
    }
    // First, so that whoever has enough puts nobody else out.
    ClientCounts counts = service.runtime.perClient();
    if (counts != null && !counts.admit(client.getAddress())) {
      service.counters.increment(Count.CLIENTS_REFUSED);
      return null;
    }
    if (!admit()) {
      service.counters.increment(Count.CONNECTIONS_REFUSED);
      if (counts != null) {
        counts.left(client.getAddress());
      }
      return null;
    }
    UdpSession session = new UdpSession(service, this, relay, client, local);
    if (!session.begin(sessions)) {
      session.end(UdpEnd.NO_SERVER);
      return null;
    }
    return session;
  }

  /** Whether there is room for another session, or somebody of this event loop gives way. */
  private boolean admit() {
    if (service.runtime.admitClient()) {
      return true;
    }
    UdpSession oldest = relay.whenFull() == UdpRelay.WhenFull.REPLACE ? sessions.oldest() : null;
    if (oldest == null) {
      return false;
    }
    oldest.end(UdpEnd.REPLACED);
    return service.runtime.admitClient();
  }

  void forget(FlowTable.Entry<UdpSession> place) {
    sessions.remove(place);
  }

  /** Sends an answer; false, and counted, if the socket has no room. */
  boolean send(ByteBuf datagram, InetSocketAddress client) {
    if (!channel.isWritable()) {
      channel.flush();
    }
    if (!channel.isWritable()) {
      service.counters.increment(Count.UDP_DROPPED);
      return false;
    }
    int length = datagram.readableBytes();
    service.counters.increment(Count.UDP_TO_CLIENTS);
    service.counters.add(Count.BYTES_OUT, length);
    if (length == 0) {
      Transport.sendEmpty(channel, client);
      return true;
    }
    ByteBuf copy =
        channel
            .alloc()
            .directBuffer(length, length)
            .writeBytes(datagram, datagram.readerIndex(), length);
    channel.write(new DatagramPacket(copy, client), channel.voidPromise());
    if (!dirty) {
      dirty = true;
      worker.flushLater(this);
    }
    return true;
  }

  @Override
  public void flush() {
    dirty = false;
    channel.flush();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    worker.flushPending();
  }

  /** One that could not be sent, or could not be received, says nothing about the next. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    service.counters.increment(Count.UDP_SEND_FAILED);
  }
}
