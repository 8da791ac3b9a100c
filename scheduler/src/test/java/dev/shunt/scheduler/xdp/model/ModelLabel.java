package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.LabelAction;

/** A row of the label switching table. */
public final class ModelLabel {
  public LabelAction action = LabelAction.NONE;
  public int slot;
  public int ethertype;
  public long mac;
  public int ifindex;
  public int owner;
  public int packets;

  @Override
  public String toString() {
    return "entry{%s, slot %d, type %04x, mac %012x, card %d, owner %08x, packets %d}"
        .formatted(action, slot, ethertype, mac, ifindex, owner, packets);
  }
}
