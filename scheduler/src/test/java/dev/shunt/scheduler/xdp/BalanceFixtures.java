package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.ip;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.LinkFixtures.cut;
import static dev.shunt.scheduler.xdp.LinkFixtures.edit;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MTU_FRAME;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_HEADER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_TTL;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_L4_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TARGET_UNKNOWN;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TCP_HEADER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_ICMP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PORT;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Protocol;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Target;
import java.util.List;

/** IPv4 packets that meet no session: what is taken, what is left alone, what is refused. */
final class BalanceFixtures {

  private static final int MORE = 0x2000;
  private static final int DONT = 0x4000;
  private static final String ELSEWHERE = "203.0.113.99";
  private static final int OVERHEAD = 14 + 20 + 20;

  private BalanceFixtures() {}

  static List<Fixture> notOurs() {
    return List.of(
        fixture(
            "TCP to another address passes",
            tcp(SYN).destination(ELSEWHERE, 80).bytes(),
            PASS_NOT_VIP),
        fixture(
            "a fragment to another address passes",
            tcp(SYN).destination(ELSEWHERE, 80).fragment(MORE).bytes(),
            PASS_NOT_VIP),
        fixture(
            "a bad header to another address passes",
            tcp(SYN).destination(ELSEWHERE, 80).version(5).bytes(),
            PASS_NOT_VIP),
        fixture(
            "ICMP to another address passes",
            ip(Frame.ICMP).destination(ELSEWHERE, 0).bytes(),
            PASS_NOT_VIP),
        fixture(
            "what the VIP itself sends passes",
            tcp(SYN).source(VIP, 80).destination(CLIENT, 4711).bytes(),
            PASS_NOT_VIP),
        fixture(
            "a port without service passes to the stack",
            tcp(SYN).destination(VIP, 81).bytes(),
            PASS_VIP_PORT),
        fixture(
            "a service's port by another protocol passes to the stack",
            udp().destination(VIP, 80).bytes(),
            PASS_VIP_PORT),
        fixture("ICMP to the VIP passes to the stack", ip(Frame.ICMP).bytes(), PASS_VIP_ICMP),
        fixture("ICMPv6 over IPv4 is none", ip(Frame6.ICMPV6).bytes(), PASS_VIP_PROTOCOL),
        fixture("GRE to the VIP passes to the stack", ip(47).bytes(), PASS_VIP_PROTOCOL),
        fixture("SCTP to the VIP passes to the stack", ip(132).bytes(), PASS_VIP_PROTOCOL));
  }

  static List<Fixture> damaged() {
    return List.of(
        fixture("IPv4 header cut short", cut(tcp(SYN).bytes(), 33), DROP_IP_TRUNCATED),
        fixture(
            "an Ethernet header that promises IPv4", cut(tcp(SYN).bytes(), 14), DROP_IP_TRUNCATED),
        fixture("version 5", tcp(SYN).version(5).bytes(), DROP_IP_HEADER),
        fixture("version 6 under IPv4's EtherType", tcp(SYN).version(6).bytes(), DROP_IP_HEADER),
        fixture("a header length of four words", edit(tcp(SYN).bytes(), 14, 0x44), DROP_IP_HEADER),
        fixture(
            "a header longer than the packet",
            edit(tcp(SYN).payload(0).bytes(), 14, 0x4f),
            DROP_IP_HEADER),
        fixture(
            "a total length beyond the frame",
            tcp(SYN).totalLengthError(1).bytes(),
            DROP_IP_HEADER),
        fixture(
            "a total length shorter than the header",
            tcp(SYN).totalLengthError(-40).bytes(),
            DROP_IP_HEADER),
        fixture("IPv4 TTL 0", tcp(SYN).ttl(0).bytes(), DROP_IP_TTL),
        fixture(
            "a TCP header cut short",
            cut(tcp(SYN).payload(0).totalLengthError(-1).bytes(), 53),
            DROP_L4_TRUNCATED),
        fixture(
            "a TCP header that only the link's padding completes",
            tcp(SYN).payload(0).totalLengthError(-8).bytes(),
            DROP_L4_TRUNCATED),
        fixture(
            "a UDP header cut short",
            cut(udp().payload(0).totalLengthError(-1).bytes(), 41),
            DROP_L4_TRUNCATED),
        fixture(
            "no TCP header at all",
            tcp(SYN).payload(0).totalLengthError(-20).bytes(),
            DROP_L4_TRUNCATED),
        fixture("a TCP data offset of four words", tcp(SYN).dataOffset(4).bytes(), DROP_TCP_HEADER),
        fixture(
            "a TCP header longer than the packet",
            tcp(SYN).dataOffset(15).bytes(),
            DROP_TCP_HEADER));
  }

