package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.CLOSING;
import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.replication.SessionState.OPENING;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP6;
import static dev.shunt.scheduler.xdp.World.LINE_CARD;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Aside.PAIR_RETURNED;
import static dev.shunt.scheduler.xdp.layout.Aside.PAIR_TAKEN;
import static dev.shunt.scheduler.xdp.layout.Aside.POOL_EMPTY;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.util.List;

/** Sessions that get labels of their own, and what their packets carry then. */
final class PairFixtures {

  private static final int ASK = SharedLayouts.ASK_LABEL;

  /** Of the pairs 3 and 4. */
  private static final int FORTH = 8199;

  private static final int OTHER = 8201;

  private PairFixtures() {}

  static List<Fixture> taken() {
    return List.of(
        fixture("the packet after SYN takes a pair", tcp(ACK).bytes(), FORWARD_ESTABLISHED)
            .given(PairFixtures::opened)
            .becomes(tcp(ACK).labelled(MAC_C, FORTH))
            .beside(PAIR_TAKEN)
            .then(has(C, label(FORTH, ROUTER, false)))
            .then(entries(forth(FORTH, MAC_C, C), out(FORTH + 1, ROUTER, C))),
        fixture("FIN right after SYN takes a pair", tcp(FIN | ACK).bytes(), FORWARD_ESTABLISHED)
            .given(PairFixtures::opened)
            .becomes(tcp(FIN | ACK).labelled(MAC_C, FORTH))
            .beside(PAIR_TAKEN),
        fixture("the first datagram takes a pair", udp().bytes(), FORWARD_NEW)
            .given(world -> world.labels(3))
            .becomes(udp().labelled(MAC_B, FORTH))
            .beside(PAIR_TAKEN)
            .then(has(B, label(FORTH, ROUTER, false))),
        fixture("a session that is adopted takes a pair", tcp(ACK).bytes(), FORWARD_STATELESS)
            .given(world -> world.labels(3))
            .becomes(tcp(ACK).labelled(MAC_B, FORTH))
            .beside(PAIR_TAKEN)
            .then(has(B, label(FORTH, ROUTER, false))),
        fixture(
                "IPv6: the packet after SYN takes a pair",
                Frame6.tcp(ACK).bytes(),
                FORWARD_ESTABLISHED)
            .given(world -> {
              world.labels(3);
              world.row(HTTP6, rowOf(C));
              world.run(Frame6.tcp(SYN).bytes());
            })
            .becomes(Frame6.tcp(ACK).labelled(MAC_C, MINE, FORTH, 64))
            .beside(PAIR_TAKEN)
            .then(entries(forth(FORTH, MAC_C, C), out(FORTH + 1, ROUTER, C))),
        fixture("a session that moves gets another pair", tcp(SYN).bytes(), FORWARD_MOVED)
            .given(world -> {
              world.labels(4);
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
              world.state(C, TargetState.DOWN);
            })
            .becomes(tcp(SYN).labelled(MAC_B, OTHER))
            .beside(PAIR_TAKEN)
            .then(has(B, label(OTHER, ROUTER, false)))
            .then(entries(forth(OTHER, MAC_B, B), out(OTHER + 1, ROUTER, B))));
  }

  static List<Fixture> notTaken() {
    return List.of(
        fixture("a SYN takes no pair", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> world.labels(3))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("a session of this machine's node takes no pair", udp().bytes(), LOCAL_NEW)
            .given(world -> {
              world.labels(3);
              world.row(DNS, rowOf(A));
            })
            .then(has(A, SessionLabel.NONE)),
        fixture("where the pool is empty a session goes without", udp().bytes(), FORWARD_NEW)
            .given(world -> world.labels())
            .becomes(udp().labelled(MAC_B, B))
            .beside(POOL_EMPTY)
            .then(has(B, SessionLabel.NONE)),
        fixture("a pair beyond the last label is not handed out", udp().bytes(), FORWARD_NEW)
            .given(world -> world.labels(SessionLabel.PAIRS))
            .becomes(udp().labelled(MAC_B, B))
            .beside(POOL_EMPTY),
        fixture("where the table is full the pair is returned", udp().bytes(), FORWARD_TABLE_FULL)
            .given(world -> {
              BalanceFixtures.fill(world);
              world.labels(3);
            })
            .becomes(udp().labelled(MAC_B, B))
            .beside(PAIR_TAKEN, PAIR_RETURNED)
            .then(world -> assertThat(world.pool.drain()).containsExactly(3)),
        fixture(
                "a session that moves to this machine loses its pair",
                tcp(SYN).bytes(),
                LOCAL_MOVED)
            .given(world -> {
              world.labels(4);
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
              world.state(C, TargetState.GONE);
              world.row(HTTP, rowOf(A));
            })
            .then(has(A, SessionLabel.NONE))
            .then(entries()));
  }

