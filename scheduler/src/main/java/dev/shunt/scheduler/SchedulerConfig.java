package dev.shunt.scheduler;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the scheduler balances.
 *
 * @param self this member
 * @param members all configured members, in the order that gives them their target labels
 * @param weights of members whose share is not 1
 * @param networkInterface the data interface
 * @param services everything behind a VIP
 * @param rowSize hash buckets per service, a prime; a hundred times the number of targets keeps
 *     shares within 1 %
 * @param maxSessions bound of the session table
 * @param timeouts when sessions are forgotten
 * @param goneAfter how long a member that was lost from view keeps its sessions
 * @param encap what stands around labelled packets between members
 * @param dataAddresses where members' tunnels end, of those for whom it is not their address
 */
public record SchedulerConfig(
    MemberId self,
    List<MemberAddress> members,
    Map<MemberId, Integer> weights,
    String networkInterface,
    List<Service> services,
    int rowSize,
    int maxSessions,
    SessionTimeouts timeouts,
    Duration goneAfter,
    Encap encap,
    Map<MemberId, InetAddress> dataAddresses) {

  public static final int DEFAULT_ROW_SIZE = 16_381;
  public static final int DEFAULT_MAX_SESSIONS = 262_144;
  public static final Duration DEFAULT_GONE_AFTER = Duration.ofSeconds(3);

  public SchedulerConfig {
    members = List.copyOf(members);
    weights = Map.copyOf(weights);
    services = List.copyOf(services);
    dataAddresses = Map.copyOf(dataAddresses);
  }

  /** One whose members are on one segment. */
  public SchedulerConfig(
      MemberId self,
      List<MemberAddress> members,
      Map<MemberId, Integer> weights,
      String networkInterface,
      List<Service> services,
      int rowSize,
      int maxSessions,
      SessionTimeouts timeouts,
      Duration goneAfter) {
    this(
        self,
        members,
        weights,
        networkInterface,
        services,
        rowSize,
        maxSessions,
        timeouts,
        goneAfter,
        Encap.ETHERNET,
        Map.of());
  }

  /** Where labelled packets for a member go. */
  public InetAddress dataAddress(MemberAddress member) {
    return dataAddresses.getOrDefault(member.id(), member.address());
  }

  /** Where this member's tunnels end; empty where there are none. */
  public Optional<InetAddress> tunnelEnd() {
    return members.stream()
        .filter(member -> encap == Encap.UDP && member.id().equals(self))
        .map(this::dataAddress)
        .findFirst();
  }

  /** Where the tunnels to the other members, and to servers that take labels, end. */
  public Set<InetAddress> tunnels() {
    Stream<InetAddress> others =
        members.stream().filter(member -> !member.id().equals(self)).map(this::dataAddress);
    Stream<InetAddress> servers =
        services.stream()
            .map(Service::balance)
            .filter(Balance::labels)
            .flatMap(balance -> balance.servers().stream())
            .map(DirectServer::dataAddress);
    return Stream.concat(others, servers)
        .filter(end -> encap == Encap.UDP && !tunnelEnd().equals(Optional.of(end)))
        .collect(Collectors.toSet());
  }
}
