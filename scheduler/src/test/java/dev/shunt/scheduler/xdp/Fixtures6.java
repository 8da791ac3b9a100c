package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame6.DESTINATION_OPTIONS;
import static dev.shunt.scheduler.xdp.Frame6.FRAGMENT;
import static dev.shunt.scheduler.xdp.Frame6.HOP_BY_HOP;
import static dev.shunt.scheduler.xdp.Frame6.ROUTING;
import static dev.shunt.scheduler.xdp.Frame6.tcp;
import static dev.shunt.scheduler.xdp.Frame6.udp;
import static dev.shunt.scheduler.xdp.LinkFixtures.cut;
import static dev.shunt.scheduler.xdp.LinkFixtures.edit;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.BROADCAST;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.HTTP6;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.MTU_FRAME;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_EXTENSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_HEADER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_TTL;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_L4_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ROUTING_HEADER;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_POP;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_OTHER_MAC;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_ICMP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PORT;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.TargetState;
import java.util.List;

/** IPv6 packets: the same rules as for IPv4, and those that only IPv6 has. */
final class Fixtures6 {

  private static final String ELSEWHERE = "2001:db8::99";
  private static final int OVERHEAD = 14 + Frame6.IP_HEADER + 20;

  /** The rest of an extension header of one unit that asks for nothing. */
  private static final int[] PADDING = {0, 1, 4, 0, 0, 0, 0};

  private Fixtures6() {}

  static List<Fixture> notOurs() {
    return List.of(
        fixture(
            "IPv6: TCP to another address passes",
            tcp(SYN).destination(ELSEWHERE, 80).bytes(),
            PASS_NOT_VIP),
        fixture(
            "IPv6: a bad header to another address passes",
            tcp(SYN).destination(ELSEWHERE, 80).version(4).bytes(),
            PASS_NOT_VIP),
        fixture(
            "IPv6: a fragment to another address passes",
            tcp(SYN).destination(ELSEWHERE, 80).extension(FRAGMENT, 0, 0, 1, 0, 0, 0, 9).bytes(),
            PASS_NOT_VIP),
        fixture(
            "IPv6: what the VIP itself sends passes",
            tcp(SYN).source(VIP6, 80).destination(CLIENT6, 4711).bytes(),
            PASS_NOT_VIP),
        fixture(
            "IPv6: a port without service passes to the stack",
            tcp(SYN).destination(VIP6, 81).bytes(),
            PASS_VIP_PORT),
        fixture(
            "IPv6: echo to the VIP passes to the stack",
            Frame6.icmp(new byte[] {(byte) 128, 0, 0, 0, 0, 1, 0, 1}).bytes(),
            PASS_VIP_ICMP),
        fixture("ICMP over IPv6 is none", Frame6.ip(Frame.ICMP).bytes(), PASS_VIP_PROTOCOL),
        fixture("IPv6: SCTP to the VIP passes", Frame6.ip(132).bytes(), PASS_VIP_PROTOCOL),
        fixture(
            "IPv6: nothing at all to the VIP passes",
            Frame6.ip(Frame6.NOTHING).bytes(),
            PASS_VIP_PROTOCOL),
        fixture(
            "IPv6: a flooded frame for another machine is not balanced",
            tcp(SYN).to(STRANGER).bytes(),
            PASS_OTHER_MAC),
        fixture(
            "IPv6: TCP to a broadcast address of the link is not balanced",
            tcp(SYN).to(BROADCAST).bytes(),
            PASS_OTHER_MAC));
  }

