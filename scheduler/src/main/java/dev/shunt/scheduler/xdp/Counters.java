package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.TrafficLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the program's counters, summed over the CPUs. */
final class Counters {

  private final KernelProgram kernel;

  Counters(KernelProgram kernel) {
    this.kernel = kernel;
  }

  /** Packets by outcome, then what happens beside them, by name. */
  Map<String, Long> outcomes() throws DataPlaneException {
    Map<String, Long> counts = new LinkedHashMap<>();
    int index = 0;
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome.counter(), sum(kernel.outcomes, index++));
    }
    index = 0;
    for (Aside aside : Aside.values()) {
      counts.put(aside.counter(), sum(kernel.asides, index++));
    }
    return counts;
  }

  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  long aside(Aside aside) throws DataPlaneException {
    return sum(kernel.asides, aside.ordinal());
  }

  Traffic service(int index) throws DataPlaneException {
    return traffic(kernel.serviceTraffic, index);
  }

  Traffic target(int label) throws DataPlaneException {
    return traffic(kernel.targetTraffic, DispatchWriter.slot(label));
  }

  /** Over the CPUs. */
  static long sum(BpfMap map, int index) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment perCpu = map.get(arena, index);
      long sum = 0;
      for (long at = 0; at < perCpu.byteSize(); at += Long.BYTES) {
        sum += perCpu.get(JAVA_LONG, at);
      }
      return sum;
    }
  }

  private static Traffic traffic(BpfMap map, int index) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment perCpu = map.get(arena, index);
      long packets = 0;
      long bytes = 0;
      for (long at = 0; at < perCpu.byteSize(); at += TrafficLayout.LAYOUT.byteSize()) {
        packets += TrafficLayout.packets(perCpu, at);
        bytes += TrafficLayout.bytes(perCpu, at);
      }
      return new Traffic(packets, bytes);
    }
  }
}
