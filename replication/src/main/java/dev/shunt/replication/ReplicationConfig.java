package dev.shunt.replication;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.time.Duration;
import java.util.List;

/**
 * How the shared tables are kept.
 *
 * @param arrayName the array's name; members of other arrays are not heard
 * @param self this member
 * @param members all that are configured and take part in the tables
 * @param voters how many members make up the array: these and those that only vote
 * @param port TCP port of table traffic
 * @param batchInterval how often queued writes are sent
 * @param batchEntries how many entries one batch holds at most
 * @param queueEntries how many writes may wait; more are counted as overflow
 * @param maxSessions how many sessions the local copy holds; more are counted as refused
 * @param blocksGoneAfter for how long a member must be gone before its label blocks are taken over:
 *     longer than its kernel may go on giving out their labels without it
 */
public record ReplicationConfig(
    String arrayName,
    MemberId self,
    List<MemberAddress> members,
    int voters,
    int port,
    Duration batchInterval,
    int batchEntries,
    int queueEntries,
    int maxSessions,
    Duration blocksGoneAfter) {

  public static final int DEFAULT_PORT = 5701;
  public static final Duration DEFAULT_BATCH_INTERVAL = Duration.ofMillis(2);
  public static final int DEFAULT_BATCH_ENTRIES = 256;
  public static final int DEFAULT_QUEUE_ENTRIES = 262_144;
  public static final int DEFAULT_MAX_SESSIONS = 1_048_576;
  public static final Duration DEFAULT_BLOCKS_GONE_AFTER = Duration.ofSeconds(60);

  public ReplicationConfig {
    members = List.copyOf(members);
    if (voters < members.size()) {
      throw new IllegalArgumentException(
          "voters: found %d, allowed ≥ the %d members".formatted(voters, members.size()));
    }
    if (batchEntries < 1) {
      throw new IllegalArgumentException("batch entries: found " + batchEntries + ", allowed ≥ 1");
    }
    if (queueEntries < batchEntries) {
      throw new IllegalArgumentException(
          "queue entries: found " + queueEntries + ", allowed ≥ batch entries " + batchEntries);
    }
    if (maxSessions < 1) {
      throw new IllegalArgumentException("max sessions: found " + maxSessions + ", allowed ≥ 1");
    }
    if (blocksGoneAfter.isNegative()) {
      throw new IllegalArgumentException(
          "blocks gone after: found " + blocksGoneAfter + ", allowed ≥ 0");
    }
  }

  /** With the default bound on sessions and the default patience with gone members. */
  public ReplicationConfig(
      String arrayName,
      MemberId self,
      List<MemberAddress> members,
      int voters,
      int port,
      Duration batchInterval,
      int batchEntries,
      int queueEntries) {
    this(
        arrayName,
        self,
        members,
        voters,
        port,
        batchInterval,
        batchEntries,
        queueEntries,
        DEFAULT_MAX_SESSIONS,
        DEFAULT_BLOCKS_GONE_AFTER);
  }

  /**
   * Where this member listens.
   *
   * @throws IllegalArgumentException if {@code self} is none of {@code members}
   */
  public MemberAddress ownAddress() {
    return members.stream()
        .filter(m -> m.id().equals(self))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "member '%s' is not among the configured members %s"
                    .formatted(self, members.stream().map(MemberAddress::id).toList())));
  }
}
