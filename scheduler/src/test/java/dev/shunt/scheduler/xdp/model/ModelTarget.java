package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.TargetState;

/** A target as the program is told of it. */
record ModelTarget(
    int label, long mac, TargetState state, int weight, boolean local, boolean plain) {

  boolean takesNothing() {
    return state == TargetState.GONE;
  }

  /** Whether what has begun to open there may go on opening there. */
  boolean takesOpening() {
    return state == TargetState.UP || state == TargetState.DRAINED;
  }
}
