package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * A line of a trace: one of these, or none, which only says that the trace still runs.
 *
 * @param packet that was seen
 * @param loss since the trace began, when it has grown
 * @param end the last line
 */
public record TraceLine(@Nullable Packet packet, @Nullable Loss loss, @Nullable End end) {

  /** The trace still runs. */
  public static final TraceLine ALIVE = new TraceLine(null, null, null);

  public static TraceLine of(Packet packet) {
    return new TraceLine(packet, null, null);
  }

  public static TraceLine of(Loss loss) {
    return new TraceLine(null, loss, null);
  }

  public static TraceLine of(End end) {
    return new TraceLine(null, null, end);
  }

  /**
   * A packet, and what became of it.
   *
   * @param time UTC, to the microsecond
   * @param cpu the processor it came by
   * @param protocol as {@link dev.shunt.scheduler.PacketSummary} has it
   * @param source address and port, if it has them
   * @param destination likewise
   * @param flags of TCP
   * @param vlan identifier of the outer tag, if there is one
   * @param label on top of it as it left, if there is one
   * @param length of the frame as it left, in bytes
   * @param outcome its name, as in the counters
   * @param verdict {@code up}, {@code sent} or {@code dropped}
   * @param target the name of the target it goes to, where that can be told
   * @param reason the outcome in a sentence
   * @param head its first bytes as it left, in hexadecimal digits
   */
  public record Packet(
      String time,
      int cpu,
      String protocol,
      @Nullable String source,
      @Nullable String destination,
      String flags,
      @Nullable Integer vlan,
      @Nullable Integer label,
      int length,
      String outcome,
      String verdict,
      @Nullable String target,
      String reason,
      String head) {}

  /**
   * Packets that are not told of.
   *
   * @param kernel how many the daemon was too slow to read
   * @param reader how many were not taken fast enough from the daemon
   */
  public record Loss(long kernel, long reader) {}

  /**
   * The trace has ended.
   *
   * @param why in words
   * @param packets how many were told of
   */
  public record End(String why, long packets, Loss loss) {}
}
