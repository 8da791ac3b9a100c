package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.DispatchRow;

/**
 * A service as the program is told of it.
 *
 * @param index of its counters
 * @param row where its flows are and where those go that open now
 * @param labels whether its sessions get labels of their own
 */
record ModelService(int index, DispatchRow row, boolean labels) {

  boolean isSum() {
    return row.pick().isSum();
  }
}
