package dev.shunt.node.persistence;

import dev.shunt.node.Meters;
import dev.shunt.replication.BindingTable;

/** What is to be seen of a shared table. */
final class TableMeters {

  private TableMeters() {}

  /**
   * @param prefix of the names
   */
  static void tell(String prefix, BindingTable table, Meters meters) {
    meters.counter(prefix + "_evicted", () -> table.stats().evicted());
    meters.counter(prefix + "_expired", () -> table.stats().expired());
    meters.counter(prefix + "_conflict", () -> table.stats().conflicts());
    meters.counter(prefix + "_overflowed", () -> table.stats().overflowed());
    meters.gauge(prefix + "_entries", table::size);
    meters.gauge(prefix + "_queued", () -> table.stats().queued());
    meters.gauge(prefix + "_lag_p50_micros", () -> table.stats().lagMicrosP50());
    meters.gauge(prefix + "_lag_p99_micros", () -> table.stats().lagMicrosP99());
  }
}
