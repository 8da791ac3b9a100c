package dev.shunt.node.http;

import dev.shunt.node.tls.TlsFront;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Brings an accepted connection to what speaks its protocol. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ClientStart {

  private ClientStart() {}

  /** Whether a client may have this connection too; who it is, a proxy has yet to tell. */
  static boolean admits(ServiceLoop service, SocketChannel channel, InetSocketAddress remote) {
    ClientCounts counts = service.runtime.perClient();
    return counts == null
        || service.runtime.config().proxy().isFrom(remote.getAddress())
        || counts.admit(remote.getAddress(), channel);
  }

  /** A connection that was counted in. */
  static void accepted(ServiceLoop service, SocketChannel channel, InetSocketAddress remote) {
    if (service.runtime.config().proxy().isFrom(remote.getAddress())) {
      channel.pipeline().addLast(new ProxyAwaited(service, channel, remote));
    } else {
      identified(service, channel, remote);
    }
  }

  /** A connection of which it is known who the client is. */
  static void identified(ServiceLoop service, SocketChannel channel, InetSocketAddress client) {
    TlsFront tls = service.runtime.tls();
    if (tls == null) {
      channel.pipeline().addLast(protocol(service, channel, client, null));
    } else {
      new TlsHandshake(service, tls, channel, client).begin();
    }
  }

  /** What speaks with a client that has not agreed on HTTP/2. */
  static ChannelHandler protocol(
      ServiceLoop service,
      SocketChannel channel,
      InetSocketAddress client,
      @Nullable Secured secured) {
    return service.runtime.config().tcp().isPresent()
        ? new TcpConnection(service, channel, secured)
        : new ClientConnection(service, channel, client, secured);
  }
}
