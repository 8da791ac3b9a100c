package dev.shunt.node.http;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many connections or sessions each client has of a service, and that it has no more than it
 * may. A client is an IPv4 address or an IPv6 network of 64 bits: whoever has one address of it has
 * all. As many entries as clients that have any; for all event loops.
 */
final class ClientCounts {

  private static final int NETWORK_BYTES = 8;

  private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();
  private final int most;

  ClientCounts(int most) {
    this.most = most;
  }

  /** Counts a connection in until it is closed; false, and not counted, when there are too many. */
  @SuppressWarnings("FutureReturnValueIgnored") // It is the channel's own.
  boolean admit(InetAddress client, Channel connection) {
    if (!admit(client)) {
      return false;
    }
    connection.closeFuture().addListener(_ -> left(client));
    return true;
  }

  /** Counts one in until {@link #left}; false, and not counted, when there are too many. */
  boolean admit(InetAddress client) {
    if (counts.merge(key(client), 1, Integer::sum) > most) {
      left(client);
      return false;
    }
    return true;
  }

  /** One that was counted in is over. */
  void left(InetAddress client) {
    counts.computeIfPresent(key(client), ClientCounts::oneLess);
  }

  private static @Nullable Integer oneLess(Long key, int count) {
    return count == 1 ? null : count - 1;
  }

  int clients() {
    return counts.size();
  }

  /** IPv4 addresses are below 2^32, where no IPv6 network is that clients are from. */
  private static long key(InetAddress client) {
    byte[] bytes = client.getAddress();
    long key = 0;
    for (int i = 0; i < Math.min(bytes.length, NETWORK_BYTES); i++) {
      key = (key << 8) | (bytes[i] & 0xFF);
    }
    return key;
  }
}
