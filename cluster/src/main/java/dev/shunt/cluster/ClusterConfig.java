package dev.shunt.cluster;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How this member takes part in the array.
 *
 * @param name the array's name; members of other arrays are not heard
 * @param self this member, one of {@code members}
 * @param members all that are configured, in the same order on every member; all of them vote, and
 *     those that are no witnesses may become scheduler
 * @param port UDP port of membership traffic; TCP port {@code port + }{@value
 *     #FAILURE_DETECTION_OFFSET} is used for failure detection
 * @param secret what members prove to each other, see {@link ClusterSecret}; without one, anybody
 *     on the network can join
 * @param timings heartbeat, lease and failure detection
 * @param stateDirectory where votes are remembered across restarts
 */
public record ClusterConfig(
    String name,
    MemberId self,
    List<MemberAddress> members,
    int port,
    Optional<ClusterSecret> secret,
    ClusterTimings timings,
    Path stateDirectory) {

  public static final int DEFAULT_PORT = 7800;
  public static final int FAILURE_DETECTION_OFFSET = 100;
  public static final int MAX_MEMBERS = 64;

  public ClusterConfig {
    members = List.copyOf(members);
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "members: found " + members.size() + ", allowed is 1 to " + MAX_MEMBERS);
    }
    if (members.stream().map(MemberAddress::id).distinct().count() != members.size()) {
      throw new IllegalArgumentException("members: a name stands there twice");
    }
    if (members.stream().allMatch(MemberAddress::witness)) {
      throw new IllegalArgumentException("members: all are witnesses, allowed is all but one");
    }
    if (members.stream().noneMatch(m -> m.id().equals(self))) {
      throw new IllegalArgumentException("member '" + self + "' is not one of the members");
    }
  }

  /** The address of this member. */
  public InetAddress selfAddress() {
    return members.stream().filter(m -> m.id().equals(self)).findFirst().orElseThrow().address();
  }

  /** How many acknowledgements make a majority, this member's own included. */
  public int majority() {
    return members.size() / 2 + 1;
  }
}
