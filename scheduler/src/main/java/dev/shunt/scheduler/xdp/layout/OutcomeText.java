package dev.shunt.scheduler.xdp.layout;

import dev.shunt.scheduler.Explanation;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Each outcome in a sentence, and what the next packet of the flow finds: the one place where both
 * are written. {@code docs/OUTCOMES.md} is held against it by a test.
 */
public final class OutcomeText {

  /**
   * What is said of an outcome.
   *
   * @param reason why the packet ended so
   * @param next what the next packet of the flow would find
   */
  private record Text(String reason, String next) {}

  private static final String ALIKE = "The next packet of the flow is treated alike.";
  private static final String SESSION_STAYS =
      "The session leads the next packet too, until it ends or its target is gone.";
  private static final String NONE_KEPT =
      "Nothing is remembered: the next packet is led alike, as long as the targets stay.";
  private static final String ASK_AGAIN = "The next packet is judged by itself.";
  private static final String RESOLVE = "The next one is judged by the lease as it is then.";

  private static final String REFUSED =
      "A new session is asked about anew, when there may be room; sessions that there are go on.";

  private static final Map<Outcome, Text> TEXTS = new EnumMap<>(Outcome.class);

  static {
    passed();
    ways();
    switched();
    answered();
    droppedDiscovery();
    droppedLabels();
    droppedPackets();
    droppedShares();
    droppedTunnels();
  }

  private OutcomeText() {}

  private static void put(Outcome outcome, String reason, String next) {
    TEXTS.put(outcome, new Text(reason, next));
  }

  private static void passed() {
    put(Outcome.PASS_ETHERTYPE, "It is neither ARP, IPv4, IPv6 nor MPLS: nothing of ours.", ALIKE);
    put(
        Outcome.PASS_OTHER_MAC,
        "It is addressed to another machine's Ethernet address, and a switch flooded it here.",
        ALIKE);
    put(Outcome.PASS_ARP, "It is ARP about an address that is no virtual IP.", ALIKE);
    put(
        Outcome.PASS_ND,
        "It is neighbour discovery about an address that is no virtual IP.",
        ALIKE);
    put(
        Outcome.PASS_NOT_VIP,
        "It is for an address that is no virtual IP: the host's own stack gets it.",
        ALIKE);
    put(
        Outcome.PASS_VIP_PORT,
        "It is for a virtual IP, but for no service there: the host's stack refuses it.",
        ALIKE);
    put(
        Outcome.PASS_VIP_ICMP,
        "It is ICMP to a virtual IP and no error about a flow of a service: the host's stack"
            + " answers.",
        ALIKE);
    put(
        Outcome.PASS_OWN_CONNECTION,
        "It is for everyone's virtual IP and by the formula another member's, but of a connection"
            + " of this machine.",
        "The connection's packets are kept here until it ends.");
    put(
        Outcome.PASS_VIP_PROTOCOL,
        "It is for a virtual IP and neither TCP, UDP nor ICMP: the host's stack refuses it.",
        ALIKE);
  }

  private static void ways() {
    way("SESSION", "the flow has a session that leads there.", SESSION_STAYS);
    way(
        "NEW",
        "it opens a session, and the service's algorithm chose this target.",
        "A half-open TCP session is remembered for a minute, and the packet after the SYN makes it"
            + " a session with the same target; of UDP it is one at once.");
    way(
        "MOVED",
        "it opens anew a session whose target takes nothing new, and another one was chosen.",
        SESSION_STAYS);
    way(
        "STATELESS",
        "no session leads it, or that session's target is gone, but the service's row does.",
        "Mid-flow TCP gets a session by this; all else is led by the row again.");
    way(
        "TABLE_FULL",
        "the session that it would begin finds no room in the table, and the row leads it, or its"
            + " half-open session.",
        "The next packet tries again; the row leads it alike as long as the targets stay.");
    way(
        "OPENING",
        "the flow's half-open session leads it; it is the SYN again, or the end before the"
            + " beginning.",
        "The packet after the SYN makes it a session with the same target.");
    way(
        "ESTABLISHED",
        "it is the packet after the SYN, and makes the half-open session a session.",
        SESSION_STAYS);
    way("SUM", "the formula of its service leads there, and no sessions are kept.", NONE_KEPT);
    way("ERROR", "it is an ICMP error, and the flow that it is about goes there.", ALIKE);
    way(
        "FRAGMENT",
        "it is a later fragment, and the first one of its datagram went there.",
        "Further fragments of the datagram follow, for half a minute.");
    way("COOKIE", "it is the ACK to a SYN cookie, and makes a session.", SESSION_STAYS);
  }

