package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.MessageHead;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.Stage;
import dev.shunt.replication.Binding;
import java.util.List;

/** Finds session ids in requests and learns them from responses; see {@link LearnedIds}. */
final class LearnedIdStage implements Stage {

  /** Ids of one request that are looked for: clients can send any number. */
  private static final int MAX_LOOKS = 8;

  /** An id that nobody knew, to be bound when a server has answered. */
  private record Unknown(long high, long low) {}

  private final LearnedIds.Shared shared;
  private final KeyedHash hash;
  private final Values looking = this::look;
  private final Values learning = this::learn;

  // Of the call that is under way.
  private Binding found = Binding.NONE;
  private int looks;
  private int routed;
  private long high;
  private long low;
  private int server;

  LearnedIdStage(LearnedIds.Shared shared, KeyedHash hash) {
    this.shared = shared;
    this.hash = hash;
  }

  @Override
  public void onRequest(RequestHead request, Exchange exchange) {
    found = Binding.NONE;
    looks = 0;
    routed = Exchange.NO_SERVER;
    findIn(request);
    if (found.isPresent()) {
      shared.counts().hits().increment();
      shared.table().use(found);
      exchange.attach(this, found);
      prefer(exchange, shared.servers().find(found.owner()));
    } else if (routed != Exchange.NO_SERVER) {
      shared.counts().routed().increment();
      prefer(exchange, routed);
    } else if (looks > 0) {
      shared.counts().misses().increment();
    }
    if (shared.learnRequests() && looks > 0 && !found.isPresent()) {
      exchange.attach(this, new Unknown(high, low));
    }
  }

  @Override
  public void onResponse(ResponseHead response, Exchange exchange) {
    server = exchange.server();
    if (server == Exchange.NO_SERVER) {
      return;
    }
    Object attached = exchange.attachment(this).orElse(null);
    if (attached instanceof Binding held) {
      follow(held, exchange);
    } else if (attached instanceof Unknown unknown) {
      bind(unknown.high(), unknown.low());
    }
    List<ValueSource> sources = shared.learn();
    for (int i = 0; i < sources.size(); i++) {
      boolean _ = sources.get(i).find(response, learning);
    }
  }

  private void findIn(RequestHead request) {
    List<ValueSource> sources = shared.find();
    for (int i = 0; i < sources.size() && !sources.get(i).find(request, looking); i++) {
      // Until one that is known was found.
    }
  }

  private static void prefer(Exchange exchange, int wanted) {
    if (wanted != Exchange.NO_SERVER
        && exchange.allows(wanted)
        && exchange.preferred() == Exchange.NO_SERVER) {
      exchange.prefer(wanted);
    }
  }

  /** If the session's server is dead, whoever answered has the session from now on. */
  private void follow(Binding held, Exchange exchange) {
    int owner = shared.servers().find(held.owner());
    if (owner != server && (owner == Exchange.NO_SERVER || isDead(owner, exchange))) {
      Binding _ = shared.table().move(held, shared.servers().of(server));
      shared.counts().moved().increment();
    }
  }

  /** Not so where a rule, another stage or want of room kept the request from it. */
  private static boolean isDead(int owner, Exchange exchange) {
    return exchange.allows(owner)
        && (exchange.tried(owner) || !exchange.pool().server(owner).state().keepsSessions());
  }

  private boolean look(MessageHead head, int from, int to, boolean encoded) {
    if (looks == MAX_LOOKS) {
      return true;
    }
    hash(head, from, to, encoded);
    if (looks++ == 0) {
      high = hash.high();
      low = hash.low();
    }
    found = shared.table().find(hash.high(), hash.low());
    if (!found.isPresent() && shared.route() && routed == Exchange.NO_SERVER) {
      routed = shared.servers().behindDot(head, from, to);
    }
    return found.isPresent();
  }

  private boolean learn(MessageHead head, int from, int to, boolean encoded) {
    // What its own route leads to needs no table.
    if (!shared.route() || shared.servers().behindDot(head, from, to) != server) {
      hash(head, from, to, encoded);
      bind(hash.high(), hash.low());
    }
    return false;
  }

  private void bind(long keyHigh, long keyLow) {
    long owner = shared.servers().of(server);
    Binding held = shared.table().find(keyHigh, keyLow);
    if (!held.isPresent()) {
      held = shared.table().offer(keyHigh, keyLow, owner);
      shared.counts().learned().increment();
    }
    if (held.owner() != owner) {
      Binding _ = shared.table().move(held, owner);
      shared.counts().moved().increment();
    } else {
      shared.table().use(held);
    }
  }

  private void hash(MessageHead head, int from, int to, boolean encoded) {
    KeyedHash _ = EncodedBytes.add(hash.begin(), head, from, to, encoded).end();
  }
}
