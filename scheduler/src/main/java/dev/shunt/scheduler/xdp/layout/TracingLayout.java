package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import dev.shunt.scheduler.TraceFilter;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.Set;

/** {@code struct tracing}: which packets are told of, and until when. */
public final class TracingLayout {

  /** {@code TRACE_WORDS}: sixty-four outcomes to a word. */
  static final int WORDS = 2;

  private static final int ADDRESS_WORDS = 4;
  private static final int ADDRESS_BYTES = 16;

  /** Bits before an IPv4 address that is written as an IPv6 one. */
  private static final int MAPPED_BITS = 96;

  /** {@code struct trace_prefix}. */
  static final StructLayout PREFIX =
      MemoryLayout.structLayout(
              Fields.words(ADDRESS_WORDS, "address"), Fields.words(ADDRESS_WORDS, "mask"))
          .withName("trace_prefix");

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U64.withName("deadline"),
              MemoryLayout.sequenceLayout(WORDS, U64).withName("outcomes"),
              U32.withName("round"),
              U32.withName("every"),
              PREFIX.withName("from"),
              PREFIX.withName("to"),
              BE16.withName("port"),
              U8.withName("protocol"),
              U8.withName("by_flow"),
              U32.withName("pad"))
          .withName("tracing");

  private static final VarHandle DEADLINE = Fields.handle(LAYOUT, "deadline");
  private static final VarHandle ROUND = Fields.handle(LAYOUT, "round");
  private static final VarHandle EVERY = Fields.handle(LAYOUT, "every");
  private static final VarHandle PORT = Fields.handle(LAYOUT, "port");
  private static final VarHandle PROTOCOL = Fields.handle(LAYOUT, "protocol");
  private static final VarHandle BY_FLOW = Fields.handle(LAYOUT, "by_flow");
  private static final long OUTCOMES = Fields.offset(LAYOUT, "outcomes");
  private static final long FROM = Fields.offset(LAYOUT, "from");
  private static final long TO = Fields.offset(LAYOUT, "to");

  private TracingLayout() {}

  /**
   * Fills in a whole struct.
   *
   * @param deadlineNanos {@code CLOCK_MONOTONIC}
   * @param round not 0
   * @param outcomes those that are wanted
   */
  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void set(
      MemorySegment tracing,
      long deadlineNanos,
      int round,
      TraceFilter filter,
      Set<Outcome> outcomes) {
    tracing.fill((byte) 0);
    DEADLINE.set(tracing, 0L, deadlineNanos);
    ROUND.set(tracing, 0L, round);
    EVERY.set(tracing, 0L, filter.every());
    for (Outcome outcome : outcomes) {
      long at = OUTCOMES + (long) (outcome.ordinal() / Long.SIZE) * Long.BYTES;
      tracing.set(U64, at, tracing.get(U64, at) | (1L << outcome.ordinal() % Long.SIZE));
    }
    setPrefix(tracing.asSlice(FROM, PREFIX), filter.from());
    setPrefix(tracing.asSlice(TO, PREFIX), filter.to());
    PORT.set(tracing, 0L, (short) filter.port());
    PROTOCOL.set(tracing, 0L, (byte) filter.protocol());
    boolean byFlow =
        filter.from().isPresent()
            || filter.to().isPresent()
            || filter.port() != 0
            || filter.protocol() != 0;
    BY_FLOW.set(tracing, 0L, (byte) (byFlow ? 1 : 0));
  }

  /** Without a network the mask stays empty, which every address fits. */
  private static void setPrefix(MemorySegment prefix, Optional<TraceFilter.Network> network) {
    if (network.isEmpty()) {
      return;
    }
    byte[] address = network.get().address().getAddress();
    int before = ADDRESS_BYTES - address.length;
    if (before > 0) {
      prefix.set(ValueLayout.JAVA_BYTE, before - 2, (byte) 0xff);
      prefix.set(ValueLayout.JAVA_BYTE, before - 1, (byte) 0xff);
    }
    MemorySegment.copy(address, 0, prefix, ValueLayout.JAVA_BYTE, before, address.length);
    int bits = network.get().bits() + (before > 0 ? MAPPED_BITS : 0);
    for (int bit = 0; bit < bits; bit++) {
      int at = ADDRESS_BYTES + bit / Byte.SIZE;
      byte mask = prefix.get(ValueLayout.JAVA_BYTE, at);
      prefix.set(ValueLayout.JAVA_BYTE, at, (byte) (mask | (0x80 >> bit % Byte.SIZE)));
    }
  }
}