  private static void way(String way, String reason, String next) {
    put(Outcome.valueOf("LOCAL_" + way), "Up to this machine's own node: " + reason, next);
    put(Outcome.valueOf("FORWARD_" + way), "To a target on another machine: " + reason, next);
  }

  private static void switched() {
    put(
        Outcome.LABEL_POP,
        "Its label says that it is for this machine: the label was taken off, nothing else asked.",
        ALIKE);
    put(
        Outcome.LABEL_LEARN,
        "A scheduler chose this machine by a label that was not known here yet: now it is.",
        "The label alone leads the next packet up.");
    put(
        Outcome.LABEL_SWITCH,
        "Its label names a way out: it is sent on with the label, nothing else asked.",
        ALIKE);
    put(
        Outcome.LABEL_OUT,
        "Its label leads to a client that knows no labels: taken off, sent on, nothing else asked.",
        ALIKE);
  }

  private static void answered() {
    put(
        Outcome.ARP_ANSWER,
        "It asked for a virtual IP, and this machine holds the lease: answered.",
        RESOLVE);
    put(
        Outcome.ND_ANSWER,
        "It solicited a virtual IP, and this machine holds the lease: answered.",
        RESOLVE);
    put(
        Outcome.TOO_BIG_ANSWER,
        "With its label it is longer than the wire takes: its sender was told what fits.",
        "A packet that fits is led to its target.");
    put(
        Outcome.REFUSE_RESET,
        "It would open a TCP session that its service does not admit: the client was sent a reset.",
        REFUSED);
    put(
        Outcome.REFUSE_UNREACHABLE,
        "It would open a UDP session that its service does not admit: the client was told by ICMP.",
        REFUSED);
    put(
        Outcome.SYN_COOKIE,
        "It is a SYN in a flood: answered by a cookie, and remembered nowhere.",
        "The ACK that brings the cookie back begins the session.");
  }

  private static void droppedShares() {
    put(
        Outcome.DROP_REFUSED,
        "It would open a session that its service does not admit, and nobody is told.",
        REFUSED);
    put(
        Outcome.DROP_OTHERS_SHARE,
        "It is for everyone's virtual IP, and by the formula another member's.",
        NONE_KEPT);
    put(
        Outcome.DROP_SHARE_LAPSED,
        "It is this member's share of everyone's virtual IP, but others may think that it is gone.",
        "The next one is taken when this member sees a majority again.");
    put(
        Outcome.DROP_NO_SOCKET,
        "It is this member's share of everyone's virtual IP, but it has no such connection, and"
            + " nobody listens.",
        ASK_AGAIN);
  }

  private static void droppedDiscovery() {
    put(
        Outcome.DROP_ARP_NOT_HOLDER,
        "It asked for a virtual IP, and this machine does not hold the lease: its holder answers.",
        RESOLVE);
    put(
        Outcome.DROP_ARP_CONFLICT,
        "Another machine claims by ARP a virtual IP for which this machine holds the lease.",
        RESOLVE);
    put(
        Outcome.DROP_ARP_ANNOUNCEMENT,
        "The holder of the lease announces a virtual IP by ARP, which the stack must not learn.",
        RESOLVE);
    put(Outcome.DROP_ARP_TRUNCATED, "It is ARP and cut short.", ASK_AGAIN);
    put(
        Outcome.DROP_ND_NOT_HOLDER,
        "It solicited a virtual IP, and this machine does not hold the lease: its holder answers.",
        RESOLVE);
    put(
        Outcome.DROP_ND_CONFLICT,
        "Another machine advertises a virtual IP for which this machine holds the lease.",
        RESOLVE);
    put(
        Outcome.DROP_ND_ANNOUNCEMENT,
        "The holder of the lease advertises a virtual IP, which the stack must not learn.",
        RESOLVE);
    put(
        Outcome.DROP_ND_INVALID,
        "It is neighbour discovery about a virtual IP and fails the checks of RFC 4861.",
        ASK_AGAIN);
  }

  private static void droppedLabels() {
    put(Outcome.DROP_LABEL_TRUNCATED, "Its label stack entry is cut short.", ASK_AGAIN);
    put(
        Outcome.DROP_LABEL_UNKNOWN,
        "The label switching table does not have its label, which tells of no session either.",
        "The next one is dropped too, until the table has the label.");
    put(Outcome.DROP_LABEL_TTL, "The TTL of its label is used up: it went in circles.", ASK_AGAIN);
    put(Outcome.DROP_LABEL_STACK, "There are more labels below its top one.", ASK_AGAIN);
    put(
        Outcome.DROP_LABEL_PAYLOAD,
        "No table knows its label, and neither IPv4 nor IPv6 is behind it.",
        ASK_AGAIN);
  }

