package dev.shunt.scheduler;

/**
 * A packet, and what became of it.
 *
 * @param nanos when, in {@link dev.shunt.cluster.Ticker} time
 * @param cpu the processor it came by
 * @param outcome its name in {@link DataPlane#outcomes}
 * @param verdict what became of the packet
 * @param reason the outcome in a sentence
 * @param length of the frame as it left, in bytes
 * @param leaves its headers as they left
 * @param head its first bytes, in hexadecimal digits
 */
public record TracedPacket(
    long nanos,
    int cpu,
    String outcome,
    Explanation.Verdict verdict,
    String reason,
    int length,
    PacketSummary leaves,
    String head) {}
