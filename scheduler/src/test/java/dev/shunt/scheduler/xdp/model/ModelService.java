package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.SynCookies;

/**
 * A service as the program is told of it.
 *
 * @param index of its counters
 * @param row where its flows are and where those go that open now
 * @param labels whether its sessions get labels of their own
 * @param everyone whether every member gets every packet and takes its own share
 * @param admission how many new sessions it takes
 * @param cookies when its SYNs are answered by cookies
 */
record ModelService(
    int index,
    DispatchRow row,
    boolean labels,
    boolean everyone,
    Admission admission,
    SynCookies cookies) {

  boolean isSum() {
    return row.pick().isSum();
  }
}
