package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeException;
import dev.shunt.node.transport.PortProbe;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a service's clients reach it.
 *
 * <p>Where the transport can, every event loop has a socket of its own for each address and the
 * kernel spreads clients among them ({@code SO_REUSEPORT}). As that would also let a second process
 * listen there unnoticed, the address is first bound without sharing it.
 */
abstract class Sockets {

  final Transport transport;
  final List<ServiceLoop> loops;
  final HttpService config;
  private final List<Channel> channels = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  /**
   * @param loops the service on each of the event loops
   */
  Sockets(Transport transport, List<ServiceLoop> loops) {
    this.transport = transport;
    this.loops = loops;
    this.config = loops.getFirst().runtime.config();
  }

  /** What binds the one socket there is of an address. */
  abstract AbstractBootstrap<?, ?> only(Listener listener) throws NodeException;

  /** Whether they are for datagrams, else for connections. */
  abstract boolean datagrams();

  /** What binds an event loop's own socket. */
  abstract AbstractBootstrap<?, ?> own(Listener listener, ServiceLoop loop) throws NodeException;

  /** Takes nobody new; whoever is there goes on. */
  abstract void refuse();

  /** Where it listens, in the order of the configuration. */
  final List<InetSocketAddress> addresses() {
    return addresses;
  }

  /**
   * @throws NodeException when an address cannot be had; what was opened is to be closed
   */
  final void open() throws NodeException {
    for (Listener listener : config.listeners()) {
      addresses.add(
          transport.sharesPorts() && loops.size() > 1
              ? openShared(listener)
              : keep(bind(only(listener), listener.address())));
    }
  }

  private InetSocketAddress openShared(Listener listener) throws NodeException {
    InetSocketAddress address;
    try {
      address = PortProbe.free(listener.address(), datagrams(), listener.freeBind());
    } catch (IOException e) {
      throw cannotListen(listener.address(), e);
    }
    for (ServiceLoop loop : loops) {
      AbstractBootstrap<?, ?> shared = own(listener, loop);
      transport.sharePort(shared);
      keep(bind(shared, address));
    }
    return address;
  }

  private InetSocketAddress keep(Channel channel) {
    channels.add(channel);
    return (InetSocketAddress) channel.localAddress();
  }

  private Channel bind(AbstractBootstrap<?, ?> bootstrap, InetSocketAddress address)
      throws NodeException {
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw cannotListen(address, cause);
    }
    return bound.channel();
  }

  private NodeException cannotListen(InetSocketAddress address, Throwable cause) {
    return new NodeException(
        "service '%s' cannot listen on %s: %s"
            .formatted(config.name(), address, cause.getMessage()),
        cause);
  }

  /** Once more is not wrong. */
  final void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    channels.clear();
  }
}
