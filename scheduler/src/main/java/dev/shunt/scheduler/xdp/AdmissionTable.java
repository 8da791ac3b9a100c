package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.xdp.layout.AdmissionLayout;
import dev.shunt.scheduler.xdp.layout.RefusalsLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;

/**
 * The limits of the services' new sessions, by the services' indexes, as memory shared with the
 * kernel, which counts in it at the same time; and why it refused how many.
 */
final class AdmissionTable implements AutoCloseable {

  private static final long ENTRY = AdmissionLayout.LAYOUT.byteSize();
  private static final long PAGE = 4096;

  private final BpfMap limits;
  private final BpfMap refusals;
  private final MemorySegment memory;

  AdmissionTable(BpfMap limits, BpfMap refusals) throws DataPlaneException {
    this.limits = limits;
    this.refusals = refusals;
    memory = LibC.mmap(limits.fd(), (limits.maxEntries() * ENTRY + PAGE - 1) / PAGE * PAGE);
    if (memory.equals(MemorySegment.NULL)) {
      throw Native.failure("mapping into memory the map", limits.name(), Native.errno());
    }
  }

  /** A new service's: no limits, nothing counted. */
  void clear(int index) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      limits.put(index, limits.get(arena, index).fill((byte) 0));
      refusals.put(index, refusals.get(arena, index).fill((byte) 0));
    }
  }

  void set(int index, Admission admission) {
    AdmissionLayout.set(memory, index * ENTRY, admission);
  }

  Admission get(int index) {
    return AdmissionLayout.get(memory, index * ENTRY);
  }

  /** Out of {@link AdmissionState#ALL}. */
  void shed(int index, int share) {
    AdmissionLayout.setShed(memory, index * ENTRY, share);
  }

  long sessions(int index) {
    return AdmissionLayout.sessions(memory, index * ENTRY);
  }

  void addSessions(int index, long change) {
    AdmissionLayout.addSessions(memory, index * ENTRY, change);
  }

  AdmissionState state(int index) throws DataPlaneException {
    long at = index * ENTRY;
    return new AdmissionState(
        Math.max(0, sessions(index)), AdmissionLayout.shed(memory, at), refused(index));
  }

  private Map<Refusal, Long> refused(int index) throws DataPlaneException {
    Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment perCpu = refusals.get(arena, index);
      for (Refusal reason : Refusal.values()) {
        long count = 0;
        for (long at = 0; at < perCpu.byteSize(); at += RefusalsLayout.LAYOUT.byteSize()) {
          count += RefusalsLayout.count(perCpu, at, reason);
        }
        refused.put(reason, count);
      }
    }
    return refused;
  }

  @Override
  public void close() {
    LibC.munmap(memory);
  }
}
