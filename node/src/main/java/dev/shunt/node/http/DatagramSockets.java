package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeException;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets of a service of datagrams.
 *
 * <p>Where the transport can, every event loop has one for each address ({@code SO_REUSEPORT}). The
 * kernel chooses by a hash of both addresses and ports, so a client's datagrams all come to the
 * same loop for as long as the number of sockets is the same, which it is from the start to the
 * end. As that would also let a second process listen there unnoticed, the address is first bound
 * without sharing it.
 */
final class DatagramSockets implements Sockets {

  /** For bursts of long ones; the system gives as much of it as it allows. */
  private static final int RECEIVE_BYTES = 1 << 22;

  private final Transport transport;
  private final List<ServiceLoop> loops;
  private final HttpService config;
  private final List<Channel> channels = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  /**
   * @param loops the service on each of the event loops
   */
  DatagramSockets(Transport transport, List<ServiceLoop> loops) {
    this.transport = transport;
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
        addresses.add(keep(bind(taking(listener, loops.getFirst()), listener.address())));
      }
    }
  }

  private InetSocketAddress openShared(Listener listener) throws NodeException {
    Bootstrap alone =
        bootstrap(
            listener,
            loops.getFirst(),
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.config().setAutoRead(false);
              }
            });
    Channel probe = bind(alone, listener.address());
    InetSocketAddress address = (InetSocketAddress) probe.localAddress();
    probe.close().syncUninterruptibly();
    for (ServiceLoop loop : loops) {
      Bootstrap shared = taking(listener, loop);
      transport.sharePort(shared);
      keep(bind(shared, address));
    }
    return address;
  }

  private InetSocketAddress keep(Channel channel) {
    channels.add(channel);
    return (InetSocketAddress) channel.localAddress();
  }

  private Bootstrap taking(Listener listener, ServiceLoop loop) throws NodeException {
    Bootstrap bootstrap =
        bootstrap(
            listener,
            loop,
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new UdpListener(loop, channel));
              }
            });
    bootstrap
        .option(ChannelOption.SO_RCVBUF, RECEIVE_BYTES)
        .option(ChannelOption.RECVBUF_ALLOCATOR, loop.worker.received().allocator())
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            ServerSlot.waterMark(config.limits().bufferedBytes()));
    transport.batches(bootstrap, ReceiveBuffer.LARGEST);
    return bootstrap;
  }

  private Bootstrap bootstrap(Listener listener, ServiceLoop loop, ChannelHandler handler)
      throws NodeException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.worker.eventLoop())
            .channelFactory(transport::newDatagramChannel)
            .handler(handler);
    if (listener.freeBind()) {
      transport.freeBind(bootstrap);
    }
    return bootstrap;
  }

  private Channel bind(Bootstrap bootstrap, InetSocketAddress address) throws NodeException {
    return Listeners.bound(bootstrap.bind(address), config, address);
  }

  /** Event loops that drain begin no sessions; those that there are need the sockets. */
  @Override
  public void refuse() {}

  @Override
  public void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    channels.clear();
  }
}
