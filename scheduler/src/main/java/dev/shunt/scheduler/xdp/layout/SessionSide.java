package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;

import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** The fields {@code label}, {@code client_mac} and {@code flags} of two structs. */
final class SessionSide {

  /** {@code CLIENT_LABELS}. */
  static final int CLIENT_LABELS = 1;

  private final VarHandle label;
  private final VarHandle flags;
  private final long mac;

  SessionSide(StructLayout layout) {
    label = Fields.handle(layout, "label");
    flags = Fields.handle(layout, "flags");
    mac = Fields.offset(layout, "client_mac");
  }

  SessionLabel get(MemorySegment segment, long offset) {
    int forth = (int) label.get(segment, offset);
    if (forth == 0) {
      return SessionLabel.NONE;
    }
    byte[] six = segment.asSlice(offset + mac, MAC_BYTES).toArray(ValueLayout.JAVA_BYTE);
    boolean labels = ((byte) flags.get(segment, offset) & CLIENT_LABELS) != 0;
    return new SessionLabel(forth, MacAddress.of(six).bits(), labels);
  }

  void set(MemorySegment segment, long offset, SessionLabel of) {
    label.set(segment, offset, of.forth());
    flags.set(segment, offset, (byte) (of.clientLabels() ? CLIENT_LABELS : 0));
    byte[] six = new MacAddress(of.clientMac()).bytes();
    MemorySegment.copy(six, 0, segment, ValueLayout.JAVA_BYTE, offset + mac, MAC_BYTES);
  }
}
