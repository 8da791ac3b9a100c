package dev.shunt.scheduler.xdp;

import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.layout.SessionLayout;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.util.List;

/**
 * How many live sessions each target has, in the kernel's session tables.
 *
 * <p>The program counts each session that it opens or sees close. What it does not see (sessions
 * that other members opened, that were silent for too long, an addition that raced with another) is
 * put right by counting all of them now and then. One thread at a time.
 */
final class TargetLoads {

  private final List<BpfMap> tables;
  private final LoadMemory loads;

  TargetLoads(KernelProgram kernel) {
    this.tables = List.of(kernel.sessions4, kernel.sessions6);
    this.loads = kernel.targetLoad;
  }

  /** Live sessions of a target, by its label. */
  long of(int label) {
    return Math.max(0, loads.get(DispatchWriter.slot(label)));
  }

  /**
   * Counts again. Corrects by the difference, so that what the program adds meanwhile is kept; a
   * session that opens during the count may be in it twice until the next.
   */
  void recount() throws DataPlaneException {
    long[] before = new long[SharedLayouts.MAX_TARGETS];
    for (int slot = 0; slot < before.length; slot++) {
      before[slot] = loads.get(slot);
    }
    long[] found = new long[before.length];
    for (BpfMap sessions : tables) {
      sessions.scan((keys, key, values, value) -> {
        int label = SessionLayout.target(values, value);
        if (label >= Target.FIRST_LABEL
            && label <= Target.LAST_LABEL
            && SessionLayout.state(values, value) != SessionState.CLOSING) {
          found[DispatchWriter.slot(label)]++;
        }
      });
    }
    for (int slot = 0; slot < before.length; slot++) {
      if (found[slot] != before[slot]) {
        loads.add(slot, found[slot] - before[slot]);
      }
    }
  }
}
