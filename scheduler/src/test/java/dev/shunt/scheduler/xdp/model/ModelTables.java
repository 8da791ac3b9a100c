package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.xdp.layout.Aside;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that the program remembers and is told. */
public final class ModelTables {

  /** Name of a service. */
  record ServiceKey(long vipHigh, long vipLow, int port, int protocol) {}

  /** Name of a VIP. */
  record Address(long high, long low) {}

  /** Packets and bytes. */
  public static final class Traffic {
    public long packets;
    public long bytes;

    void count(int length) {
      packets++;
      bytes += length;
    }
  }

  final long mac;
  final int seed;
  final int maxFrame;
  final int ifindex;
  final int maxSessions;
  final int eventRoom;
  final Moment now;

  final Set<Address> vips = new HashSet<>();
  final Map<ServiceKey, ModelService> services = new HashMap<>();
  final Map<Integer, ModelTarget> targets = new HashMap<>();
  final Map<Integer, ModelLabel> labels = new HashMap<>();
  final Map<Flow, ModelSession> sessions4 = new HashMap<>();
  final Map<Flow, ModelSession> sessions6 = new HashMap<>();
  final Embryos embryos = new Embryos();
  final RecentFlows recents4 = new RecentFlows();
  final RecentFlows recents6 = new RecentFlows();
  final Datagrams datagrams = new Datagrams();
  final Deque<Integer> pool = new ArrayDeque<>();
  final Map<Integer, Long> turns = new HashMap<>();
  final Map<Integer, Long> loads = new HashMap<>();
  final Map<Integer, Traffic> serviceTraffic = new HashMap<>();
  final Map<Integer, Traffic> targetTraffic = new HashMap<>();
  final Map<Aside, Long> asides = new EnumMap<>(Aside.class);

  /** What was told since it was last taken; the ring has room for {@link #eventRoom}. */
  final List<ModelEvent> events = new ArrayList<>();

  int waitingEvents;
  int ownLabel;
  long leaseUntil;
  long answersSince;
  long answersLeft;

  public ModelTables(
      long mac, int seed, int maxFrame, int ifindex, int maxSessions, int eventRoom, Moment now) {
    this.mac = mac;
    this.seed = seed;
    this.maxFrame = maxFrame;
    this.ifindex = ifindex;
    this.maxSessions = maxSessions;
    this.eventRoom = eventRoom;
    this.now = now;
  }

  boolean isVip(long high, long low) {
    return vips.contains(new Address(high, low));
  }

  boolean holdsLease() {
    return now.nanos() < leaseUntil;
  }

  @Nullable ModelService service(Flow flow) {
    return services.get(
        new ServiceKey(
            flow.destinationHigh(),
            flow.destinationLow(),
            flow.destinationPort(),
            flow.protocol().number()));
  }

  Map<Flow, ModelSession> sessions(boolean ipv4) {
    return ipv4 ? sessions4 : sessions6;
  }

  RecentFlows recents(boolean ipv4) {
    return ipv4 ? recents4 : recents6;
  }

  ModelLabel label(int label) {
    return labels.computeIfAbsent(label, _ -> new ModelLabel());
  }

  void aside(Aside aside) {
    asides.merge(aside, 1L, Long::sum);
  }

  void load(int target, long change) {
    loads.merge(target, change, Long::sum);
  }

  static Traffic traffic(Map<Integer, Traffic> of, int key) {
    return of.computeIfAbsent(key, _ -> new Traffic());
  }

  /** An event, if the ring has room for it. */
  void tell(ModelEvent event) {
    if (waitingEvents >= eventRoom) {
      aside(Aside.EVENT_LOST);
      return;
    }
    waitingEvents++;
    events.add(event);
  }
}
