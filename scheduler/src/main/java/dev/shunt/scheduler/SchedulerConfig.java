package dev.shunt.scheduler;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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
    Duration goneAfter) {

  public static final int DEFAULT_ROW_SIZE = 16_381;
  public static final int DEFAULT_MAX_SESSIONS = 262_144;
  public static final Duration DEFAULT_GONE_AFTER = Duration.ofSeconds(3);

  public SchedulerConfig {
    members = List.copyOf(members);
    weights = Map.copyOf(weights);
    services = List.copyOf(services);
  }
}
