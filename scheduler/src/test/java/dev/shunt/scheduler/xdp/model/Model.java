package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.Packet.Part;
import org.jspecify.annotations.Nullable;

/** The whole program: a frame in, its outcome, the frame as it leaves, and changed tables. */
public final class Model {

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
  private final FragmentRules fragments;
  private final EveryoneRules everyone;
  private final HandshakeRules handshakes;
  private final RefusalAnswers refusals;

  public Model(ModelTables tables) {
    this.tables = tables;
    pairs = new PairRules(tables);
    addresses = new AddressAnswers(tables, frame);
    labels = new LabelRules(tables, frame);
    ip = new IpReader(frame, packet);
    errors = new ErrorReader(frame, packet);
    handshakes = new HandshakeRules(tables, frame);
    sessions = new SessionRules(tables, new RowChoice(tables), pairs, handshakes);
    tooBig = new TooBigAnswers(tables, frame);
    fragments = new FragmentRules(tables);
    everyone = new EveryoneRules(tables, frame, ip, errors, sessions);
    refusals = new RefusalAnswers(tables, frame);
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
      boolean shared = EveryoneRules.isGroup(frame.mac(0));
      return shared ? everyone.share(packet) : Outcome.PASS_OTHER_MAC;
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
    packet.otherwise = ip.read();
    Choice choice = choose();
    if (packet.otherwise == Outcome.DROP_REFUSED && choice != null && choice.way() == Way.REFUSED) {
      return refusals.answer(packet);
    }
    if (packet.otherwise != null) {
      return packet.otherwise;
    }
    if (choice == null) {
      throw new IllegalStateException("neither a choice nor a reason for none");
    }
    if (choice.way() == Way.SYN) {
      return handshakes.answer(packet);
    }
    return deliver(choice);
  }

  private @Nullable Choice choose() {
    if (packet.part == Part.LATER) {
      return packet.otherwise == Outcome.DROP_FRAGMENT_LATER ? fragments.follow(packet) : null;
    }
    Choice choice = null;
    if (packet.otherwise == null) {
      choice = sessions.choose(packet);
      if (choice == null) {
        packet.otherwise = Outcome.PASS_VIP_PORT;
      } else if (choice.way().isRefusal()) {
        packet.otherwise = Outcome.DROP_REFUSED;
      }
    }
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
