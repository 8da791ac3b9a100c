package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.layout.SessionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The session tables in the kernel, one for each IP version. One thread at a time. */
final class SessionMap {

  private static final long SESSION_BYTES = SessionLayout.LAYOUT.byteSize();

  private final List<Table> tables;
  private final Ticker ticker;

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
  }

  /**
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   */
  SessionMap(KernelProgram kernel, Ticker ticker) {
    this.tables =
        List.of(
            new Table(
                kernel.sessions4, true, Flow4Layout.LAYOUT, Flow4Layout::set, Flow4Layout::get),
            new Table(
                kernel.sessions6, false, Flow6Layout.LAYOUT, Flow6Layout::set, Flow6Layout::get));
    this.ticker = ticker;
  }

  /** Writes sessions as seen just now. */
  void put(List<Session> sessions) throws DataPlaneException {
    int refused = 0;
    for (Table table : tables) {
      refused +=
          put(table, sessions.stream().filter(s -> s.flow().isIpv4() == table.ipv4).toList());
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
        SessionLayout.set(values, i * SESSION_BYTES, now, session.target(), session.state());
      }
      return table.map.putAll(keys, values, sessions.size());
    }
  }

  void remove(List<Flow> flows) throws DataPlaneException {
    for (Table table : tables) {
      List<Flow> own = flows.stream().filter(flow -> flow.isIpv4() == table.ipv4).toList();
      try (Arena arena = Arena.ofConfined()) {
        table.map.removeAll(table.keys(arena, own), own.size());
      }
    }
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
                  Math.max(0, now - SessionLayout.lastSeen(values, value)))));
    }
    return sessions;
  }

  /**
   * Removes what has been silent for too long. A packet that comes between the look and the removal
   * finds no session and goes by the row, which leads to the same target but for a change of rows.
   */
  List<Flow> expire(SessionTimeouts timeouts, long notBeforeNanos) throws DataPlaneException {
    List<Flow> silent = new ArrayList<>();
    long now = ticker.nanos();
    for (Table table : tables) {
      table.map.scan((keys, key, values, value) -> {
        long idle = now - Math.max(SessionLayout.lastSeen(values, value), notBeforeNanos);
        Flow flow = table.reader.get(keys, key);
        SessionState state = SessionLayout.state(values, value);
        if (idle > timeout(timeouts, flow.protocol(), state).toNanos()) {
          silent.add(flow);
        }
      });
    }
    remove(silent);
    return silent;
  }

  static Duration timeout(SessionTimeouts timeouts, Protocol protocol, SessionState state) {
    return switch (state) {
      case OPENING -> timeouts.opening();
      case CLOSING -> timeouts.closing();
      case ESTABLISHED -> protocol == Protocol.UDP ? timeouts.udp() : timeouts.established();
    };
  }
}
