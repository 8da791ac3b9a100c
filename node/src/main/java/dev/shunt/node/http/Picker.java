package dev.shunt.node.http;

import dev.shunt.node.Balancing;
import dev.shunt.node.Exchange;
import dev.shunt.node.ServerPool;
import dev.shunt.node.choice.Ramp;
import org.jspecify.annotations.Nullable;

/** Chooses servers for new work on one event loop. */
final class Picker {

  private final Worker worker;
  private final ServerSlot[] slots;
  private final Balancing balancing;
  private final @Nullable Ramp ramp;

  /** Of each server what it has saved up of the turns that a growing share did not let it have. */
  private final double[] saved;

  private int turn;

  /**
   * @param turn the first one
   */
  Picker(Worker worker, ServiceRuntime runtime, ServerSlot[] slots, int turn) {
    this.worker = worker;
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
   */
  int choose(ServerPool pool, int[] tried, int triedCount) {
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
      case ROUND_ROBIN -> server;
      case LEAST_CONNECTIONS -> lessBusy(server, pool.turn(worker.random().nextInt()));
    };
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
