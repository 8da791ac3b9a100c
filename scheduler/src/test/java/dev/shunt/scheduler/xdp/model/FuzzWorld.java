package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.Vip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** What a seed decides once: sizes, services, clients and the flows that come again and again. */
public final class FuzzWorld {

  public static final long MINE = 0x0200_0000_000aL;
  static final long BROADCAST = 0xffff_ffff_ffffL;

  /** The machines that clients' frames come from. */
  static final long[] ROUTERS = {0x0200_0000_0001L, 0x0200_0000_0002L, 0x0200_0000_0003L};

  /** Of each IP version. */
  static final String[] VIPS = {
    "203.0.113.10", "203.0.113.11", "2001:db8::203:10", "2001:db8::203:11"
  };

  static final String[] CLIENTS4 = {
    "198.51.100.7",
    "198.51.100.8",
    "192.0.2.77",
    "10.1.2.3",
    "127.0.0.9",
    "240.0.0.1",
    "0.0.0.5",
    "224.0.0.5"
  };
  static final String[] CLIENTS6 = {
    "2001:db8:51::7", "2001:db8:51::8", "2001:db8:77::1", "fe80::1", "::", "ff02::9"
  };

  /** Slot 0 is this machine. */
  static final int TARGETS = 6;

  /** Pairs of labels that this machine may give out, from 0 on. */
  public static final int OWN_PAIRS = 48;

  /** Pairs of other members, so many from there on. */
  static final int OTHER_PAIRS = 1000;

  static final int OTHER_PAIR_COUNT = 24;

  private static final int FLOWS = 240;
  private static final int CROWD = 12;

  public final long seed;
  public final int hashSeed;
  public final int maxFrame;
  public final int maxSessions;
  public final int eventBytes;
  final List<Service> services = new ArrayList<>();
  final List<Flow> flows = new ArrayList<>();
  final List<Flow> crowd = new ArrayList<>();

  public FuzzWorld(long seed) {
    this.seed = seed;
    Dice dice = new Dice(seed);
    hashSeed = (int) dice.next();
    maxFrame = dice.of(1518, 1518, 1514, 1400, 1302, 900, 598, 560);
    maxSessions = dice.of(6, 40, 200, 4096);
    eventBytes = dice.of(4096, 4096, 65_536);
    for (String vip : VIPS) {
      addServices(vip);
    }
    for (int i = 0; i < FLOWS; i++) {
      flows.add(anyFlow(dice));
    }
    addCrowd(dice);
  }

  /** The first of each VIP stays as long as the world. */
  private void addServices(String vip) {
    int[] tcp = {80, 443, 8080};
    int[] udp = {53, 443};
    for (int port : tcp) {
      services.add(service(vip, port, Protocol.TCP));
    }
    for (int port : udp) {
      services.add(service(vip, port, Protocol.UDP));
    }
  }

  private static Service service(String vip, int port, Protocol protocol) {
    String name = "%s-%s-%d".formatted(vip, protocol, port);
    return new Service(name, new Vip(address(vip)), port, protocol);
  }

  private Flow anyFlow(Dice dice) {
    Service service = services.get(dice.below(services.size()));
    boolean ipv4 = service.vip().address().getAddress().length == 4;
    String[] clients = ipv4 ? CLIENTS4 : CLIENTS6;
    return Flow.of(
        service.protocol(),
        new InetSocketAddress(address(clients[dice.below(clients.length)]), dice.below(65_536)),
        new InetSocketAddress(service.vip().address(), service.port()));
  }

  /** Flows whose embryos are in one bucket, so that they displace each other. */
  private void addCrowd(Dice dice) {
    InetSocketAddress vip = new InetSocketAddress(address(VIPS[0]), 80);
    long bucket = dice.below(65_536);
    for (int client = 0x0a02_0000; crowd.size() < CROWD; client++) {
      for (int port = 1; port < 65_536 && crowd.size() < CROWD; port++) {
        int to = 0xcb00_710a;
        Flow flow = Flow.ofIpv4(Protocol.TCP, client, port, to, vip.getPort());
        if ((FlowMarks.mark(flow, true) & 0xffff) == bucket) {
          crowd.add(flow);
        }
      }
    }
  }

  static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static Target target(
      int slot, long mac, dev.shunt.scheduler.TargetState state, int weight, boolean plain) {
    return new Target(
        Target.labelOf(slot),
        "t" + slot,
        address("192.0.2." + (slot + 1)),
        new MacAddress(mac),
        state,
        weight,
        slot == 0,
        slot == 0 || !plain);
  }
}
