package dev.shunt.node.http;

import dev.shunt.node.Listener;
import dev.shunt.node.NodeException;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listening sockets of a service. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Listeners extends Sockets {

  private static final int BACKLOG = 4096;
  private static final String TOO_MANY = "too many connections";
  private static final String TOO_MANY_OF_ONE = "too many connections of this client";

  private final EventLoopGroup group;

  /**
   * @param loops the service on each of the event loops of {@code group}
   */
  Listeners(Transport transport, EventLoopGroup group, List<ServiceLoop> loops) {
    super(transport, loops);
    this.group = group;
  }

  /** Its connections go to all event loops in turn. */
  @Override
  ServerBootstrap only(Listener listener) throws NodeException {
    return bootstrap(listener, null).group(loops.getFirst().worker.eventLoop(), group);
  }

  @Override
  boolean datagrams() {
    return false;
  }

  @Override
  ServerBootstrap own(Listener listener, ServiceLoop loop) throws NodeException {
    return bootstrap(listener, loop).group(loop.worker.eventLoop());
  }

  private ServerBootstrap bootstrap(Listener listener, @Nullable ServiceLoop loop)
      throws NodeException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                ServerSlot.waterMark(config.limits().bufferedBytes()))
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, config.tcp().isPresent())
            .childHandler(new Acceptor(loops, loop));
    if (listener.freeBind()) {
      transport.freeBind(bootstrap);
    }
    if (listener.maxSegment() != 0) {
      transport.maxSegment(bootstrap, listener.maxSegment());
    }
    return bootstrap;
  }

  @Override
  void refuse() {
    close();
  }

  /** Makes a client connection of an accepted channel. */
  private static final class Acceptor extends ChannelInitializer<SocketChannel> {
    private final List<ServiceLoop> loops;
    private final @Nullable ServiceLoop own;

    Acceptor(List<ServiceLoop> loops, @Nullable ServiceLoop own) {
      this.loops = loops;
      this.own = own;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      ServiceLoop loop = own == null ? loopOf(channel) : own;
      InetSocketAddress remote = channel.remoteAddress();
      if (remote == null) {
        channel.close();
      } else if (!loop.hasRoomForHandshake()) {
        loop.counters.increment(Count.TLS_REFUSED);
        channel.close();
      } else if (!loop.runtime.admitClient()) {
        refuse(channel, loop, Count.CONNECTIONS_REFUSED, TOO_MANY);
      } else if (!ClientStart.admits(loop, channel, remote)) {
        loop.runtime.clientLeft();
        refuse(channel, loop, Count.CLIENTS_REFUSED, TOO_MANY_OF_ONE);
      } else {
        loop.counters.increment(Count.ACCEPTED);
        loop.counters.add(Count.CONNECTIONS, 1);
        ClientStart.accepted(loop, channel, remote);
      }
    }

    @SuppressWarnings("ReferenceEquality") // It is about this very event loop.
    private ServiceLoop loopOf(SocketChannel channel) {
      return loops.stream()
          .filter(l -> l.worker.eventLoop() == channel.eventLoop())
          .findFirst()
          .orElseThrow();
    }

    private static void refuse(
        SocketChannel channel, ServiceLoop loop, Count count, String reason) {
      loop.counters.increment(count);
      if (loop.runtime.tls() != null || loop.runtime.config().tcp().isPresent()) {
        channel.close();
        return;
      }
      loop.counters.increment(Count.ofStatus(503));
      Worker worker = loop.worker;
      String id =
          worker.history().refused(worker.now(), loop, channel.remoteAddress(), 503, reason);
      Answer answer = Answer.error(503, reason, id);
      channel
          .writeAndFlush(answer.render(channel.alloc(), worker.date(), true, "close"))
          .addListener(sent -> channel.close());
    }
  }
}
