package dev.shunt.scheduler.xdp;

import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entries of sessions' labels, and when they were last seen to be used: a session that is
 * switched by its label alone shows no other life.
 *
 * <p>Used by one thread.
 */
final class SessionLabels {

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final MacAddress NO_MAC = new MacAddress(0);

  private final LabelTable table;
  private final IntFunction<@Nullable Target> targets;
  private int[] counted = {};
  private long[] usedAt = {};

  /**
   * @param targets the target of a label
   */
  SessionLabels(LabelTable table, IntFunction<@Nullable Target> targets) {
    this.table = table;
    this.targets = targets;
  }

  /**
   * Writes both entries of a session's pair.
   *
   * @param target its target's label
   * @param owner its flow's mark
   */
  void put(SessionLabel label, int target, boolean ipv4, int owner) {
    putForth(label, target, ipv4, owner);
    table.set(
        label.back(),
        label.clientLabels() ? LabelAction.TO_PORT : LabelAction.POP_TO_PORT,
        DispatchWriter.slot(target),
        ipv4 ? IPV4 : IPV6,
        new MacAddress(label.clientMac()),
        owner);
  }

  /** The way to the server anew, unless another session has the label by now. */
  void renewForth(SessionLabel label, int target, boolean ipv4, int owner) {
    if (table.isOf(label.forth(), owner)) {
      putForth(label, target, ipv4, owner);
    }
  }

  /**
   * The way to the server, as its target is now. To a target that takes nothing any more there is
   * none: its packets are looked into again.
   */
  private void putForth(SessionLabel label, int target, boolean ipv4, int owner) {
    Target to = targets.apply(target);
    if (to == null || to.state() == TargetState.GONE || !to.labelled()) {
      table.set(
          label.forth(),
          LabelAction.NONE,
          DispatchWriter.slot(target),
          ipv4 ? IPV4 : IPV6,
          NO_MAC,
          owner);
      return;
    }
    table.set(
        label.forth(),
        DispatchWriter.action(to),
        DispatchWriter.slot(target),
        ipv4 ? IPV4 : IPV6,
        to.mac(),
        owner);
  }

  void clear(SessionLabel label, int owner) {
    table.clear(label.forth(), owner);
    table.clear(label.back(), owner);
  }

  /**
   * When a session's labels were last seen to be used: at the first look after it.
   *
   * @param nowNanos the time of this look
   */
  long usedAt(SessionLabel label, long nowNanos) {
    if (counted.length == 0) {
      counted = new int[SessionLabel.PAIRS];
      usedAt = new long[SessionLabel.PAIRS];
    }
    int pair = SessionLabel.pairOf(label.forth());
    int packets = table.packets(label);
    if (packets != counted[pair]) {
      counted[pair] = packets;
      usedAt[pair] = nowNanos;
    }
    return usedAt[pair];
  }
}
