package dev.shunt.ops.admin.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of a purge, on each member of the array.
 *
 * @param member the one that answers
 * @param dropped responses, on all members that obeyed
 * @param members every member of the array, in the order of the configuration
 */
public record PurgeReport(String member, long dropped, List<OfMember> members) {

  public PurgeReport {
    members = List.copyOf(members);
  }

  /**
   * What became of it on one member.
   *
   * @param obeyed whether that member has answered that it forgot; false: it may have or not
   * @param dropped how many responses, by service
   * @param note why it did not obey, or why there was nothing to forget
   */
  public record OfMember(
      String member, boolean obeyed, Map<String, Integer> dropped, @Nullable String note) {

    public OfMember {
      dropped = new TreeMap<>(dropped);
    }

    public static OfMember failed(String member, String why) {
      return new OfMember(member, false, Map.of(), why);
    }

    /** Of all services together. */
    public long droppedInAll() {
      return dropped.values().stream().mapToLong(Integer::longValue).sum();
    }
  }
}
