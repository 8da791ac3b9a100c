package dev.shunt.scheduler.xdp;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.layout.SessionLayout;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.function.ToIntFunction;

/**
 * How many live sessions each target has, and each service with limits, in the kernel's session
 * tables.
 *
 * <p>The program counts each session that it opens or sees close. What it does not see (sessions
 * that other members opened, that were silent for too long, an addition that raced with another) is
 * put right by counting all of them now and then. One thread at a time.
 */
final class TargetLoads {

  private final KernelProgram kernel;
  private final ToIntFunction<Flow> services;

  /** Reads a flow off a key. */
  @FunctionalInterface
  private interface KeyReader {
    Flow get(MemorySegment keys, long offset);
  }

  /**
   * @param services the index of a flow's service; -1 if it has none
   */
  TargetLoads(KernelProgram kernel, ToIntFunction<Flow> services) {
    this.kernel = kernel;
    this.services = services;
  }

  /** Live sessions of a target, by its label. */
  long of(int label) {
    return Math.max(0, kernel.targetLoad.get(DispatchWriter.slot(label)));
  }

  /**
   * Counts again. Corrects by the difference, so that what the program adds meanwhile is kept; a
   * session that opens during the count may be in it twice until the next.
   *
   * @param limited the indexes of the services with limits
   */
  void recount(BitSet limited) throws DataPlaneException {
    long[] targets = new long[SharedLayouts.MAX_TARGETS];
    for (int slot = 0; slot < targets.length; slot++) {
      targets[slot] = -kernel.targetLoad.get(slot);
    }
    long[] sessions = new long[limited.length()];
    limited.stream().forEach(index -> sessions[index] = -kernel.admissions.sessions(index));
    count(kernel.sessions4, Flow4Layout::get, targets, sessions);
    count(kernel.sessions6, Flow6Layout::get, targets, sessions);
    for (int slot = 0; slot < targets.length; slot++) {
      if (targets[slot] != 0) {
        kernel.targetLoad.add(slot, targets[slot]);
      }
    }
    limited.stream()
        .filter(index -> sessions[index] != 0)
        .forEach(index -> kernel.admissions.addSessions(index, sessions[index]));
  }

  private void count(BpfMap map, KeyReader flows, long[] targets, long[] sessions)
      throws DataPlaneException {
    map.scan((keys, key, values, value) -> {
      int label = SessionLayout.target(values, value);
      if (label < Target.FIRST_LABEL
          || label > Target.LAST_LABEL
          || SessionLayout.state(values, value) == SessionState.CLOSING) {
        return;
      }
      targets[DispatchWriter.slot(label)]++;
      if (sessions.length == 0) {
        return;
      }
      int service = SessionLayout.service(values, value) - 1;
      if (service < 0) {
        service = services.applyAsInt(flows.get(keys, key));
      }
      // Of services without a limit nothing reads it.
      if (service >= 0 && service < sessions.length) {
        sessions[service]++;
      }
    });
  }
}
