package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.xdp.layout.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Labelled frames: switched by the table, or the label taken off and what is behind it analysed.
 */
final class LabelRules {

  private static final int BOTTOM = 0x100;

  private final ModelTables tables;
  private final WireFrame frame;

  LabelRules(ModelTables tables, WireFrame frame) {
    this.tables = tables;
    this.frame = frame;
  }

  /** What becomes of the frame; null: it is analysed, without its label. */
  @Nullable Outcome handle(Packet packet) {
    int at = packet.link;
    if (!frame.has(at, Rules.SHIM_BYTES)) {
      return Outcome.DROP_LABEL_TRUNCATED;
    }
    int shim = frame.u32(at);
    int label = shim >>> 12;
    int ttl = shim & 0xff;
    ModelLabel entry = tables.labels.get(label);
    boolean known = entry != null && entry.action != LabelAction.NONE;
    if (!known && label != Rules.ASK && !Rules.isForth(label)) {
      return Outcome.DROP_LABEL_UNKNOWN;
    }
    if ((shim & BOTTOM) == 0) {
      return Outcome.DROP_LABEL_STACK;
    }
    if (ttl == 0) {
      return Outcome.DROP_LABEL_TTL;
    }
    return entry == null || !known ? takeOff(packet, label) : follow(packet, entry, label, ttl);
  }

  /** By the table alone. */
  private Outcome follow(Packet packet, ModelLabel entry, int label, int ttl) {
    int at = packet.link;
    if (entry.action == LabelAction.TO_PORT && ttl == 1) {
      return Outcome.DROP_LABEL_TTL;
    }
    if (label >= Rules.FIRST_SESSION) {
      entry.packets++;
    }
    if (entry.action == LabelAction.TO_STACK) {
      pop(at, entry.ethertype);
      return Outcome.LABEL_POP;
    }
    frame.putMac(0, entry.mac);
    frame.putMac(6, tables.mac);
    if (entry.action == LabelAction.POP_TO_PORT) {
      pop(at, entry.ethertype);
      return Outcome.LABEL_OUT;
    }
    frame.put8(at + 3, ttl - 1);
    if (!Rules.isBack(label)) {
      ModelTables.traffic(tables.targetTraffic, entry.slot).count(frame.length());
    }
    return Outcome.LABEL_SWITCH;
  }

  private @Nullable Outcome takeOff(Packet packet, int label) {
    int at = packet.link;
    int version = frame.has(at, Rules.SHIM_BYTES + 1) ? frame.u8(at + Rules.SHIM_BYTES) >>> 4 : 0;
    if (version != 4 && version != 6) {
      return Outcome.DROP_LABEL_PAYLOAD;
    }
    packet.type = version == 4 ? Rules.IPV4 : Rules.IPV6;
    packet.came = label;
    pop(at, packet.type);
    return null;
  }

  private void pop(int at, int type) {
    frame.cut(at, Rules.SHIM_BYTES);
    frame.put16(at - 2, type);
  }
}
