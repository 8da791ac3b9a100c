package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.xdp.layout.Aside;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of session labels: taken out of the pool, written into the label switching table, given up.
 * Keeps account of where each pair is.
 */
final class PairRules {

  private final ModelTables tables;
  private final Map<Integer, Flow> holders = new HashMap<>();

  /** Pairs that no session has any more, to be offered again. */
  final TreeSet<Integer> resting = new TreeSet<>();

  PairRules(ModelTables tables) {
    this.tables = tables;
  }

  /** The label from client to server for a session that begins; 0: it goes without. */
  int take(Flow flow, ModelService service, @Nullable ModelTarget target) {
    if (!service.labels() || target == null || target.local() || target.plain()) {
      return 0;
    }
    Integer pair = tables.pool.poll();
    if (pair == null) {
      tables.aside(Aside.POOL_EMPTY);
      return 0;
    }
    tables.aside(Aside.PAIR_TAKEN);
    if (holders.put(pair, flow) != null) {
      throw new IllegalStateException("two sessions have the pair " + pair);
    }
    return Rules.FIRST_SESSION + 2 * pair;
  }

  /** The session did not come about: its pair is free at once, behind the others. */
  void giveBack(int label) {
    if (label != 0) {
      int pair = pairOf(label);
      holders.remove(pair);
      tables.pool.add(pair);
      tables.aside(Aside.PAIR_RETURNED);
    }
  }

  /** A session no longer has this label. */
  void giveUp(Flow flow, int label) {
    if (label != 0 && flow.equals(holders.get(pairOf(label)))) {
      holders.remove(pairOf(label));
      resting.add(pairOf(label));
    }
  }

  /** Pairs that sessions have which were taken here. */
  int held() {
    return holders.size();
  }

  Set<Integer> heldPairs() {
    return holders.keySet();
  }

  private static int pairOf(int label) {
    return (label - Rules.FIRST_SESSION) / 2;
  }

  static int owner(long mark) {
    return (int) (mark >>> 32);
  }

  /** To the server, as the program writes it. */
  void setForth(ModelSession session, ModelTarget target, long mark, boolean ipv4) {
    LabelAction action = target.local() ? LabelAction.TO_STACK : LabelAction.TO_PORT;
    set(session.label, session.target, target.mac(), owner(mark), ipv4, action).packets = 0;
  }

  /** To the client's side, as the program writes it. */
  void setBack(ModelSession session, long mark, boolean ipv4) {
    LabelAction action = session.clientLabels ? LabelAction.TO_PORT : LabelAction.POP_TO_PORT;
    set(session.label + 1, session.target, session.clientMac, owner(mark), ipv4, action).packets =
        0;
  }

  ModelLabel set(int label, int target, long mac, int owner, boolean ipv4, LabelAction action) {
    ModelLabel entry = tables.label(label);
    entry.action = action;
    entry.slot = (target - Rules.FIRST_TARGET) / 2;
    entry.ethertype = ipv4 ? Rules.IPV4 : Rules.IPV6;
    entry.mac = mac;
    entry.ifindex = tables.ifindex;
    entry.owner = owner;
    return entry;
  }

  /** Whether a label was last written for this session. */
  boolean isOf(int label, int owner) {
    ModelLabel entry = tables.labels.get(label);
    return entry != null && entry.owner == owner;
  }

  /** Unless another session has it by now. */
  void clear(int label, int owner) {
    if (isOf(label, owner)) {
      tables.label(label).action = LabelAction.NONE;
    }
  }
}
