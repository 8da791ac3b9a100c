package dev.shunt.scheduler;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the data plane would do with a packet now, and by which entries of its tables.
 *
 * @param outcome its name in {@link DataPlane#outcomes}
 * @param verdict what becomes of the packet
 * @param reason the outcome in a sentence
 * @param next what the next packet of the flow would find, in a sentence
 * @param service whose packet it is, where a service was found
 * @param session that the flow has now
 * @param entry of the label switching table by which it is switched
 * @param place of the service's row that was looked at
 * @param target the label of the target that it goes to, or whose share it is
 * @param asides what would happen beside, by name as in {@link DataPlane#outcomes}
 * @param leaves the headers as they leave
 * @param frame the same whole, in hexadecimal digits
 */
public record Explanation(
    String outcome,
    Verdict verdict,
    String reason,
    String next,
    Optional<Service> service,
    Optional<KernelSession> session,
    Optional<LabelEntry> entry,
    Optional<Place> place,
    OptionalInt target,
    Set<String> asides,
    PacketSummary leaves,
    String frame) {

  /** What becomes of a packet. */
  public enum Verdict {
    /** Up to the stack of this machine. */
    UP,
    /** Out of the data interface. */
    SENT,
    /** Nowhere. */
    DROPPED
  }

  /**
   * A place of a service's row.
   *
   * @param index from 0
   * @param size of the row
   */
  public record Place(int index, int size) {}

  public Explanation {
    asides = Set.copyOf(asides);
  }
}
