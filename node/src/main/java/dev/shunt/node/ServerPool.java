package dev.shunt.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The servers of a service at one instant: a change makes a new pool. Immutable.
 *
 * <p>A server keeps its index for as long as the configuration does not change. The servers that
 * take new sessions stand in {@link #turn} order: smooth weighted round robin, worked out once per
 * change, so that a choice costs one array access.
 */
public final class ServerPool {

  public static final int MAX_SERVERS = 256;

  private final List<Server> servers;
  private final int[] turns;
  private final int newWeight;

  /**
   * @param servers at most {@value #MAX_SERVERS}
   */
  public ServerPool(List<Server> servers) {
    Ranges.check("servers", servers.size(), 0, MAX_SERVERS);
    this.servers = List.copyOf(servers);
    this.newWeight =
        servers.stream().filter(s -> s.state().takesNew()).mapToInt(Server::weight).sum();
    this.turns = smoothTurns(this.servers);
  }

  public List<Server> servers() {
    return servers;
  }

  public Server server(int index) {
    return servers.get(index);
  }

  public int size() {
    return servers.size();
  }

  /** The index of the server of that name, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < servers.size(); i++) {
      if (servers.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The weights of all servers that take new sessions. */
  public int newWeight() {
    return newWeight;
  }

  /** How many turns one round has; 0 when no server takes new sessions. */
  public int turns() {
    return turns.length;
  }

  /**
   * The index of the server whose turn it is, or -1 when none takes new sessions.
   *
   * @param turn any number; one higher is the next
   */
  public int turn(int turn) {
    return turns.length == 0 ? -1 : turns[Integer.remainderUnsigned(turn, turns.length)];
  }

  public ServerPool withHealthy(int index, boolean healthy) {
    return with(index, servers.get(index).withHealthy(healthy));
  }

  public ServerPool withDrained(int index, boolean drained) {
    return with(index, servers.get(index).withDrained(drained));
  }

  public ServerPool withEjected(int index, boolean ejected) {
    return with(index, servers.get(index).withEjected(ejected));
  }

  /**
   * The same servers, of which only some take new sessions.
   *
   * @param which their indices
   */
  public ServerPool only(BitSet which) {
    List<Server> copy = new ArrayList<>(servers);
    for (int i = 0; i < copy.size(); i++) {
      if (!which.get(i)) {
        copy.set(i, copy.get(i).withDrained(true));
      }
    }
    return new ServerPool(copy);
  }

  /** The indices of the servers of these names. */
  public static BitSet indices(List<Server> servers, List<String> names) {
    BitSet indices = new BitSet();
    for (int i = 0; i < servers.size(); i++) {
      indices.set(i, names.contains(servers.get(i).name()));
    }
    return indices;
  }

  private ServerPool with(int index, Server changed) {
    List<Server> copy = new ArrayList<>(servers);
    copy.set(index, changed);
    return new ServerPool(copy);
  }

  /** One round of nginx's smooth weighted round robin. */
  private static int[] smoothTurns(List<Server> servers) {
    int divisor = 0;
    int total = 0;
    for (Server server : servers) {
      if (server.state().takesNew()) {
        divisor = greatestCommonDivisor(divisor, server.weight());
        total += server.weight();
      }
    }
    int[] turns = new int[divisor == 0 ? 0 : total / divisor];
    int[] current = new int[servers.size()];
    for (int turn = 0; turn < turns.length; turn++) {
      turns[turn] = nextTurn(servers, current, divisor, turns.length);
    }
    return turns;
  }

  private static int nextTurn(List<Server> servers, int[] current, int divisor, int total) {
    int best = -1;
    for (int i = 0; i < current.length; i++) {
      if (servers.get(i).state().takesNew()) {
        current[i] += servers.get(i).weight() / divisor;
        if (best < 0 || current[i] > current[best]) {
          best = i;
        }
      }
    }
    current[best] -= total;
    return best;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  @Override
  public String toString() {
    return "ServerPool" + servers + Arrays.toString(turns);
  }
}
