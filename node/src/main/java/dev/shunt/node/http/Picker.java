package dev.shunt.node.http;

import dev.shunt.node.Balancing;
import dev.shunt.node.Exchange;
import dev.shunt.node.ServerPool;
import dev.shunt.node.choice.HashRanks;
import dev.shunt.node.choice.KeyHash;
import dev.shunt.node.choice.PeakEwma;
import dev.shunt.node.choice.Ramp;
import org.jspecify.annotations.Nullable;

/** Chooses servers for new work on one event loop. */
final class Picker {

  /** So many requests at once to one server on one event loop are never too many for a key. */
  private static final int FREE = 8;

  private static final int NEIGHBOURS = 16;

  /** Servers that respond within it are equally fast: load alone decides. */
  private static final double QUICK_NANOS = 50_000;

  private final ServiceLoop service;
  private final Worker worker;
  private final ServerSlot[] slots;
  private final Balancing balancing;
  private final @Nullable HashRanks ranks;
  private final int loadPercent;
  private final @Nullable Ramp ramp;

  /** Of each server what it has saved up of the turns that a growing share did not let it have. */
  private final double[] saved;

  private int turn;

  /**
   * @param turn the first one
   */
  Picker(ServiceLoop service, ServerSlot[] slots, int turn) {
    ServiceRuntime runtime = service.runtime;
    this.service = service;
    this.worker = service.worker;
    this.ranks = runtime.ranks();
    this.loadPercent = runtime.config().routing().hash().loadPercent();
    this.slots = slots;
    this.balancing = runtime.config().routing().balancing();
    this.ramp = runtime.ramp();
    this.saved = new double[slots.length];
    this.turn = turn;
  }

  /**
   * Chooses a server, or {@link Exchange#NO_SERVER}.
   *
   * @param tried servers not to take
   * @param key of the request, or {@link KeyHash#NONE}
   */
  int choose(ServerPool pool, int[] tried, int triedCount, long key) {
    if (ranks != null && key != KeyHash.NONE && !ranks.isEmpty()) {
      return byKey(ranks, pool, tried, triedCount, key);
    }
    int tries = Math.min(pool.turns(), 2 * pool.size());
    int passedOver = Exchange.NO_SERVER;
    for (int i = 0; i < tries; i++) {
      int server = candidate(pool);
      if (usable(server, tried, triedCount)) {
        if (ramp == null || hasTurn(ramp, server)) {
          return server;
        }
        passedOver = passedOver == Exchange.NO_SERVER ? server : passedOver;
      }
    }
    return passedOver == Exchange.NO_SERVER ? any(pool, tried, triedCount) : passedOver;
  }

  private int candidate(ServerPool pool) {
    int server = pool.turn(turn++);
    return switch (balancing) {
      case ROUND_ROBIN, HASH -> server;
      case LEAST_CONNECTIONS -> lessBusy(server, pool.turn(worker.dice().nextInt()));
      case RESPONSE_TIME -> faster(pool, server);
    };
  }

  /** The key's first server that takes it and has not more than its share, or else the first. */
  private int byKey(HashRanks of, ServerPool pool, int[] tried, int triedCount, long key) {
    int overloaded = Exchange.NO_SERVER;
    for (int step = 0; step < HashRanks.STEPS; step++) {
      int server = of.server(key, step);
      if (pool.server(server).state().takesNew() && usable(server, tried, triedCount)) {
        if (slots[server].active() < bound(pool, server)) {
          return server;
        }
        overloaded = overloaded == Exchange.NO_SERVER ? server : overloaded;
      }
    }
    return overloaded == Exchange.NO_SERVER ? any(pool, tried, triedCount) : overloaded;
  }

  /** How many requests at once are no more than a server's share of them, this one included. */
  private long bound(ServerPool pool, int server) {
    long all = (long) loadPercent * (service.underWay + 1) * pool.server(server).weight();
    long parts = 100L * pool.newWeight();
    return Math.max(FREE, (all + parts - 1) / parts);
  }

  /** Of this one and another at random, that which is likely to respond sooner. */
  private int faster(ServerPool pool, int one) {
    int at = worker.dice().nextInt();
    int other = pool.turn(at);
    for (int i = 0; i < NEIGHBOURS && other == one; i++) {
      other = pool.turn(++at);
    }
    if (other == one) {
      return one;
    }
    long now = worker.now();
    return cost(pool, other, now) < cost(pool, one, now) ? other : one;
  }

  private double cost(ServerPool pool, int server, long now) {
    ServerSlot slot = slots[server];
    PeakEwma time = slot.responseTime();
    if (time == null || !time.measured()) {
      // One request finds out; until it has, others go elsewhere.
      return slot.active() == 0 ? 0 : Double.MAX_VALUE;
    }
    double load = (double) slot.active() / pool.server(server).weight();
    return Math.max(time.value(now), QUICK_NANOS) * (1 + load);
  }

  private int lessBusy(int one, int other) {
    return slots[other].active() < slots[one].active() ? other : one;
  }

  /** Whether a server whose share grows takes this turn: evenly as many as its share says. */
  private boolean hasTurn(Ramp growing, int server) {
    double share = growing.share(server, worker.now());
    if (share < 1) {
      saved[server] += share;
      if (saved[server] < 1) {
        return false;
      }
      saved[server] -= 1;
    }
    return true;
  }

  private int any(ServerPool pool, int[] tried, int triedCount) {
    for (int server = 0; server < pool.size(); server++) {
      if (pool.server(server).state().takesNew() && usable(server, tried, triedCount)) {
        return server;
      }
    }
    return Exchange.NO_SERVER;
  }

  private boolean usable(int server, int[] tried, int triedCount) {
    for (int i = 0; i < triedCount; i++) {
      if (tried[i] == server) {
        return false;
      }
    }
    return slots[server].hasRoom();
  }
}
