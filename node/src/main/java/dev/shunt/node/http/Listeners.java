package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeException;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets of a service.
 *
 * <p>Where the transport can, every event loop has a socket of its own for each address and the
 * kernel spreads connections among them ({@code SO_REUSEPORT}). As that would also let a second
 * process listen there unnoticed, the address is first bound without sharing it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Listeners implements Sockets {

  private static final int BACKLOG = 4096;
  private static final String TOO_MANY = "too many connections";
  private static final String TOO_MANY_OF_ONE = "too many connections of this client";

  private final Transport transport;
  private final EventLoopGroup group;
  private final List<ServiceLoop> loops;
  private final HttpService config;
  private final List<Channel> channels = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  /**
   * @param loops the service on each of the event loops of {@code group}
   */
  Listeners(Transport transport, EventLoopGroup group, List<ServiceLoop> loops) {
    this.transport = transport;
    this.group = group;
    this.loops = loops;
    this.config = loops.getFirst().runtime.config();
  }

  @Override
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  @Override
  public void open() throws NodeException {
    for (Listener listener : config.listeners()) {
      if (transport.sharesPorts() && loops.size() > 1) {
        addresses.add(openShared(listener));
      } else {
        addresses.add(openOne(listener));
      }
    }
  }

  /** One socket, whose connections go to all event loops in turn. */
  private InetSocketAddress openOne(Listener listener) throws NodeException {
    ServerBootstrap bootstrap = bootstrap(listener, null);
    bootstrap.group(loops.getFirst().worker.eventLoop(), group);
    return keep(bind(bootstrap, listener.address()));
  }

  private InetSocketAddress openShared(Listener listener) throws NodeException {
    ServerBootstrap alone = bootstrap(listener, null);
    alone.group(loops.getFirst().worker.eventLoop(), group);
    Channel probe = bind(alone, listener.address());
    InetSocketAddress address = (InetSocketAddress) probe.localAddress();
    probe.close().syncUninterruptibly();
    for (ServiceLoop loop : loops) {
      ServerBootstrap shared = bootstrap(listener, loop);
      shared.group(loop.worker.eventLoop());
      transport.sharePort(shared);
      keep(bind(shared, address));
    }
    return address;
  }

  private InetSocketAddress keep(Channel channel) {
    channels.add(channel);
    return (InetSocketAddress) channel.localAddress();
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

  private Channel bind(ServerBootstrap bootstrap, InetSocketAddress address) throws NodeException {
    return bound(bootstrap.bind(address), config, address);
  }

  /** The socket when it is bound. */
  static Channel bound(ChannelFuture binding, HttpService config, InetSocketAddress address)
      throws NodeException {
    ChannelFuture bound = binding.awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw new NodeException(
          "service '%s' cannot listen on %s: %s"
              .formatted(config.name(), address, cause.getMessage()),
          cause);
    }
    return bound.channel();
  }

  @Override
  public void refuse() {
    close();
  }

  @Override
  public void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    channels.clear();
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
