package dev.shunt.ops.admin.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member's data plane would do with a packet now.
 *
 * @param member whose
 * @param packet in words, as it was asked about
 * @param outcome its name, as in the counters
 * @param verdict {@code up}, {@code sent} or {@code dropped}
 * @param reason the outcome in a sentence
 * @param service whose packet it is, if a service's
 * @param algorithm of the service
 * @param choice what there is to know about how a target is chosen; none where nothing is chosen
 * @param session that the flow has now
 * @param entry of the label switching table that switches it
 * @param place in the service's row
 * @param target where it goes
 * @param leaves how it leaves
 * @param beside what would be counted beside, such as {@code pair_taken}
 * @param next what the next packet of the flow would find, in a sentence
 */
public record WhereGoes(
    String member,
    String packet,
    String outcome,
    String verdict,
    String reason,
    @Nullable String service,
    @Nullable String algorithm,
    @Nullable String choice,
    @Nullable Session session,
    @Nullable Entry entry,
    @Nullable Place place,
    @Nullable Goal target,
    Leaves leaves,
    List<String> beside,
    String next) {

  public WhereGoes {
    beside = List.copyOf(beside);
  }

  /**
   * A session of the kernel's table.
   *
   * @param target the name of its target
   * @param c2s its own label from client to server, if it has one
   * @param packets that were analysed for it here
   */
  public record Session(
      String target, String state, @Nullable Integer c2s, long packets, long idleMillis) {}

  /**
   * A row of the label switching table.
   *
   * @param action {@code to_stack}, {@code to_port} or {@code pop_to_port}
   * @param port the Ethernet address of the next hop
   * @param service of a session's label
   * @param session of a session's label: its ends
   */
  public record Entry(
      int label,
      String action,
      String target,
      String port,
      @Nullable String service,
      @Nullable String session) {}

  /**
   * A place in a service's row.
   *
   * @param index from 0
   */
  public record Place(int index, int size) {}

  /**
   * A target.
   *
   * @param state {@code up}, {@code drained}, {@code down} or {@code gone}
   * @param local whether it is the member that answers
   */
  public record Goal(String name, int label, String state, String mac, boolean local) {}

  /**
   * The frame when the program is done with it.
   *
   * @param label on top of it, if there is one
   * @param mac where it is addressed to
   * @param length in bytes, Ethernet header included
   * @param frame in hexadecimal digits
   */
  public record Leaves(@Nullable Integer label, String mac, int length, String frame) {}
}
