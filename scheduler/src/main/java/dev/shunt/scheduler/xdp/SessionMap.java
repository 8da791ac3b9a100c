package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.xdp.layout.FlowLayout;
import dev.shunt.scheduler.xdp.layout.SessionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The session table in the kernel. One thread at a time. */
final class SessionMap {

  private static final long FLOW_BYTES = FlowLayout.LAYOUT.byteSize();
  private static final long SESSION_BYTES = SessionLayout.LAYOUT.byteSize();

  private final BpfMap map;
  private final Ticker ticker;

  /**
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   */
  SessionMap(BpfMap map, Ticker ticker) {
    this.map = map;
    this.ticker = ticker;
  }

  /** Writes sessions as seen just now; IPv6 ones, which the program does not know, are left out. */
  void put(List<Session> sessions) throws DataPlaneException {
    List<Session> known = sessions.stream().filter(session -> session.flow().isIpv4()).toList();
    long now = ticker.nanos();
    int refused;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = arena.allocate(FlowLayout.LAYOUT, known.size());
      MemorySegment values = arena.allocate(SessionLayout.LAYOUT, known.size());
      for (int i = 0; i < known.size(); i++) {
        Session session = known.get(i);
        FlowLayout.set(keys, i * FLOW_BYTES, session.flow());
        SessionLayout.set(values, i * SESSION_BYTES, now, session.target(), session.state());
      }
      refused = map.putAll(keys, values, known.size());
    }
    if (refused > 0) {
      throw new DataPlaneException(
          "%d of %d sessions found no room: the session table is full at %d"
              .formatted(refused, known.size(), map.maxEntries()));
    }
  }

  void remove(List<Flow> flows) throws DataPlaneException {
    List<Flow> known = flows.stream().filter(Flow::isIpv4).toList();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = arena.allocate(FlowLayout.LAYOUT, known.size());
      for (int i = 0; i < known.size(); i++) {
        FlowLayout.set(keys, i * FLOW_BYTES, known.get(i));
      }
      map.removeAll(keys, known.size());
    }
  }

  void removeUnless(Predicate<Flow> kept) throws DataPlaneException {
    List<Flow> others = new ArrayList<>();
    map.scan((keys, key, values, value) -> {
      Flow flow = FlowLayout.get(keys, key);
      if (!kept.test(flow)) {
        others.add(flow);
      }
    });
    remove(others);
  }

  List<KernelSession> list() throws DataPlaneException {
    List<KernelSession> sessions = new ArrayList<>();
    long now = ticker.nanos();
    map.scan((keys, key, values, value) ->
        sessions.add(
            new KernelSession(
                FlowLayout.get(keys, key),
                SessionLayout.target(values, value),
                SessionLayout.state(values, value),
                SessionLayout.packets(values, value),
                // The kernel's coarse clock may lag or a packet have come since.
                Math.max(0, now - SessionLayout.lastSeen(values, value)))));
    return sessions;
  }

  /**
   * Removes what has been silent for too long. A packet that comes between the look and the removal
   * finds no session and goes by the row, which leads to the same target but for a change of rows.
   */
  List<Flow> expire(SessionTimeouts timeouts, long notBeforeNanos) throws DataPlaneException {
    List<Flow> silent = new ArrayList<>();
    long now = ticker.nanos();
    map.scan((keys, key, values, value) -> {
      long idle = now - Math.max(SessionLayout.lastSeen(values, value), notBeforeNanos);
      Flow flow = FlowLayout.get(keys, key);
      SessionState state = SessionLayout.state(values, value);
      if (idle > timeout(timeouts, flow.protocol(), state).toNanos()) {
        silent.add(flow);
      }
    });
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