  private static void droppedPackets() {
    put(Outcome.DROP_IP_TRUNCATED, "Its IP header is cut short.", ASK_AGAIN);
    put(
        Outcome.DROP_IP_HEADER,
        "Version, header length or total length of its IP header cannot be.",
        ASK_AGAIN);
    put(Outcome.DROP_IP_TTL, "Its TTL or hop limit is used up.", ASK_AGAIN);
    put(
        Outcome.DROP_EXTENSION,
        "An IPv6 extension header is cut short, misplaced or one too many.",
        ASK_AGAIN);
    put(
        Outcome.DROP_ROUTING_HEADER,
        "Its IPv6 routing header makes the virtual IP a hop on the way.",
        ASK_AGAIN);
    put(
        Outcome.DROP_FRAGMENT_FIRST,
        "It is a first fragment too short for its TCP or UDP header.",
        ASK_AGAIN);
    put(
        Outcome.DROP_FRAGMENT_LATER,
        "It is a later fragment whose first one was not seen within half a minute.",
        "What follows the next first fragment is led like that.");
    put(
        Outcome.DROP_FRAGMENT_OVERLAP,
        "It is a later fragment that reaches into the headers of the first one.",
        ASK_AGAIN);
    put(Outcome.DROP_L4_TRUNCATED, "Its TCP or UDP header is cut short.", ASK_AGAIN);
    put(Outcome.DROP_TCP_HEADER, "The data offset of its TCP header cannot be.", ASK_AGAIN);
    put(
        Outcome.DROP_ICMP_ERROR,
        "It is an ICMP error that quotes too little, or a packet that the virtual IP cannot have"
            + " sent.",
        ASK_AGAIN);
    put(
        Outcome.DROP_NO_TARGET,
        "Its service has no target that takes it.",
        "The next one is dropped too, until there is a target.");
    put(
        Outcome.DROP_TARGET_UNKNOWN,
        "Its service's row leads to a target that is no more.",
        "The next one finds the row as it is then.");
    put(
        Outcome.DROP_TOO_BIG,
        "With its label it is longer than the wire takes, and its sender may not be told.",
        "A packet that fits is led to its target.");
    put(Outcome.DROP_HEADROOM, "The driver left no room before it for a label.", ALIKE);
  }

  private static void droppedTunnels() {
    put(
        Outcome.DROP_TUNNEL_SENDER,
        "It is a label in UDP from an address that is no member's.",
        ALIKE);
    put(
        Outcome.DROP_TUNNEL_FRAGMENT,
        "It is a label in UDP, and a fragment: members send none.",
        ALIKE);
    put(
        Outcome.DROP_TUNNEL_HEADER,
        "It is a label in UDP whose outer IP or UDP header cannot be.",
        ALIKE);
    put(
        Outcome.DROP_TUNNEL_CHECKSUM,
        "It is a label in UDP, and the checksum of its outer IP or UDP header is wrong.",
        ALIKE);
  }

  /** Why a packet ended so, in a sentence. */
  public static String reason(Outcome outcome) {
    return text(outcome).reason;
  }

  /** What the next packet of its flow would find, in a sentence. */
  public static String next(Outcome outcome) {
    return text(outcome).next;
  }

  private static Text text(Outcome outcome) {
    return Objects.requireNonNull(TEXTS.get(outcome), () -> outcome + " has no text");
  }

  public static Explanation.Verdict verdict(Outcome outcome) {
    return switch (outcome.verdict()) {
      case PASS -> Explanation.Verdict.UP;
      case TX -> Explanation.Verdict.SENT;
      case DROP, ABORTED -> Explanation.Verdict.DROPPED;
    };
  }

  /**
   * The outcomes of a name, or those whose names begin with it: {@code drop}, {@code drop_label},
   * {@code drop_label_ttl}.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Set<Outcome> named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT).replace('-', '_');
    List<Outcome> found =
        Arrays.stream(Outcome.values())
            .filter(o -> o.counter().equals(wanted) || o.counter().startsWith(wanted + "_"))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "outcome: found '%s', allowed is the name of an outcome or how such begin: arp, drop,"
                  .formatted(name)
              + " forward, label, local, nd, pass, refuse, syn, too_big; docs/OUTCOMES.md has all");
    }
    return EnumSet.copyOf(found);
  }
}
