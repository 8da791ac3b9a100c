package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.Datagrams.Decision;
import dev.shunt.scheduler.xdp.model.Packet.Part;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The whole program: a frame in, its outcome, the frame as it leaves, and changed tables. */
public final class Model {

  /** First fragments that do not show all of their headers. */
  private static final Set<Outcome> CUT_SHORT =
      EnumSet.of(Outcome.DROP_L4_TRUNCATED, Outcome.DROP_TCP_HEADER);

  /** What the frame becomes. */
  public final WireFrame frame = new WireFrame();

  final ModelTables tables;
  final PairRules pairs;

  private final Packet packet = new Packet();
  private final AddressAnswers addresses;
  private final LabelRules labels;
  private final IpReader ip;
  private final ErrorReader errors;
  private final SessionRules sessions;
  private final TooBigAnswers tooBig;

  public Model(ModelTables tables) {
    this.tables = tables;
    pairs = new PairRules(tables);
    addresses = new AddressAnswers(tables, frame);
    labels = new LabelRules(tables, frame);
    ip = new IpReader(frame, packet);
    errors = new ErrorReader(frame, packet);
    sessions = new SessionRules(tables, new RowChoice(tables), pairs);
    tooBig = new TooBigAnswers(tables, frame);
  }

  /** One frame, which {@link #frame} holds before and after. */
  public Outcome run() {
    packet.reset();
    readLink();
    boolean mine = frame.mac(0) == tables.mac;
    boolean group = (frame.u8(0) & 1) != 0;
    boolean known =
        packet.type == Rules.MPLS
            || packet.type == Rules.IPV4
            || packet.type == Rules.IPV6
            || packet.type == Rules.ARP;
    if (!known) {
      return Outcome.PASS_ETHERTYPE;
    }
    if (!mine && !group) {
      return Outcome.PASS_OTHER_MAC;
    }
    if (packet.type == Rules.ARP) {
      return addresses.arp(packet.link);
    }
    if (packet.type == Rules.IPV6 && addresses.isDiscovery(packet.link)) {
      return addresses.discovery(packet.link);
    }
    if (!mine) {
      return Outcome.PASS_OTHER_MAC;
    }
    Outcome switched = packet.type == Rules.MPLS ? labels.handle(packet) : null;
    return switched != null ? switched : analyse();
  }

  /** Ethernet and at most two VLAN tags (IEEE 802.1Q). */
  private void readLink() {
    packet.clientMac = frame.mac(6);
    packet.link = Rules.ETHERNET_BYTES;
    packet.type = frame.u16(packet.link - 2);
    for (int tags = 0; tags < Rules.MOST_TAGS; tags++) {
      boolean tagged = packet.type == Rules.VLAN || packet.type == Rules.SERVICE_VLAN;
      if (!tagged || !frame.has(packet.link, Rules.TAG_BYTES)) {
        return;
      }
      packet.type = frame.u16(packet.link + 2);
      packet.link += Rules.TAG_BYTES;
    }
  }

  private Outcome analyse() {
    packet.ipv4 = packet.type == Rules.IPV4;
    packet.bytes = frame.length();
    if (!frame.has(packet.link, packet.ipv4 ? Rules.IPV4_HEADER : Rules.IPV6_HEADER)) {
      return Outcome.DROP_IP_TRUNCATED;
    }
    ip.readAddresses();
    if (!tables.isVip(packet.destinationHigh, packet.destinationLow)) {
      return Outcome.PASS_NOT_VIP;
    }
    Choice choice = null;
    packet.otherwise = ip.read();
    if (packet.part == Part.LATER) {
      choice = followFirst();
    } else if (packet.otherwise == null) {
      choice = sessions.choose(packet);
      packet.otherwise = choice == null ? Outcome.PASS_VIP_PORT : null;
    }
    if (packet.part == Part.FIRST) {
      rememberFirst(choice);
    } else if (packet.part == Part.ALL && packet.otherwise == Outcome.PASS_VIP_ICMP) {
      packet.otherwise = errors.read();
      choice = packet.otherwise == null ? sessions.follow(packet) : null;
      if (packet.otherwise == null && choice == null) {
        packet.otherwise = Outcome.PASS_VIP_ICMP;
      }
    }
    if (packet.otherwise != null) {
      return packet.otherwise;
    }
    if (choice == null) {
      throw new IllegalStateException("neither a choice nor a reason for none");
    }
    return deliver(choice);
  }

  private void rememberFirst(@Nullable Choice choice) {
    if (packet.otherwise != null && CUT_SHORT.contains(packet.otherwise)) {
      packet.otherwise = Outcome.DROP_FRAGMENT_FIRST;
      return;
    }
    int target = choice == null ? 0 : choice.target();
    int service = choice == null ? 0 : choice.service();
    tables.datagrams.remember(
        packet,
        new Decision(tables.now.coarse(), target, service, packet.headers, packet.otherwise));
  }

  private @Nullable Choice followFirst() {
    Decision first = tables.datagrams.find(packet, tables.now.coarse());
    if (first == null) {
      packet.otherwise = Outcome.DROP_FRAGMENT_LATER;
      return null;
    }
    if (packet.offset < first.headers()) {
      packet.otherwise = Outcome.DROP_FRAGMENT_OVERLAP;
      return null;
    }
    packet.otherwise = first.otherwise();
    return new Choice(first.target(), first.service(), Way.FRAGMENT, 0);
  }

  private Outcome deliver(Choice choice) {
    if (choice.service() != 0) {
      ModelTables.traffic(tables.serviceTraffic, choice.service() - 1).count(packet.bytes);
    }
    if (choice.target() == 0) {
      return Outcome.DROP_NO_TARGET;
    }
    ModelTarget target = tables.targets.get(choice.target());
    if (target == null) {
      return Outcome.DROP_TARGET_UNKNOWN;
    }
    if (!target.local()) {
      boolean fits = target.plain() || packet.bytes + Rules.SHIM_BYTES <= tables.maxFrame;
      if (!fits) {
        return choice.way() == Way.ERROR ? Outcome.DROP_TOO_BIG : tooBig.answer(packet);
      }
      frame.putMac(0, target.mac());
      frame.putMac(6, tables.mac);
      if (!target.plain()) {
        // The odd one of a target's labels says that IPv6 comes out.
        int ofTarget = target.label() + (packet.ipv4 ? 0 : 1);
        push(choice.label() != 0 ? choice.label() : ofTarget);
      }
    }
    int slot = (choice.target() - Rules.FIRST_TARGET) / 2;
    ModelTables.traffic(tables.targetTraffic, slot).count(packet.bytes);
    return target.local() ? choice.way().here : choice.way().elsewhere;
  }

  /** Behind the VLAN tags; the TTL is copied from IP (RFC 3443). */
  private void push(int label) {
    frame.open(packet.link, Rules.SHIM_BYTES);
    frame.put16(packet.link - 2, Rules.MPLS);
    frame.put32(packet.link, (label << 12) | 0x100 | packet.ttl);
  }
}
