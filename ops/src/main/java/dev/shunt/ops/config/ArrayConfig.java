package dev.shunt.ops.config;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.SessionTimeouts;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What all members share and what must be equal on every host; see {@link Fingerprint}.
 *
 * @param name of the array; members of other arrays are not heard
 * @param members those that carry traffic, in the order that gives them their target labels; empty
 *     without {@code array:}, for a load balancer that stands alone
 * @param witnesses members that only vote; fewer than the others
 * @param weights of members whose share of new sessions is not 1
 * @param rowSize hash buckets per service, a prime
 * @param goneAfter how long a lost member keeps its sessions
 * @param encap what stands around labelled packets between members
 * @param dataAddresses where members' tunnels end, of those for whom it is not their address
 * @param neverSchedulers members that only take sessions, such as those behind routers
 */
public record ArrayConfig(
    String name,
    List<MemberAddress> members,
    List<MemberAddress> witnesses,
    Map<MemberId, Integer> weights,
    int membershipPort,
    int replicationPort,
    ClusterTimings timings,
    int rowSize,
    int maxSessions,
    SessionTimeouts sessionTimeouts,
    Duration goneAfter,
    Encap encap,
    Map<MemberId, InetAddress> dataAddresses,
    List<MemberId> neverSchedulers,
    NodeSettings node,
    List<ServiceConfig> services) {

  /** What a configuration without {@code array:} is called. */
  public static final String STANDALONE_NAME = "standalone";

  public ArrayConfig {
    members = List.copyOf(members);
    witnesses = List.copyOf(witnesses);
    weights = Map.copyOf(weights);
    dataAddresses = Map.copyOf(dataAddresses);
    neverSchedulers = List.copyOf(neverSchedulers);
    services = List.copyOf(services);
  }

  /** No {@code array:}: nothing but the services. */
  static ArrayConfig standalone(NodeSettings node, List<ServiceConfig> services) {
    return new ArrayConfig(
        STANDALONE_NAME,
        List.of(),
        List.of(),
        Map.of(),
        ClusterConfig.DEFAULT_PORT,
        ReplicationConfig.DEFAULT_PORT,
        ClusterTimings.DEFAULT,
        SchedulerConfig.DEFAULT_ROW_SIZE,
        SchedulerConfig.DEFAULT_MAX_SESSIONS,
        SessionTimeouts.DEFAULT,
        SchedulerConfig.DEFAULT_GONE_AFTER,
        Encap.ETHERNET,
        Map.of(),
        List.of(),
        node,
        services);
  }

  /** Whether there is no {@code array:}, hence neither membership nor replication nor VIP. */
  public boolean isStandalone() {
    return members.isEmpty();
  }

  /** Whether any service has a virtual IP, which needs the kernel's data plane. */
  public boolean hasVips() {
    return services.stream().anyMatch(s -> s.frontend() instanceof Frontend.Virtual);
  }

  /** Bytes that a packet has inside the array beside its own, at most. */
  public int overhead() {
    return encap.overhead(
        dataAddresses.values().stream().anyMatch(address -> address instanceof Inet6Address));
  }

  /** All that vote: those that carry traffic, then the witnesses. */
  public List<MemberAddress> voters() {
    return Stream.concat(members.stream(), witnesses.stream()).toList();
  }

  public boolean isWitness(MemberId id) {
    return witnesses.stream().anyMatch(m -> m.id().equals(id));
  }
}
