package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;

/** The algorithms: which target of its service's row a flow gets (claims L4, H1, H17). */
final class RowChoice {

  private static final int DRAWS = 16;

  private final ModelTables tables;

  RowChoice(ModelTables tables) {
    this.tables = tables;
  }

  /** Of a packet that no session leads: the same on every member; 0 if the row is empty. */
  int anyway(ModelService service, Flow flow, boolean ipv4) {
    DispatchRow row = service.row();
    if (row.isEmpty()) {
      return 0;
    }
    return service.isSum()
        ? row.label(summed(row, flow, ipv4))
        : row.label(hashed(row, flow, ipv4));
  }

  /** Of a packet that opens a session. */
  int opening(ModelService service, Flow flow, boolean ipv4) {
    DispatchRow row = service.row();
    if (row.isEmpty()) {
      return 0;
    }
    return switch (row.pick()) {
      case ROW, SOURCE -> row.label(hashed(row, flow, ipv4));
      case ROUND_ROBIN -> row.label(nextTurn(service.index(), row.size()));
      case LEAST_CONNECTIONS -> lessLoaded(row);
      // Any datagram could be the next of its flow, so only a SYN may go where new flows go.
      case SUM3, SUM5 ->
          flow.protocol().number() == Rules.TCP
              ? row.opening(summed(row, flow, ipv4))
              : row.label(summed(row, flow, ipv4));
    };
  }

  private int hashed(DispatchRow row, Flow flow, boolean ipv4) {
    int hash =
        row.pick() == Pick.SOURCE
            ? FlowMarks.sourceHash(flow, ipv4, tables.seed)
            : FlowMarks.hash(flow, ipv4, tables.seed);
    return spread(hash, row.size());
  }

  private static int spread(int hash, int size) {
    return (int) (((hash & 0xffffffffL) * size) >>> 32);
  }

  private static int summed(DispatchRow row, Flow flow, boolean ipv4) {
    long sum = flow.destinationPort();
    sum += number(flow.sourceHigh(), flow.sourceLow(), ipv4);
    sum += number(flow.destinationHigh(), flow.destinationLow(), ipv4);
    if (row.pick() == Pick.SUM5) {
      sum += flow.sourcePort() + flow.protocol().number();
    }
    return (int) (sum % row.size());
  }

  /** An address as a number of 32 bits; of IPv6 the sum of its words. */
  private static long number(long high, long low, boolean ipv4) {
    return (ipv4 ? low : (high >>> 32) + high + (low >>> 32) + low) & 0xffffffffL;
  }

  private int nextTurn(int index, int size) {
    long turn = tables.turns.merge(index, 1L, Long::sum) - 1;
    return (int) (turn % size);
  }

  /** The power of two choices. */
  private int lessLoaded(DispatchRow row) {
    int one = random(row);
    int other = one;
    for (int i = 0; i < DRAWS && other == one; i++) {
      other = random(row);
    }
    // One's own sessions counted with the one to come, for each unit of weight.
    return (load(other) + 1) * weight(one) < (load(one) + 1) * weight(other) ? other : one;
  }

  private int random(DispatchRow row) {
    return row.label(spread(tables.now.draw(), row.size()));
  }

  private long load(int target) {
    return Math.max(0, tables.loads.getOrDefault(target, 0L));
  }

  private int weight(int target) {
    ModelTarget there = tables.targets.get(target);
    return there == null ? 1 : there.weight();
  }
}
