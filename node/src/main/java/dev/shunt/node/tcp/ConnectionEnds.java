package dev.shunt.node.tcp;

import io.netty.channel.socket.SocketChannel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/**
 * Between whom a client's connection is: as the client sees it, where a proxy told, else as this
 * host does.
 *
 * @param source the client
 * @param destination what it connected to
 */
public record ConnectionEnds(InetSocketAddress source, InetSocketAddress destination) {

  private static final AttributeKey<ConnectionEnds> TOLD =
      AttributeKey.valueOf(ConnectionEnds.class, "told");

  /** Of a channel that is connected. */
  public static ConnectionEnds of(SocketChannel channel) {
    ConnectionEnds told = channel.attr(TOLD).get();
    return told == null
        ? new ConnectionEnds(channel.remoteAddress(), channel.localAddress())
        : told;
  }

  /** Keeps what a proxy told of a channel. */
  public void toldOf(SocketChannel channel) {
    channel.attr(TOLD).set(this);
  }
}
