package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.layout.SessionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The session tables in the kernel, one for each IP version, with the entries of their labels. One
 * thread at a time.
 */
final class SessionMap {

  private static final long SESSION_BYTES = SessionLayout.LAYOUT.byteSize();

  private final List<Table> tables;
  private final SessionLabels labels;
  private final Ticker ticker;
  private boolean anyLabels;

  /** Writes a flow as a key. */
  @FunctionalInterface
  private interface KeyWriter {
    void set(MemorySegment keys, long offset, Flow flow);
  }

  /** Reads a flow off a key. */
  @FunctionalInterface
  private interface KeyReader {
    Flow get(MemorySegment keys, long offset);
  }

  /** The table of one IP version. */
  private record Table(
      BpfMap map, boolean ipv4, StructLayout key, KeyWriter writer, KeyReader reader) {

    MemorySegment keys(Arena arena, List<Flow> flows) {
      MemorySegment keys = arena.allocate(key, flows.size());
      for (int i = 0; i < flows.size(); i++) {
        writer.set(keys, i * key.byteSize(), flows.get(i));
      }
      return keys;
    }

    /** One key of several. */
    MemorySegment key(MemorySegment keys, int index) {
      return at(keys, index * key.byteSize());
    }

    MemorySegment at(MemorySegment keys, long offset) {
      return keys.asSlice(offset, key);
    }
  }

  /**
   * @param targets the target of a label
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   */
  SessionMap(KernelProgram kernel, IntFunction<@Nullable Target> targets, Ticker ticker) {
    this.tables =
        List.of(
            new Table(
                kernel.sessions4, true, Flow4Layout.LAYOUT, Flow4Layout::set, Flow4Layout::get),
            new Table(
                kernel.sessions6, false, Flow6Layout.LAYOUT, Flow6Layout::set, Flow6Layout::get));
    this.labels = new SessionLabels(kernel.labels, targets);
    this.ticker = ticker;
  }

  /** Writes sessions as seen just now; of several of one flow the last. */
  void put(List<Session> sessions) throws DataPlaneException {
    int refused = 0;
    // The labels of those before would lead on, and no session would take them along when it ends.
    Map<Flow, Session> last = LinkedHashMap.newLinkedHashMap(sessions.size());
    sessions.forEach(session -> last.put(session.flow(), session));
    for (Table table : tables) {
      refused +=
          put(table, last.values().stream().filter(s -> s.flow().isIpv4() == table.ipv4).toList());
    }
    if (refused > 0) {
      throw new DataPlaneException(
          "%d of %d sessions found no room: the session table is full at %d"
              .formatted(refused, sessions.size(), tables.getFirst().map.maxEntries()));
    }
  }

