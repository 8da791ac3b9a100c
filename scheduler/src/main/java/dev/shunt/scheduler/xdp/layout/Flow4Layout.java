package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.BE32;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct flow4}: the key of the IPv4 session table. */
public final class Flow4Layout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              BE32.withName("source"),
              BE32.withName("destination"),
              BE16.withName("source_port"),
              BE16.withName("destination_port"),
              U8.withName("protocol"),
              Fields.bytes(3, "pad"))
          .withName("flow4");

  private static final VarHandle SOURCE = Fields.handle(LAYOUT, "source");
  private static final VarHandle DESTINATION = Fields.handle(LAYOUT, "destination");
  private static final VarHandle SOURCE_PORT = Fields.handle(LAYOUT, "source_port");
  private static final VarHandle DESTINATION_PORT = Fields.handle(LAYOUT, "destination_port");
  private static final VarHandle PROTOCOL = Fields.handle(LAYOUT, "protocol");

  private Flow4Layout() {}

  public static Flow get(MemorySegment segment, long offset) {
    return Flow.ofIpv4(
        Protocol.of(Byte.toUnsignedInt((byte) PROTOCOL.get(segment, offset))),
        (int) SOURCE.get(segment, offset),
        Short.toUnsignedInt((short) SOURCE_PORT.get(segment, offset)),
        (int) DESTINATION.get(segment, offset),
        Short.toUnsignedInt((short) DESTINATION_PORT.get(segment, offset)));
  }

  /**
   * @throws IllegalArgumentException if the flow is not IPv4
   */
  public static void set(MemorySegment segment, long offset, Flow flow) {
    if (!flow.isIpv4()) {
      throw new IllegalArgumentException(flow + " is not an IPv4 flow");
    }
    // The lower half of an IPv4-mapped address is the address.
    SOURCE.set(segment, offset, (int) flow.sourceLow());
    DESTINATION.set(segment, offset, (int) flow.destinationLow());
    SOURCE_PORT.set(segment, offset, (short) flow.sourcePort());
    DESTINATION_PORT.set(segment, offset, (short) flow.destinationPort());
    PROTOCOL.set(segment, offset, (byte) flow.protocol().number());
  }
}
