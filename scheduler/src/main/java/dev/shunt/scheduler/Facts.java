package dev.shunt.scheduler;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;

/**
 * What a member knows when it decides where new sessions go.
 *
 * @param view who is present, and what they report
 * @param drainedMembers members that shall get no new sessions
 * @param drainedServers direct servers that shall get none, by {@link DirectServer#targetName}
 * @param neighbours Ethernet addresses on the data network
 * @param nextHops Ethernet addresses that lead to where tunnels end
 */
public record Facts(
    MemberView view,
    Set<MemberId> drainedMembers,
    Set<String> drainedServers,
    Map<InetAddress, MacAddress> neighbours,
    Map<InetAddress, MacAddress> nextHops) {

  /** Of a target behind a router, where none is known that leads there. */
  static final MacAddress NO_WAY = new MacAddress(0);

  public Facts {
    drainedMembers = Set.copyOf(drainedMembers);
    drainedServers = Set.copyOf(drainedServers);
    neighbours = Map.copyOf(neighbours);
    nextHops = Map.copyOf(nextHops);
  }

  /** Where nothing goes through a tunnel. */
  public Facts(
      MemberView view,
      Set<MemberId> drainedMembers,
      Set<String> drainedServers,
      Map<InetAddress, MacAddress> neighbours) {
    this(view, drainedMembers, drainedServers, neighbours, Map.of());
  }
}