  static List<Fixture> damaged() {
    return List.of(
        fixture("IPv6 header cut short", cut(tcp(SYN).bytes(), 53), DROP_IP_TRUNCATED),
        fixture("IPv6: version 4", tcp(SYN).version(4).bytes(), DROP_IP_HEADER),
        fixture(
            "IPv6: a payload length beyond the frame",
            tcp(SYN).lengthError(1).bytes(),
            DROP_IP_HEADER),
        fixture("IPv6: hop limit 0", tcp(SYN).hopLimit(0).bytes(), DROP_IP_TTL),
        fixture(
            "IPv6: a TCP header cut short",
            tcp(SYN).payload(0).lengthError(-1).bytes(),
            DROP_L4_TRUNCATED),
        fixture(
            "IPv6: a UDP header cut short",
            udp().payload(0).lengthError(-1).bytes(),
            DROP_L4_TRUNCATED),
        fixture(
            "IPv6: a payload length of 0",
            tcp(SYN).payload(0).lengthError(-20).bytes(),
            DROP_L4_TRUNCATED),
        fixture(
            "IPv6: an extension header cut short",
            cut(tcp(SYN).payload(0).lengthError(-21).extension(HOP_BY_HOP, PADDING).bytes(), 61),
            DROP_EXTENSION),
        fixture(
            "IPv6: an extension header longer than the packet",
            edit(tcp(SYN).extension(HOP_BY_HOP, PADDING).bytes(), 55, 5),
            DROP_EXTENSION),
        fixture(
            "IPv6: hop-by-hop options that are not first",
            tcp(SYN).extension(DESTINATION_OPTIONS, PADDING).extension(HOP_BY_HOP, PADDING).bytes(),
            DROP_EXTENSION),
        fixture("IPv6: seven extension headers", options(7).bytes(), DROP_EXTENSION),
        fixture(
            "IPv6: a routing header that leads on",
            tcp(SYN).extension(ROUTING, 2, 0, 1, 0, 0, 0, 0).payload(30).bytes(),
            DROP_ROUTING_HEADER));
  }

