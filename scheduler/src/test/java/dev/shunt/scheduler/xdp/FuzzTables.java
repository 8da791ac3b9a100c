package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.model.FuzzWorld;
import dev.shunt.scheduler.xdp.model.ModelLabel;
import dev.shunt.scheduler.xdp.model.ModelSession;
import dev.shunt.scheduler.xdp.model.ModelTables;
import dev.shunt.scheduler.xdp.model.ModelView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kernel's tables beside the model's. */
final class FuzzTables {

  private static final int ENTRY = 32;
  private static final ValueLayout.OfShort NETWORK =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final LabelAction[] ACTIONS = LabelAction.values();
  private static final SessionState[] STATES = SessionState.values();

  private final FuzzKernel kernel;
  private final ModelView model;
  private final List<String> found = new ArrayList<>();

  FuzzTables(FuzzKernel kernel, ModelView model) {
    this.kernel = kernel;
    this.model = model;
  }

  /** What differs of sessions and of labels that were ever written; nothing is changed. */
  List<String> differences() throws DataPlaneException {
    found.clear();
    sessions(true);
    sessions(false);
    model
        .labels()
        .forEach((label, entry) -> {
          if (!same(entry, (long) label * ENTRY)) {
            check("label " + label, text(entry), label(label));
          }
        });
    for (Aside aside : Aside.values()) {
      check(aside, model.aside(aside), kernel.counters.aside(aside));
    }
    check("pairs that exist", FuzzWorld.OWN_PAIRS, model.pairs());
    check("pairs in one place only", FuzzWorld.OWN_PAIRS, model.differentPairs());
    return List.copyOf(found);
  }

  /** The same with all that takes longer: pool, traffic, loads, the whole label table. */
  List<String> allDifferences() throws DataPlaneException {
    differences();
    for (int slot = 0; slot < 32; slot++) {
      Traffic traffic = kernel.counters.target(DispatchWriter.labelOf(slot));
      check("traffic of target " + slot, text(model.target(slot)), text(traffic));
      long load = kernel.kernel.targetLoad.get(slot);
      check("load of target " + slot, model.load(DispatchWriter.labelOf(slot)), load);
    }
    for (int index = 0; index < 20; index++) {
      Traffic traffic = kernel.counters.service(index);
      check("traffic of service " + index, text(model.service(index)), text(traffic));
    }
    check("pool", model.pool(), pool());
    for (int label = 0; label < kernel.labels.byteSize() / ENTRY; label++) {
      int action = kernel.labels.get(JAVA_INT, (long) label * ENTRY);
      if (action != 0 && !model.labels().containsKey(label)) {
        check("label " + label, "none", label(label));
      }
    }
    return List.copyOf(found);
  }

  private void check(Object what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      found.add("%s: the model has %s, the kernel has %s".formatted(what, expected, actual));
    }
  }

  private void sessions(boolean ipv4) throws DataPlaneException {
    Map<Flow, ModelSession> expected = new HashMap<>(model.sessions(ipv4));
    BpfMap map = ipv4 ? kernel.kernel.sessions4 : kernel.kernel.sessions6;
    map.scan((keys, key, values, value) -> {
      Flow flow = ipv4 ? Flow4Layout.get(keys, key) : Flow6Layout.get(keys, key);
      ModelSession session = expected.remove(flow);
      if (session == null) {
        check(flow, "none", session(values, value));
      } else if (!same(session, values, value)) {
        check(flow, session.toString(), session(values, value).toString());
      }
    });
    expected.forEach((flow, session) -> check(flow, session, "none"));
  }

  private static boolean same(ModelSession session, MemorySegment values, long at) {
    return session.lastSeen == values.get(JAVA_LONG, at)
        && session.packets == values.get(JAVA_LONG, at + 8)
        && session.target == values.get(JAVA_INT, at + 16)
        && session.state == STATES[values.get(JAVA_INT, at + 20)]
        && session.service == values.get(JAVA_INT, at + 24)
        && session.label == values.get(JAVA_INT, at + 28)
        && session.clientMac == mac(values, at + 32)
        && session.clientLabels == (values.get(JAVA_BYTE, at + 38) != 0);
  }

  private static ModelSession session(MemorySegment values, long at) {
    ModelSession session = new ModelSession();
    session.lastSeen = values.get(JAVA_LONG, at);
    session.packets = values.get(JAVA_LONG, at + 8);
    session.target = values.get(JAVA_INT, at + 16);
    session.state = STATES[values.get(JAVA_INT, at + 20)];
    session.service = values.get(JAVA_INT, at + 24);
    session.label = values.get(JAVA_INT, at + 28);
    session.clientMac = mac(values, at + 32);
    session.clientLabels = values.get(JAVA_BYTE, at + 38) != 0;
    return session;
  }

  private static long mac(MemorySegment segment, long at) {
    long mac = 0;
    for (int i = 0; i < 6; i++) {
      mac = (mac << 8) | (segment.get(JAVA_BYTE, at + i) & 0xff);
    }
    return mac;
  }

  private boolean same(ModelLabel entry, long at) {
    LabelAction action = ACTIONS[kernel.labels.get(JAVA_INT, at)];
    return action == entry.action
        && (action == LabelAction.NONE
            || (entry.slot == kernel.labels.get(JAVA_INT, at + 4)
                && entry.ethertype == (kernel.labels.get(NETWORK, at + 8) & 0xffff)
                && entry.mac == mac(kernel.labels, at + 10)
                && entry.ifindex == kernel.labels.get(JAVA_INT, at + 16)
                && entry.owner == kernel.labels.get(JAVA_INT, at + 20)
                && entry.packets == kernel.labels.get(JAVA_INT, at + 24)));
  }

  /** What an entry that leads nowhere still holds is of no matter. */
  private static String text(ModelLabel entry) {
    return entry.action == LabelAction.NONE ? "none" : entry.toString();
  }

  private String label(int label) {
    long at = (long) label * ENTRY;
    ModelLabel entry = new ModelLabel();
    entry.action = ACTIONS[kernel.labels.get(JAVA_INT, at)];
    entry.slot = kernel.labels.get(JAVA_INT, at + 4);
    entry.ethertype = kernel.labels.get(NETWORK, at + 8) & 0xffff;
    entry.mac = mac(kernel.labels, at + 10);
    entry.ifindex = kernel.labels.get(JAVA_INT, at + 16);
    entry.owner = kernel.labels.get(JAVA_INT, at + 20);
    entry.packets = kernel.labels.get(JAVA_INT, at + 24);
    return text(entry);
  }

  private static String text(ModelTables.Traffic traffic) {
    return traffic.packets + " packets, " + traffic.bytes + " bytes";
  }

  private static String text(Traffic traffic) {
    return traffic.packets() + " packets, " + traffic.bytes() + " bytes";
  }

  /** By taking all out and putting them back in the same order. */
  private List<Integer> pool() throws DataPlaneException {
    List<Integer> pairs = new ArrayList<>();
    BpfMap queue = kernel.kernel.labelPool;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      while (queue.take(MemorySegment.NULL, value)) {
        pairs.add(value.get(JAVA_INT, 0));
      }
      for (int pair : pairs) {
        value.set(JAVA_INT, 0, pair);
        queue.push(value);
      }
    }
    return pairs;
  }
}
