package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.BE64;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * {@code struct flow6}: the key of the IPv6 session table, and the flow of an event, where IPv4
 * addresses are mapped ones, as {@link Flow} has them.
 */
public final class Flow6Layout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              Fields.words(4, "source"),
              Fields.words(4, "destination"),
              BE16.withName("source_port"),
              BE16.withName("destination_port"),
              U8.withName("protocol"),
              Fields.bytes(3, "pad"))
          .withName("flow6");

  private static final long SOURCE = Fields.offset(LAYOUT, "source");
  private static final long DESTINATION = Fields.offset(LAYOUT, "destination");
  private static final VarHandle SOURCE_PORT = Fields.handle(LAYOUT, "source_port");
  private static final VarHandle DESTINATION_PORT = Fields.handle(LAYOUT, "destination_port");
  private static final VarHandle PROTOCOL = Fields.handle(LAYOUT, "protocol");

  private Flow6Layout() {}

  public static Flow get(MemorySegment segment, long offset) {
    return new Flow(
        Protocol.of(Byte.toUnsignedInt((byte) PROTOCOL.get(segment, offset))),
        segment.get(BE64, offset + SOURCE),
        segment.get(BE64, offset + SOURCE + Long.BYTES),
        Short.toUnsignedInt((short) SOURCE_PORT.get(segment, offset)),
        segment.get(BE64, offset + DESTINATION),
        segment.get(BE64, offset + DESTINATION + Long.BYTES),
        Short.toUnsignedInt((short) DESTINATION_PORT.get(segment, offset)));
  }

  public static void set(MemorySegment segment, long offset, Flow flow) {
    segment.set(BE64, offset + SOURCE, flow.sourceHigh());
    segment.set(BE64, offset + SOURCE + Long.BYTES, flow.sourceLow());
    segment.set(BE64, offset + DESTINATION, flow.destinationHigh());
    segment.set(BE64, offset + DESTINATION + Long.BYTES, flow.destinationLow());
    SOURCE_PORT.set(segment, offset, (short) flow.sourcePort());
    DESTINATION_PORT.set(segment, offset, (short) flow.destinationPort());
    PROTOCOL.set(segment, offset, (byte) flow.protocol().number());
  }
}