  static List<Fixture> carried() {
    return List.of(
        fixture("a session's packets carry its label", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> world.session(C, ESTABLISHED, label(FORTH, ROUTER, false)))
            .becomes(tcp(ACK).labelled(MAC_C, FORTH)),
        fixture("FIN carries the session's label", tcp(FIN | ACK).bytes(), FORWARD_SESSION)
            .given(world -> world.session(C, ESTABLISHED, label(FORTH, ROUTER, false)))
            .becomes(tcp(FIN | ACK).labelled(MAC_C, FORTH)),
        fixture("a port used again keeps its label", tcp(SYN).bytes(), FORWARD_SESSION)
            .given(world -> world.session(C, CLOSING, label(FORTH, ROUTER, false)))
            .becomes(tcp(SYN).labelled(MAC_C, FORTH)),
        fixture("a train's packets carry the session's label", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
              for (int i = 0; i < 5; i++) {
                world.run(tcp(ACK).bytes());
              }
            })
            .becomes(tcp(ACK).labelled(MAC_C, FORTH)),
        fixture(
                "mid-flow, a gone target's packets carry another target's label",
                tcp(ACK).bytes(),
                FORWARD_STATELESS)
            .given(world -> {
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
              world.state(C, TargetState.GONE);
            })
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture(
                "where the client's router becomes another one, the way back does too",
                from(STRANGER, tcp(ACK)).bytes(),
                FORWARD_SESSION)
            .given(world -> world.session(C, ESTABLISHED, label(FORTH, ROUTER, false)))
            .becomes(tcp(ACK).labelled(MAC_C, FORTH))
            .then(has(C, label(FORTH, STRANGER, false)))
            .then(entries(forth(FORTH, MAC_C, C), out(FORTH + 1, STRANGER, C))));
  }

  static List<Fixture> asked() {
    return List.of(
        fixture("a SYN that asks is analysed", ask(tcp(SYN)), FORWARD_NEW)
            .given(world -> world.labels(3))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("who asks gets the way back with labels", ask(tcp(ACK)), FORWARD_ESTABLISHED)
            .given(PairFixtures::opened)
            .becomes(tcp(ACK).labelled(MAC_C, FORTH))
            .beside(PAIR_TAKEN)
            .then(has(C, label(FORTH, ROUTER, true)))
            .then(entries(forth(FORTH, MAC_C, C), back(FORTH + 1, ROUTER, C))),
        fixture("who asked on the SYN need not ask again", tcp(ACK).bytes(), FORWARD_ESTABLISHED)
            .given(world -> {
              world.labels(3);
              world.run(ask(tcp(SYN)));
            })
            .becomes(tcp(ACK).labelled(MAC_B, FORTH))
            .beside(PAIR_TAKEN)
            .then(has(B, label(FORTH, ROUTER, true)))
            .then(entries(forth(FORTH, MAC_B, B), back(FORTH + 1, ROUTER, B))),
        fixture("a session whose client asks late", ask(tcp(ACK)), FORWARD_SESSION)
            .given(world -> world.session(C, ESTABLISHED, label(FORTH, ROUTER, false)))
            .becomes(tcp(ACK).labelled(MAC_C, FORTH))
            .then(has(C, label(FORTH, ROUTER, true)))
            .then(entries(forth(FORTH, MAC_C, C), back(FORTH + 1, ROUTER, C))),
        fixture(
                "a client that is known to take labels is told no more of it",
                tcp(ACK).bytes(),
                FORWARD_SESSION)
            .given(world -> world.session(C, OPENING, label(FORTH, ROUTER, true)))
            .becomes(tcp(ACK).labelled(MAC_C, FORTH))
            .then(has(C, label(FORTH, ROUTER, true))),
        fixture("who asks for this machine's node gets no labels", ask(udp()), LOCAL_NEW)
            .given(world -> {
              world.labels(3);
              world.row(DNS, rowOf(A));
            })
            .becomes(udp().bytes()),
        fixture("who asks for IPv6", askSix(Frame6.udp()), FORWARD_NEW)
            .given(world -> world.labels(3))
            .becomes(Frame6.udp().labelled(MAC_B, MINE, FORTH, 64))
            .beside(PAIR_TAKEN)
            .then(entries(forth(FORTH, MAC_B, B), back(FORTH + 1, ROUTER, B))),
        fixture(
                "who asks for what is no VIP",
                ask(tcp(SYN).destination("192.0.2.77", 80)),
                PASS_NOT_VIP)
            .becomes(tcp(SYN).destination("192.0.2.77", 80).bytes()));
  }

  /** A SYN went to C; since then the row leads to B. */
  private static void opened(World world) throws dev.shunt.scheduler.DataPlaneException {
    world.labels(3);
    world.row(HTTP, rowOf(C));
    world.run(tcp(SYN).bytes());
    world.row(HTTP, rowOf(B));
  }

  private static byte[] ask(Frame frame) {
    return frame.labelled(MINE, ROUTER, ASK, 64, true);
  }

  private static byte[] askSix(Frame6 frame) {
    return frame.labelled(MINE, ROUTER, ASK, 64);
  }

  private static Frame from(MacAddress mac, Frame frame) {
    frame.from = mac;
    return frame;
  }

  static SessionLabel label(int forth, MacAddress client, boolean clientLabels) {
    return new SessionLabel(forth, client.bits(), clientLabels);
  }

  static LabelEntry forth(int label, MacAddress mac, int target) {
    return new LabelEntry(label, LabelAction.TO_PORT, target, mac, LINE_CARD, 0);
  }

  static LabelEntry back(int label, MacAddress mac, int target) {
    return new LabelEntry(label, LabelAction.TO_PORT, target, mac, LINE_CARD, 0);
  }

  static LabelEntry out(int label, MacAddress mac, int target) {
    return new LabelEntry(label, LabelAction.POP_TO_PORT, target, mac, LINE_CARD, 0);
  }

  static LabelEntry up(int label) {
    return new LabelEntry(label, LabelAction.TO_STACK, A, MINE, LINE_CARD, 0);
  }

  static Fixture.Step has(int target, SessionLabel label) {
    return world -> {
      assertThat(world.onlySession().target()).isEqualTo(target);
      assertThat(world.onlySession().label()).isEqualTo(label);
    };
  }

  /** The session labels' part of the table. */
  static Fixture.Step entries(LabelEntry... expected) {
    return world -> assertThat(world.sessionLabels()).containsExactly(expected);
  }
}
