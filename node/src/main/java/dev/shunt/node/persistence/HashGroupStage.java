package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.MessageHead;
import dev.shunt.node.RequestHead;
import dev.shunt.node.Stage;
import dev.shunt.replication.Binding;
import java.net.InetSocketAddress;
import java.util.List;

/** Sends requests to the server of their group; see {@link HashGroups}. */
final class HashGroupStage implements Stage {

  private final HashGroups.Shared shared;
  private final KeyedHash hash;
  private final Values hashing = this::hash;

  HashGroupStage(HashGroups.Shared shared, KeyedHash hash) {
    this.shared = shared;
    this.hash = hash;
  }

  @Override
  public void onRequest(RequestHead request, Exchange exchange) {
    if (exchange.preferred() != Exchange.NO_SERVER || !hashKey(request, exchange)) {
      return;
    }
    long key =
        (long) shared.pools().of(exchange) * shared.groups() + (hash.low() & (shared.groups() - 1));
    Binding held = shared.table().find(0, key);
    int server = held.isPresent() ? shared.servers().find(held.owner()) : Exchange.NO_SERVER;
    boolean keeps = server != Exchange.NO_SERVER && keeps(server, exchange);
    if (keeps && !shared.table().isIdle(held)) {
      shared.counts().hits().increment();
    } else {
      held = settle(key, held, keeps, exchange);
      server = held.isPresent() ? shared.servers().find(held.owner()) : Exchange.NO_SERVER;
    }
    if (server != Exchange.NO_SERVER) {
      shared.table().use(held);
      exchange.prefer(server);
    }
  }

  /** Gives a group a server: its first, or another one instead of a dead one, or when idle. */
  private Binding settle(long key, Binding held, boolean keeps, Exchange exchange) {
    int best = Rendezvous.choose(key, exchange.pool(), shared.servers());
    if (best == Exchange.NO_SERVER) {
      return keeps ? held : Binding.NONE;
    }
    long owner = shared.servers().of(best);
    if (!held.isPresent()) {
      shared.counts().assigned().increment();
      return shared.table().offer(0, key, owner);
    }
    if (held.owner() == owner) {
      return held;
    }
    shared.counts().moved().increment();
    return shared.table().move(held, owner);
  }

  private static boolean keeps(int server, Exchange exchange) {
    return exchange.allows(server) && exchange.pool().server(server).state().keepsSessions();
  }

  private boolean hashKey(RequestHead request, Exchange exchange) {
    List<ValueSource> sources = shared.key();
    for (int i = 0; i < sources.size(); i++) {
      ValueSource source = sources.get(i);
      if (source.kind() == ValueSource.Kind.ADDRESS
          ? hashAddress(exchange.client())
          : source.find(request, hashing)) {
        return true;
      }
    }
    return false;
  }

  private boolean hashAddress(InetSocketAddress client) {
    byte[] address = client.getAddress().getAddress();
    hash.begin();
    for (byte each : address) {
      hash.add(each);
    }
    hash.end();
    return true;
  }

  private boolean hash(MessageHead head, int from, int to, boolean encoded) {
    KeyedHash _ = EncodedBytes.add(hash.begin(), head, from, to, encoded).end();
    return true;
  }
}
