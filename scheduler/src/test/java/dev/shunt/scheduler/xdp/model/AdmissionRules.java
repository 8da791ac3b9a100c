package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.xdp.layout.Aside;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether a service takes one more session (claim L4): in this order its ceiling, the share refused
 * by load, a target with room, the rate.
 */
final class AdmissionRules {

  /** What is counted for a service, by its index. */
  static final class State {
    Admission limits = Admission.NONE;
    long sessions;
    int shed;
    final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);

    /** When all that was admitted would be due by the rate alone. */
    private long due;

    State() {
      for (Refusal reason : Refusal.values()) {
        refused.put(reason, 0L);
      }
    }

    /** Counting goes on, all else begins anew. */
    void limit(Admission changed) {
      limits = changed;
      due = 0;
      shed = 0;
    }
  }

  /** Places of the row that are tried beside the flow's own. */
  private static final int PROBES = 16;

  private static final int GOLDEN = 0x9e3779b1;

  private final ModelTables tables;
  private final Map<Integer, State> states = new HashMap<>();

  AdmissionRules(ModelTables tables) {
    this.tables = tables;
  }

  State of(int index) {
    return states.computeIfAbsent(index, _ -> new State());
  }

  void forget(int index) {
    states.remove(index);
  }

  /** A live session began (1) or ended (-1). */
  void count(int service, long change) {
    State state = states.get(service - 1);
    if (state != null && state.limits.isLimited()) {
      state.sessions += change;
    }
  }

  /** The same choice, one with a target that has room, or a refusal. */
  Choice ask(Packet packet, ModelService service, Choice choice) {
    boolean hasSession = packet.came >= Rules.FIRST_SESSION;
    if (!service.admission().isLimited() || choice.target() == 0 || hasSession) {
      return choice;
    }
    State state = of(service.index());
    Admission limits = state.limits;
    if (limits.maxSessions() > 0 && state.sessions >= limits.maxSessions()) {
      return refused(state, choice, Refusal.SESSIONS);
    }
    if ((tables.now.draw() & 0xffff) < state.shed) {
      return refused(state, choice, Refusal.LOAD);
    }
    int target = withRoom(packet, service, limits.maxSessionsPerTarget(), choice.target());
    if (target == 0) {
      return refused(state, choice, Refusal.TARGETS);
    }
    if (!isInTime(state)) {
      return refused(state, choice, Refusal.RATE);
    }
    return new Choice(target, choice.service(), choice.way(), 0);
  }

  private Choice refused(State state, Choice choice, Refusal reason) {
    state.refused.merge(reason, 1L, Long::sum);
    tables.aside(Aside.valueOf("REFUSED_" + reason));
    Way way = state.limits.silent() ? Way.SILENCED : Way.REFUSED;
    return new Choice(0, choice.service(), way, 0);
  }

  private boolean hasRoom(int target, int most) {
    return tables.loads.getOrDefault(target, 0L) < most;
  }

  /** The places next to one that the flow, or by the source's address the client, decides. */
  private int withRoom(Packet packet, ModelService service, int most, int target) {
    if (most == 0 || hasRoom(target, most)) {
      return target;
    }
    DispatchRow row = service.row();
    int place = RowChoice.spread(spread(packet, row), row.size());
    for (int i = 0; i < PROBES; i++) {
      int label = row.opening((place + i) % row.size());
      if (hasRoom(label, most)) {
        return label;
      }
    }
    return 0;
  }

  private static int spread(Packet packet, DispatchRow row) {
    if (row.pick() != Pick.SOURCE) {
      return (int) (packet.mark >>> 32);
    }
    // The address as a number in the machine's order, or the sum of its words.
    int client =
        packet.ipv4
            ? Integer.reverseBytes((int) packet.sourceLow)
            : (int) RowChoice.number(packet.sourceHigh, packet.sourceLow, false);
    return client * GOLDEN;
  }

  /** The generic cell rate algorithm (ITU-T I.371). */
  private boolean isInTime(State state) {
    int rate = state.limits.newSessionsPerSecond();
    if (rate == 0) {
      return true;
    }
    long interval = Rules.SECOND / rate;
    long now = tables.now.nanos();
    long next = Math.max(state.due, now) + interval;
    if (next - now > interval * state.limits.burst()) {
      return false;
    }
    state.due = next;
    return true;
  }
}