  static List<Fixture> opened() {
    return List.of(
        fixture("SYN goes to another member and is no session yet", tcp(SYN).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("SYN goes to this machine's node", tcp(SYN).bytes(), LOCAL_NEW)
            .given(world -> world.row(HTTP, rowOf(A)))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("UDP opens a session", udp().bytes(), FORWARD_NEW)
            .becomes(udp().labelled(MAC_B, B))
            .then(world -> {
              assertThat(world.onlySession().flow())
                  .isEqualTo(World.flow(40_000, Protocol.UDP, World.DNS_PORT));
              assertThat(world.onlySession().target()).isEqualTo(B);
              assertThat(world.onlySession().state()).isEqualTo(SessionState.OPENING);
              assertThat(world.onlySession().packets()).isEqualTo(1);
            }),
        fixture("UDP opens a session at this machine's node", udp().bytes(), LOCAL_NEW)
            .given(world -> world.row(DNS, rowOf(A)))
            .then(world -> assertThat(world.onlySession().target()).isEqualTo(A)),
        fixture("an empty datagram opens a session", udp().payload(0).bytes(), FORWARD_NEW)
            .becomes(udp().payload(0).labelled(MAC_B, B)),
        fixture("SYN with congestion flags opens a session", tcp(SYN | 0xc0).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN | 0xc0).labelled(MAC_B, B)),
        fixture("a source port of 0 opens a session", tcp(SYN).sourcePort(0).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).sourcePort(0).labelled(MAC_B, B)),
        fixture("IP options are stepped over", tcp(SYN).options(40).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).options(40).labelled(MAC_B, B)),
        fixture("TCP options are stepped over", tcp(SYN).dataOffset(7).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).dataOffset(7).labelled(MAC_B, B)),
        fixture(
                "the link's padding goes along",
                tcp(SYN).payload(0).trailer(6).bytes(),
                FORWARD_NEW)
            .becomes(tcp(SYN).payload(0).trailer(6).labelled(MAC_B, B)),
        fixture("the label begins with the packet's TTL", tcp(SYN).ttl(1).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).ttl(1).labelled(MAC_B, B)),
        fixture("DF alone is no fragment", tcp(SYN).fragment(DONT).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).fragment(DONT).labelled(MAC_B, B)),
        fixture(
                "the longest frame that fits with its label",
                tcp(SYN).payload(MTU_FRAME - 4 - OVERHEAD).bytes(),
                FORWARD_NEW)
            .becomes(tcp(SYN).payload(MTU_FRAME - 4 - OVERHEAD).labelled(MAC_B, B)),
        fixture(
            "one byte more is too big",
            tcp(SYN).payload(MTU_FRAME - 3 - OVERHEAD).bytes(),
            DROP_TOO_BIG),
        fixture(
                "nothing is too big for this machine's node",
                tcp(SYN).payload(MTU_FRAME - 3 - OVERHEAD).bytes(),
                LOCAL_NEW)
            .given(world -> world.row(HTTP, rowOf(A))));
  }

  static List<Fixture> stateless() {
    return List.of(
        fixture(
                "ACK without a session goes by the row and begins one",
                tcp(ACK).bytes(),
                FORWARD_STATELESS)
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(world -> {
              assertThat(world.onlySession().target()).isEqualTo(B);
              assertThat(world.onlySession().state()).isEqualTo(SessionState.OPENING);
            }),
        fixture(
                "a flow begun mid-flow stays where it is when the row changes",
                tcp(ACK).bytes(),
                FORWARD_SESSION)
            .given(world -> {
              world.run(tcp(ACK).bytes());
              world.row(HTTP, rowOf(C));
            })
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(world ->
                assertThat(world.onlySession().state()).isEqualTo(SessionState.ESTABLISHED)),
        fixture("FIN without a session begins none", tcp(FIN | ACK).bytes(), FORWARD_STATELESS)
            .becomes(tcp(FIN | ACK).labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("SYN-ACK opens nothing", tcp(SYN | ACK).bytes(), FORWARD_STATELESS)
            .becomes(tcp(SYN | ACK).labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("SYN-FIN opens nothing", tcp(SYN | FIN).bytes(), FORWARD_STATELESS)
            .becomes(tcp(SYN | FIN).labelled(MAC_B, B)),
        fixture("RST without a session goes by the row", tcp(RST).bytes(), FORWARD_STATELESS)
            .becomes(tcp(RST).labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("ACK goes by the row where the table is full", tcp(ACK).bytes(), FORWARD_TABLE_FULL)
            .given(BalanceFixtures::fill)
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture("no flags at all go by the row", tcp(0).bytes(), FORWARD_STATELESS)
            .becomes(tcp(0).labelled(MAC_B, B)),
        fixture("ACK without a session to this machine's node", tcp(ACK).bytes(), LOCAL_STATELESS)
            .given(world -> world.row(HTTP, rowOf(A))),
        fixture("UDP goes by the row where the table is full", udp().bytes(), LOCAL_TABLE_FULL)
            .given(world -> {
              fill(world);
              world.row(DNS, rowOf(A));
            }));
  }

  static List<Fixture> oddRows() {
    return List.of(
        fixture("SYN to a service without targets", tcp(SYN).bytes(), DROP_NO_TARGET)
            .given(world -> world.row(HTTP, DispatchRow.EMPTY))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("ACK to a service without targets", tcp(ACK).bytes(), DROP_NO_TARGET)
            .given(world -> world.row(HTTP, DispatchRow.EMPTY)),
        fixture("a row that names no target", tcp(ACK).bytes(), DROP_TARGET_UNKNOWN)
            .given(world -> world.row(HTTP, rowOf(C + 2))),
        fixture(
                "a row that names a label beyond all targets",
                tcp(ACK).bytes(),
                DROP_TARGET_UNKNOWN)
            .given(world -> world.row(HTTP, rowOf(Target.LAST_LABEL + 2))),
        fixture("a row that names a label below all targets", tcp(ACK).bytes(), DROP_TARGET_UNKNOWN)
            .given(world -> world.row(HTTP, rowOf(Target.FIRST_LABEL - 2))),
        fixture("a row that was switched over", tcp(RST).bytes(), FORWARD_STATELESS)
            .given(world -> {
              world.row(HTTP, rowOf(A));
              world.row(HTTP, rowOf(C));
            })
            .becomes(tcp(RST).labelled(MAC_C, C)));
  }

  static void fill(World world) throws dev.shunt.scheduler.DataPlaneException {
    for (int port = 1; port <= World.SESSIONS; port++) {
      world.run(udp().sourcePort(port).bytes());
    }
  }
}
