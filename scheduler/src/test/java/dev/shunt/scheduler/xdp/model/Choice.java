package dev.shunt.scheduler.xdp.model;

/**
 * Where a packet goes.
 *
 * @param target its target's label; 0: the service has none for it
 * @param service as in {@link ModelSession}
 * @param way how it came there
 * @param label its session's own label; 0: it goes by its target's
 */
record Choice(int target, int service, Way way, int label) {

  Choice withoutLabel() {
    return label == 0 ? this : new Choice(target, service, way, 0);
  }
}
