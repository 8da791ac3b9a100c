package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import dev.shunt.scheduler.xdp.model.Packet.Part;
import org.jspecify.annotations.Nullable;

/**
 * Frames to everyone's VIPs on their group address (claims H34, H44): each member calculates whose
 * a packet is, keeps its own and drops the others'. No socket of this machine has a connection to
 * such a VIP, but one may listen.
 */
final class EveryoneRules {

  /** A group address of ours begins with these two bytes. */
  static final long GROUP = 0x0353;

  private final ModelTables tables;
  private final WireFrame frame;
  private final IpReader ip;
  private final ErrorReader errors;
  private final RowChoice rows;
  private final SessionRules sessions;
  private final FragmentRules fragments;

  EveryoneRules(
      ModelTables tables, WireFrame frame, IpReader ip, ErrorReader errors, SessionRules sessions) {
    this.tables = tables;
    this.frame = frame;
    this.ip = ip;
    this.errors = errors;
    this.sessions = sessions;
    rows = new RowChoice(tables);
    fragments = new FragmentRules(tables);
  }

  /** The group address of a VIP: 03:53 and its last four bytes. */
  static long group(long addressLow) {
    return (GROUP << 32) | (addressLow & 0xffffffffL);
  }

  static boolean isGroup(long mac) {
    return mac >>> 32 == GROUP;
  }

  /** A frame to a group address of ours. */
  Outcome share(Packet packet) {
    packet.ipv4 = packet.type == Rules.IPV4;
    packet.bytes = frame.length();
    if (!packet.ipv4 && packet.type != Rules.IPV6) {
      return Outcome.PASS_OTHER_MAC;
    }
    if (!frame.has(packet.link, packet.ipv4 ? Rules.IPV4_HEADER : Rules.IPV6_HEADER)) {
      return Outcome.DROP_IP_TRUNCATED;
    }
    ip.readAddresses();
    packet.otherwise = ip.read();
    int vip = tables.vip(packet.destinationHigh, packet.destinationLow);
    if (vip <= ModelTables.SCHEDULERS) {
      return Outcome.PASS_OTHER_MAC;
    }
    Choice choice = choose(packet);
    Outcome outcome = packet.otherwise;
    if (outcome == null) {
      if (choice == null) {
        throw new IllegalStateException("neither a choice nor a reason for none");
      }
      outcome = keep(packet, choice);
    } else if (outcome.verdict() == Verdict.PASS) {
      outcome = keepRest(packet, vip, outcome);
    }
    if (outcome.verdict() == Verdict.PASS) {
      // A stack takes no TCP that came for a group.
      frame.putMac(0, tables.mac);
    }
    return outcome;
  }

  private @Nullable Choice choose(Packet packet) {
    if (packet.part == Part.LATER) {
      return packet.otherwise == Outcome.DROP_FRAGMENT_LATER ? fragments.follow(packet) : null;
    }
    Choice choice = packet.otherwise == null ? calculated(packet) : null;
    if (packet.part == Part.FIRST) {
      fragments.remember(packet, choice);
    } else if (packet.otherwise == Outcome.PASS_VIP_ICMP) {
      packet.otherwise = errors.read();
      choice = packet.otherwise == null ? sessions.follow(packet) : null;
      if (packet.otherwise == null && choice == null) {
        packet.otherwise = Outcome.PASS_VIP_ICMP;
      }
    }
    return choice;
  }

  private @Nullable Choice calculated(Packet packet) {
    ModelService service = tables.service(packet.flow());
    if (service == null) {
      packet.otherwise = Outcome.PASS_VIP_PORT;
      return null;
    }
    int label =
        packet.opens
            ? rows.opening(service, packet.flow(), packet.ipv4)
            : rows.anyway(service, packet.flow(), packet.ipv4);
    return new Choice(label, service.index() + 1, Way.SUM, 0);
  }

  private boolean isOwn(int label) {
    ModelTarget target = tables.targets.get(label);
    return target != null && target.local();
  }

  private Outcome keep(Packet packet, Choice choice) {
    if (choice.target() == 0) {
      return Outcome.DROP_NO_TARGET;
    }
    if (!isOwn(choice.target())) {
      return Outcome.DROP_OTHERS_SHARE;
    }
    boolean whole = packet.part == Part.ALL && packet.isTcp() && choice.way() == Way.SUM;
    boolean listens = packet.destinationPort == FuzzWorld.LISTENED;
    if (whole && !(packet.opens && listens)) {
      return Outcome.DROP_NO_SOCKET;
    }
    if (!tables.holdsShare()) {
      return Outcome.DROP_SHARE_LAPSED;
    }
    ModelTables.traffic(tables.serviceTraffic, choice.service() - 1).count(packet.bytes);
    int slot = (choice.target() - Rules.FIRST_TARGET) / 2;
    ModelTables.traffic(tables.targetTraffic, slot).count(packet.bytes);
    return choice.way().here;
  }

  /** Of no service: by (SRC_IP + DEST_IP) % N over the new flows' row of the VIP's first one. */
  private Outcome keepRest(Packet packet, int vip, Outcome outcome) {
    ModelService stands =
        tables.service(packet.destinationHigh, packet.destinationLow, vip & 0xffff, vip >>> 16);
    int label = stands == null ? 0 : rows.byAddresses(stands, packet);
    if (label == 0) {
      return Outcome.DROP_NO_TARGET;
    }
    if (!isOwn(label)) {
      return Outcome.DROP_OTHERS_SHARE;
    }
    return tables.holdsShare() ? outcome : Outcome.DROP_SHARE_LAPSED;
  }
}