  static List<Fixture> opened() {
    return List.of(
        fixture("IPv6: SYN leaves an embryo at another member", tcp(SYN).bytes(), FORWARD_NEW)
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("IPv6: SYN leaves an embryo at this machine's node", tcp(SYN).bytes(), LOCAL_NEW)
            .given(world -> world.row(HTTP6, rowOf(A)))
            .then(world -> {
              world.run(tcp(ACK).bytes());
              assertThat(world.onlySession().target()).isEqualTo(A);
            }),
        fixture(
                "IPv6: the packet after SYN makes a session of it",
                tcp(ACK).bytes(),
                FORWARD_ESTABLISHED)
            .given(Fixtures6::openedAtC)
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(world -> {
              assertThat(world.onlySession().flow()).isEqualTo(World.flow6());
              assertThat(world.onlySession().target()).isEqualTo(C);
              assertThat(world.onlySession().state()).isEqualTo(SessionState.ESTABLISHED);
            }),
        fixture("IPv6: UDP opens a session", udp().bytes(), FORWARD_NEW)
            .becomes(udp().labelled(MAC_B, B))
            .then(world ->
                assertThat(world.onlySession().flow())
                    .isEqualTo(World.flow6(40_000, Protocol.UDP, World.DNS_PORT))),
        opens("IPv6: the label begins with the hop limit", tcp(SYN).hopLimit(1)),
        opens("IPv6: the link's padding goes along", tcp(SYN).payload(0).trailer(6)),
        opens("IPv6: hop-by-hop options are stepped over", hopByHop()),
        opens(
            "IPv6: long destination options are stepped over",
            tcp(SYN).extension(DESTINATION_OPTIONS, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        opens(
            "IPv6: a routing header at its end is stepped over",
            tcp(SYN).extension(ROUTING, 0, 0, 0, 0, 0, 0, 0)),
        opens(
            "IPv6: a fragment header of a whole packet is stepped over",
            tcp(SYN).extension(FRAGMENT, 77, 0, 6, 1, 2, 3, 4)),
        opens("IPv6: six extension headers are stepped over", options(6)),
        opens(
            "IPv6: the longest frame that fits with its label",
            tcp(SYN).payload(MTU_FRAME - 4 - OVERHEAD)));
  }

  private static Fixture opens(String name, Frame6 frame) {
    return fixture(name, frame.bytes(), FORWARD_NEW)
        .becomes(frame.labelled(MAC_B, B))
        .then(world -> {
          world.run(tcp(ACK).bytes());
          assertThat(world.onlySession().flow()).isEqualTo(World.flow6());
          assertThat(world.count("forward_established")).isEqualTo(1);
        });
  }

  /** A SYN went to C; since then the row leads to B. */
  private static void openedAtC(World world) throws DataPlaneException {
    world.row(HTTP6, rowOf(C));
    world.run(tcp(SYN).bytes());
    world.row(HTTP6, rowOf(B));
  }

  private static Frame6 hopByHop() {
    return tcp(SYN).extension(HOP_BY_HOP, PADDING);
  }

  private static Frame6 options(int count) {
    Frame6 frame = tcp(SYN);
    for (int i = 0; i < count; i++) {
      frame.extension(DESTINATION_OPTIONS, PADDING);
    }
    return frame;
  }

  static List<Fixture> sessions() {
    return List.of(
        fixture(
                "IPv6: a session keeps its target though the row leads elsewhere",
                tcp(ACK).bytes(),
                FORWARD_SESSION)
            .given(session(C, SessionState.ESTABLISHED))
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("IPv6: a session of this machine's node", tcp(ACK).bytes(), LOCAL_SESSION)
            .given(session(A, SessionState.ESTABLISHED)),
        fixture("IPv6: the second packet establishes", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(session(C, SessionState.OPENING))
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(world ->
                assertThat(world.onlySession().state()).isEqualTo(SessionState.ESTABLISHED)),
        fixture("IPv6: a train's packets go one way", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              session(C, SessionState.ESTABLISHED).on(world);
              for (int i = 0; i < 5; i++) {
                world.run(tcp(ACK).bytes());
              }
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture(
                "IPv6: a train is of one flow",
                tcp(ACK).source(CLIENT6, 40_001).bytes(),
                FORWARD_STATELESS)
            .given(world -> {
              session(C, SessionState.ESTABLISHED).on(world);
              world.run(tcp(ACK).bytes());
              world.run(tcp(ACK).bytes());
            })
            .becomes(tcp(ACK).source(CLIENT6, 40_001).labelled(MAC_B, B)),
        fixture("IPv6: FIN closes", tcp(FIN | ACK).bytes(), FORWARD_SESSION)
            .given(session(C, SessionState.ESTABLISHED))
            .becomes(tcp(FIN | ACK).labelled(MAC_C, C))
            .then(world -> assertThat(world.onlySession().state()).isEqualTo(SessionState.CLOSING)),
        fixture("IPv6: a new start leaves a target that is gone", tcp(SYN).bytes(), FORWARD_MOVED)
            .given(world -> {
              session(C, SessionState.ESTABLISHED).on(world);
              world.state(C, TargetState.GONE);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)));
  }

  static List<Fixture> withoutSession() {
    return List.of(
        fixture("IPv6: ACK without a session goes by the row", tcp(ACK).bytes(), FORWARD_STATELESS)
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(world -> assertThat(world.onlySession().flow()).isEqualTo(World.flow6())),
        fixture("IPv6: RST without a session goes by the row", tcp(RST).bytes(), FORWARD_STATELESS)
            .becomes(tcp(RST).labelled(MAC_B, B)),
        fixture(
                "IPv6: where the table is full the packet after SYN follows it",
                tcp(ACK).bytes(),
                FORWARD_TABLE_FULL)
            .given(world -> {
              for (int port = 1; port <= World.SESSIONS; port++) {
                world.run(udp().source(CLIENT6, port).bytes());
              }
              openedAtC(world);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("IPv6: a full table of the other version is no matter", udp().bytes(), FORWARD_NEW)
            .given(BalanceFixtures::fill)
            .becomes(udp().labelled(MAC_B, B)),
        fixture("IPv6: SYN to a service without targets", tcp(SYN).bytes(), DROP_NO_TARGET)
            .given(world -> world.row(HTTP6, DispatchRow.EMPTY)));
  }

  static List<Fixture> labels() {
    return List.of(
        fixture(
                "IPv6: my label is taken off",
                tcp(ACK).labelled(MINE, ROUTER, A + 1, 64),
                LABEL_POP)
            .becomes(tcp(ACK).bytes()),
        fixture(
                "IPv6: another target's label is switched",
                tcp(ACK).labelled(MINE, ROUTER, C + 1, 64),
                LABEL_SWITCH)
            .becomes(tcp(ACK).labelled(MAC_C, MINE, C + 1, 63)));
  }

  private static Fixture.Step session(int label, SessionState state) {
    return world ->
        world.sessions.put(List.of(new Session(World.flow6(), label, state, Term.NONE, 0)));
  }
}
