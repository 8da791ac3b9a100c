package dev.shunt.scheduler.xdp;

import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.xdp.layout.LabelEntryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The label switching table as memory shared with the kernel, which writes it too: a field is
 * written alone, and an entry's action last.
 */
final class LabelTable implements AutoCloseable {

  private static final long ENTRY = LabelEntryLayout.LAYOUT.byteSize();

  private final MemorySegment memory;
  private int lineCard;

  LabelTable(BpfMap labels) throws DataPlaneException {
    memory = LibC.mmap(labels.fd(), labels.maxEntries() * ENTRY);
    if (memory.equals(MemorySegment.NULL)) {
      throw Native.failure("mapping into memory the map", labels.name(), Native.errno());
    }
  }

  /** Entries written from now on lead to this interface. */
  void leadTo(int ifindex) {
    lineCard = ifindex;
  }

  /**
   * @param slot the target's
   * @param owner the mark of the session whose label it is
   */
  void set(int label, LabelAction action, int slot, int ethertype, MacAddress mac, int owner) {
    boolean own = owner != 0 && action == LabelAction.TO_STACK;
    if (own
        && LabelEntryLayout.action(memory, label * ENTRY) == action
        && LabelEntryLayout.owner(memory, label * ENTRY) == owner) {
      // The program remembers there where the session's packets come from.
      return;
    }
    LabelEntryLayout.set(memory, label * ENTRY, slot, ethertype, mac, lineCard, owner);
    LabelEntryLayout.setAction(memory, label * ENTRY, action);
  }

  /** Whether a label was last written for this session, wherever it leads now. */
  boolean isOf(int label, int owner) {
    return LabelEntryLayout.owner(memory, label * ENTRY) == owner;
  }

  /** Forgets a session's label, unless another session has it by now. */
  void clear(int label, int owner) {
    if (isOf(label, owner)) {
      LabelEntryLayout.setAction(memory, label * ENTRY, LabelAction.NONE);
    }
  }

  /** Packets of both labels of a pair, modulo 2^32. */
  int packets(SessionLabel pair) {
    return LabelEntryLayout.packets(memory, pair.forth() * ENTRY)
        + LabelEntryLayout.packets(memory, pair.back() * ENTRY);
  }

  /** The first {@code limit} entries from a label on. */
  List<LabelEntry> list(int from, int limit) {
    List<LabelEntry> found = new ArrayList<>();
    for (int label = Math.max(0, from);
        label < SessionLabel.LABELS && found.size() < limit;
        label++) {
      long at = label * ENTRY;
      LabelAction action = LabelEntryLayout.action(memory, at);
      if (action != LabelAction.NONE) {
        found.add(
            new LabelEntry(
                label,
                action,
                DispatchWriter.labelOf(LabelEntryLayout.target(memory, at)),
                LabelEntryLayout.mac(memory, at),
                LabelEntryLayout.ifindex(memory, at),
                Integer.toUnsignedLong(LabelEntryLayout.packets(memory, at))));
      }
    }
    return found;
  }

  @Override
  public void close() {
    LibC.munmap(memory);
  }
}
