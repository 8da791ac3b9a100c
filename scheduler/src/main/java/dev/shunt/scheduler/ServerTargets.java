package dev.shunt.scheduler;

import dev.shunt.cluster.Member;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The direct servers as targets: where each is on the network, and whether it is up.
 *
 * <p>A server is up when most of the present, ready members that have checked it see it up; one
 * that nobody has checked yet is taken to be. Remembers what it saw last. Used by one thread.
 */
final class ServerTargets {

  /**
   * A direct server in its place.
   *
   * @param number counted over all services, which is where reports speak of it
   * @param label its target label: the servers' follow the members'
   */
  record Place(int service, DirectServer server, String name, int number, int label) {}

  /** Since when a server is up or not, and where it was found last. */
  private record Seen(MacAddress mac, boolean up, long sinceNanos) {}

  private final SchedulerConfig config;
  private final List<Place> places = new ArrayList<>();
  private final Map<Integer, Seen> seen = new HashMap<>();
  private final Set<InetAddress> self;
  private List<SightReport> reports = List.of();

  ServerTargets(SchedulerConfig config) {
    this.config = config;
    this.self =
        config.members().stream()
            .filter(member -> member.id().equals(config.self()))
            .flatMap(member -> Stream.of(member.address(), config.dataAddress(member)))
            .collect(Collectors.toSet());
    for (int service = 0; service < config.services().size(); service++) {
      Service of = config.services().get(service);
      for (DirectServer server : of.balance().servers()) {
        int number = places.size();
        places.add(
            new Place(
                service,
                server,
                DirectServer.targetName(of.name(), server.name()),
                number,
                Target.labelOf(config.members().size() + number)));
      }
    }
  }

  /** The servers of a service, in their order. */
  List<Place> of(int service) {
    return places.stream().filter(place -> place.service == service).toList();
  }

  /**
   * Those whose Ethernet address is or was known, and those behind routers: one of them to which no
   * way is known is down.
   */
  List<Target> step(Facts facts, long nowNanos) {
    reports =
        facts.view().present().stream()
            .filter(ServerTargets::isReady)
            .map(member -> SightReport.of(member, SightReport.SERVERS))
            .toList();
    List<Target> targets = new ArrayList<>();
    for (Place place : places) {
      target(place, facts, nowNanos).ifPresent(targets::add);
    }
    return targets;
  }

  /** For how long a server has been up without a break, in nanoseconds; 0 when it is not. */
  long upFor(int number, long nowNanos) {
    Seen last = seen.get(number);
    return last == null || !last.up ? 0 : nowNanos - last.sinceNanos;
  }

  private Optional<Target> target(Place place, Facts facts, long nowNanos) {
    Seen last = seen.get(place.number);
    Optional<Encap> encap = encap(place);
    boolean tunnelled = encap.equals(Optional.of(Encap.UDP));
    InetAddress address =
        tunnelled ? place.server.dataAddress() : place.server.check().getAddress();
    boolean local = self.contains(address);
    boolean far = tunnelled && !local;
    Optional<MacAddress> found =
        mac(address, local, far, facts).or(() -> Optional.ofNullable(last).map(Seen::mac));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    MacAddress mac = found.get();
    boolean up = isUp(place) && !(far && mac.equals(Facts.NO_WAY));
    Seen now = new Seen(mac, up, last == null || last.up != up ? nowNanos : last.sinceNanos);
    seen.put(place.number, now);
    return Optional.of(
        new Target(
            place.label,
            place.name,
            address,
            mac,
            state(now, facts.drainedServers().contains(place.name), nowNanos),
            place.server.weight(),
            local,
            encap,
            false,
            true));
  }

  /** What labels to the server stand in; empty where frames to it are plain. */
  private Optional<Encap> encap(Place place) {
    boolean labels = config.services().get(place.service).balance().labels();
    return labels ? Optional.of(config.encap()) : Optional.empty();
  }

  /** Empty: unknown at present. */
  private static Optional<MacAddress> mac(
      InetAddress address, boolean local, boolean far, Facts facts) {
    if (far) {
      return Optional.of(facts.nextHops().getOrDefault(address, Facts.NO_WAY));
    }
    return local
        ? Optional.of(new MacAddress(0))
        : Optional.ofNullable(facts.neighbours().get(address));
  }

  private TargetState state(Seen now, boolean drained, long nowNanos) {
    if (now.up) {
      return drained ? TargetState.DRAINED : TargetState.UP;
    }
    boolean justNow = nowNanos - now.sinceNanos < config.goneAfter().toNanos();
    return justNow ? TargetState.DOWN : TargetState.GONE;
  }

  /** The response class that half of those see or less who see it up; empty if nobody does. */
  OptionalInt responseClass(int number) {
    int[] classes = classes(number);
    return classes.length == 0 ? OptionalInt.empty() : OptionalInt.of(classes[classes.length / 2]);
  }

  private int[] classes(int number) {
    return reports.stream()
        .map(report -> report.sight(number))
        .filter(Sight::isUp)
        .mapToInt(Sight::responseClass)
        .sorted()
        .toArray();
  }

  private boolean isUp(Place place) {
    int known = 0;
    int up = 0;
    for (SightReport report : reports) {
      Sight sight = report.sight(place.number);
      known += sight.isKnown() ? 1 : 0;
      up += sight.isUp() ? 1 : 0;
    }
    return known == 0 || 2 * up > known;
  }

  private static boolean isReady(Member member) {
    return NodeReport.of(member).map(NodeReport::ready).orElse(false);
  }
}