  private int put(Table table, List<Session> sessions) throws DataPlaneException {
    long now = ticker.nanos();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = table.keys(arena, sessions.stream().map(Session::flow).toList());
      MemorySegment values = arena.allocate(SessionLayout.LAYOUT, sessions.size());
      for (int i = 0; i < sessions.size(); i++) {
        Session session = sessions.get(i);
        SessionLayout.set(values, i * SESSION_BYTES, now, session);
        anyLabels |= session.label().isPresent();
      }
      if (!anyLabels) {
        return table.map.putAll(keys, values, sessions.size());
      }
      clearOthers(table, keys, sessions);
      int refused = table.map.putAll(keys, values, sessions.size());
      putLabels(table, keys, sessions, refused > 0);
      return refused;
    }
  }

  /** The labels that these sessions had and have no more, because they moved to other targets. */
  private void clearOthers(Table table, MemorySegment keys, List<Session> sessions)
      throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(SessionLayout.LAYOUT);
      for (int i = 0; i < sessions.size(); i++) {
        MemorySegment key = table.key(keys, i);
        if (table.map.read(key, value)) {
          SessionLabel before = SessionLayout.label(value, 0);
          if (before.isPresent() && before.forth() != sessions.get(i).label().forth()) {
            labels.clear(before, FlowMark.owner(key));
          }
        }
      }
    }
  }

  /**
   * @param unsure whether some of the sessions found no room: those get no entries
   */
  private void putLabels(Table table, MemorySegment keys, List<Session> sessions, boolean unsure)
      throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(SessionLayout.LAYOUT);
      for (int i = 0; i < sessions.size(); i++) {
        Session session = sessions.get(i);
        MemorySegment key = table.key(keys, i);
        if (session.label().isPresent() && (!unsure || table.map.read(key, value))) {
          labels.put(session.label(), session.target(), table.ipv4, FlowMark.owner(key));
        }
      }
    }
  }

  /** Writes the labels anew that lead to targets which have changed. */
  void relabel(DispatchWriter.Changes changes) throws DataPlaneException {
    // The program gives labels out before this process hears of one.
    anyLabels |= changes.labels();
    Set<Integer> targets = changes.targets();
    if (targets.isEmpty()) {
      return;
    }
    for (Table table : tables) {
      table.map.scan((keys, key, values, value) -> {
        SessionLabel label = SessionLayout.label(values, value);
        int target = SessionLayout.target(values, value);
        if (label.isPresent() && targets.contains(target)) {
          anyLabels = true;
          labels.renewForth(label, target, table.ipv4, FlowMark.owner(table.at(keys, key)));
        }
      });
    }
  }

  /** Those that there were. */
  List<EndedSession> remove(List<Flow> flows) throws DataPlaneException {
    List<EndedSession> ended = new ArrayList<>();
    for (Table table : tables) {
      List<Flow> own = flows.stream().filter(flow -> flow.isIpv4() == table.ipv4).toList();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment keys = table.keys(arena, own);
        MemorySegment value = arena.allocate(SessionLayout.LAYOUT);
        for (int i = 0; i < own.size(); i++) {
          MemorySegment key = table.key(keys, i);
          if (table.map.take(key, value)) {
            SessionLabel label = SessionLayout.label(value, 0);
            if (label.isPresent()) {
              labels.clear(label, FlowMark.owner(key));
            }
            ended.add(new EndedSession(own.get(i), label.forth()));
          }
        }
      }
    }
    return ended;
  }

  void removeUnless(Predicate<Flow> kept) throws DataPlaneException {
    List<Flow> others = new ArrayList<>();
    for (Table table : tables) {
      table.map.scan((keys, key, values, value) -> {
        Flow flow = table.reader.get(keys, key);
        if (!kept.test(flow)) {
          others.add(flow);
        }
      });
    }
    remove(others);
  }

  List<KernelSession> list() throws DataPlaneException {
    List<KernelSession> sessions = new ArrayList<>();
    long now = ticker.nanos();
    for (Table table : tables) {
      table.map.scan((keys, key, values, value) ->
          sessions.add(
              new KernelSession(
                  table.reader.get(keys, key),
                  SessionLayout.target(values, value),
                  SessionLayout.state(values, value),
                  SessionLayout.packets(values, value),
                  // The kernel's coarse clock may lag or a packet have come since.
                  Math.max(0, now - lastSeen(values, value, now)),
                  SessionLayout.label(values, value))));
    }
    return sessions;
  }

  /** By analysis or by the label alone. */
  private long lastSeen(MemorySegment values, long value, long now) {
    long analysed = SessionLayout.lastSeen(values, value);
    SessionLabel label = SessionLayout.label(values, value);
    if (!label.isPresent()) {
      return analysed;
    }
    anyLabels = true;
    return Math.max(analysed, labels.usedAt(label, now));
  }

  /**
   * Removes what has been silent for too long. A packet that comes between the look and the removal
   * finds no session and goes by the row, which leads to the same target but for a change of rows.
   */
  List<EndedSession> expire(SessionTimeouts timeouts, long notBeforeNanos)
      throws DataPlaneException {
    List<Flow> silent = new ArrayList<>();
    long now = ticker.nanos();
    for (Table table : tables) {
      table.map.scan((keys, key, values, value) -> {
        long idle = now - Math.max(lastSeen(values, value, now), notBeforeNanos);
        Flow flow = table.reader.get(keys, key);
        SessionState state = SessionLayout.state(values, value);
        if (idle > timeout(timeouts, flow.protocol(), state).toNanos()) {
          silent.add(flow);
        }
      });
    }
    return remove(silent);
  }

  static Duration timeout(SessionTimeouts timeouts, Protocol protocol, SessionState state) {
    return switch (state) {
      case OPENING -> timeouts.opening();
      case CLOSING -> timeouts.closing();
      case ESTABLISHED -> protocol == Protocol.UDP ? timeouts.udp() : timeouts.established();
    };
  }
}
