package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.CLOSING;
import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.replication.SessionState.OPENING;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_STATELESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.TargetState;
import java.util.List;

/** Packets that meet a session: where they go and what they make of it. */
final class SessionFixtures {

  private SessionFixtures() {}

  static List<Fixture> kept() {
    return List.of(
        fixture(
                "a session keeps its target though the row leads elsewhere",
                tcp(ACK).bytes(),
                FORWARD_SESSION)
            .given(session(C, ESTABLISHED))
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(is(C, ESTABLISHED)),
        fixture("a session of this machine's node", tcp(ACK).bytes(), LOCAL_SESSION)
            .given(session(A, ESTABLISHED)),
        fixture("the second packet establishes a session", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(session(C, OPENING))
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(is(C, ESTABLISHED)),
        fixture("a repeated SYN leaves it opening", tcp(SYN).bytes(), FORWARD_SESSION)
            .given(session(C, OPENING))
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(is(C, OPENING)),
        fixture("a forged SYN does not touch a live session", tcp(SYN).bytes(), FORWARD_SESSION)
            .given(session(C, ESTABLISHED))
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(is(C, ESTABLISHED)),
        fixture("FIN closes", tcp(FIN | ACK).bytes(), FORWARD_SESSION)
            .given(session(C, ESTABLISHED))
            .becomes(tcp(FIN | ACK).labelled(MAC_C, C))
            .then(is(C, CLOSING)),
        fixture("RST closes", tcp(RST).bytes(), FORWARD_SESSION)
            .given(session(C, OPENING))
            .becomes(tcp(RST).labelled(MAC_C, C))
            .then(is(C, CLOSING)),
        fixture("the last ACKs leave it closing", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(session(C, CLOSING))
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(is(C, CLOSING)),
        fixture("a port used again opens at the same target", tcp(SYN).bytes(), FORWARD_SESSION)
            .given(session(C, CLOSING))
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(is(C, OPENING)),
        fixture("the second datagram establishes", udp().bytes(), FORWARD_SESSION)
            .given(datagrams(C, OPENING))
            .becomes(udp().labelled(MAC_C, C))
            .then(is(C, ESTABLISHED)),
        fixture(
                "a packet of a session that is too big",
                tcp(ACK).payload(1480).bytes(),
                DROP_TOO_BIG)
            .given(session(C, ESTABLISHED)));
  }

  static List<Fixture> keptByTargetsThatTakeNothingNew() {
    return List.of(
        fixture("a drained target keeps its session", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(session(C, ESTABLISHED, TargetState.DRAINED))
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture(
                "a drained target keeps a session that is still opening",
                tcp(SYN).bytes(),
                FORWARD_SESSION)
            .given(session(C, OPENING, TargetState.DRAINED))
            .becomes(tcp(SYN).labelled(MAC_C, C)),
        fixture("a target lost from view keeps its session", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(session(C, ESTABLISHED, TargetState.DOWN))
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("a target lost from view keeps its datagrams", udp().bytes(), FORWARD_SESSION)
            .given(world -> {
              datagrams(C, ESTABLISHED).on(world);
              world.state(C, TargetState.DOWN);
            })
            .becomes(udp().labelled(MAC_C, C)));
  }

  static List<Fixture> moved() {
    return List.of(
        fixture("a new start leaves a target lost from view", tcp(SYN).bytes(), FORWARD_MOVED)
            .given(session(C, ESTABLISHED, TargetState.DOWN))
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(is(B, OPENING)),
        fixture("a new start leaves a target that is gone", tcp(SYN).bytes(), FORWARD_MOVED)
            .given(session(C, ESTABLISHED, TargetState.GONE))
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(is(B, OPENING)),
        fixture(
                "a new start after the end leaves a drained target",
                tcp(SYN).bytes(),
                FORWARD_MOVED)
            .given(session(C, CLOSING, TargetState.DRAINED))
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(is(B, OPENING)),
        fixture("a new start moves to this machine's node", tcp(SYN).bytes(), LOCAL_MOVED)
            .given(world -> {
              session(C, ESTABLISHED, TargetState.GONE).on(world);
              world.row(HTTP, rowOf(A));
            })
            .then(is(A, OPENING)),
        fixture("a new start with nowhere to go", tcp(SYN).bytes(), DROP_NO_TARGET)
            .given(world -> {
              session(C, ESTABLISHED, TargetState.GONE).on(world);
              world.row(HTTP, DispatchRow.EMPTY);
            })
            .then(is(C, ESTABLISHED)),
        fixture("a datagram leaves a target that is gone", udp().bytes(), FORWARD_MOVED)
            .given(world -> {
              datagrams(C, ESTABLISHED).on(world);
              world.state(C, TargetState.GONE);
            })
            .becomes(udp().labelled(MAC_B, B))
            .then(is(B, OPENING)),
        fixture("a session whose target never was starts anew", tcp(SYN).bytes(), FORWARD_MOVED)
            .given(session(C + 2, ESTABLISHED))
            .becomes(tcp(SYN).labelled(MAC_B, B)));
  }

  static List<Fixture> stayedMidFlow() {
    return List.of(
        fixture(
                "mid-flow, a gone target's packets go by the row",
                tcp(ACK).bytes(),
                FORWARD_STATELESS)
            .given(session(C, ESTABLISHED, TargetState.GONE))
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(is(C, ESTABLISHED)),
        fixture(
                "mid-flow, a gone target's packets go to this machine's node",
                tcp(ACK).bytes(),
                LOCAL_STATELESS)
            .given(world -> {
              session(C, ESTABLISHED, TargetState.GONE).on(world);
              world.row(HTTP, rowOf(A));
            }),
        fixture(
                "mid-flow, an unknown target's packets go by the row",
                tcp(ACK).bytes(),
                FORWARD_STATELESS)
            .given(session(C + 2, ESTABLISHED))
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture(
                "a session of the same ports by the other protocol is another one",
                udp().bytes(),
                FORWARD_SESSION)
            .given(world -> {
              datagrams(C, ESTABLISHED).on(world);
              world.row(DNS, rowOf(A));
            })
            .becomes(udp().labelled(MAC_C, C)));
  }

  private static Fixture.Step session(int label, SessionState state) {
    return world -> world.session(label, state);
  }

  private static Fixture.Step session(int label, SessionState state, TargetState target) {
    return world -> {
      world.session(label, state);
      world.state(label, target);
    };
  }

  private static Fixture.Step datagrams(int label, SessionState state) {
    return world ->
        world.sessions.put(
            List.of(
                new Session(
                    World.flow(40_000, Protocol.UDP, World.DNS_PORT), label, state, Term.NONE, 0)));
  }

  private static Fixture.Step is(int label, SessionState state) {
    return world -> {
      assertThat(world.onlySession().target()).isEqualTo(label);
      assertThat(world.onlySession().state()).isEqualTo(state);
    };
  }
}
