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
import static dev.shunt.scheduler.xdp.PairFixtures.entries;
import static dev.shunt.scheduler.xdp.PairFixtures.forth;
import static dev.shunt.scheduler.xdp.PairFixtures.has;
import static dev.shunt.scheduler.xdp.PairFixtures.label;
import static dev.shunt.scheduler.xdp.PairFixtures.out;
import static dev.shunt.scheduler.xdp.PairFixtures.up;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_PAYLOAD;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_STACK;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_TTL;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_UNKNOWN;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_LEARN;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_OUT;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_POP;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Packets that come with a session's label. */
final class SessionLabelFixtures {

  private static final int FORTH = 8199;
  private static final int BACK = FORTH + 1;
  private static final int LAST = SessionLabel.LABELS - 3;
  private static final long MINUTE = 60_000_000_000L;

  private SessionLabelFixtures() {}

  static List<Fixture> switched() {
    return List.of(
        fixture("a session's label is switched to its target", at(FORTH, tcp(ACK)), LABEL_SWITCH)
            .given(session(C, false))
            .becomes(tcp(ACK).labelled(MAC_C, MINE, FORTH, 63, true))
            .then(world -> {
              assertThat(world.sessionLabels().getFirst().packets()).isEqualTo(1);
              assertThat(world.onlySession().packets()).isZero();
              assertThat(world.counters.target(C).packets()).isEqualTo(1);
            }),
        fixture("a session's label that leads here is taken off", at(FORTH, tcp(ACK)), LABEL_POP)
            .given(session(A, false))
            .becomes(tcp(ACK).bytes())
            .then(world -> assertThat(world.sessionLabels().getFirst().packets()).isEqualTo(1)),
        fixture("the answer goes to the client without a label", at(BACK, answer()), LABEL_OUT)
            .given(session(C, false))
            .becomes(answered(answer()).bytes())
            .then(world -> {
              assertThat(world.sessionLabels().getLast().packets()).isEqualTo(1);
              assertThat(world.counters.target(C).packets()).isZero();
            }),
        fixture("the answer's last hop is no hindrance", at(BACK, answer(), 1), LABEL_OUT)
            .given(session(C, false))
            .becomes(answered(answer()).bytes()),
        fixture("the answer goes to who takes labels with it", at(BACK, answer()), LABEL_SWITCH)
            .given(session(C, true))
            .becomes(answer().labelled(ROUTER, MINE, BACK, 63, true))
            .then(world -> assertThat(world.counters.target(C).packets()).isZero()),
        fixture(
                "IPv6: the answer goes to the client without a label",
                Frame6.tcp(ACK).labelled(MINE, MAC_C, BACK, 64),
                LABEL_OUT)
            .given(
                world -> world.session(World.flow6(), C, ESTABLISHED, label(FORTH, ROUTER, false)))
            .becomes(to(Frame6.tcp(ACK).bytes())),
        fixture("an answer with a VLAN tag keeps it", Tags.one(at(BACK, answer())), LABEL_OUT)
            .given(session(C, false))
            .becomes(Tags.one(answered(answer()).bytes())),
        fixture("the last pair's label is switched", at(LAST, tcp(ACK)), LABEL_SWITCH)
            .given(world -> world.session(C, ESTABLISHED, label(LAST, ROUTER, false)))
            .becomes(tcp(ACK).labelled(MAC_C, MINE, LAST, 63, true)),
        fixture("a label follows its target to another MAC", at(FORTH, tcp(ACK)), LABEL_SWITCH)
            .given(world -> {
              session(C, false).on(world);
              world.apply(new DispatchTable(List.of(moved()), Map.of(HTTP, rowOf(C))));
            })
            .becomes(tcp(ACK).labelled(World.STRANGER, MINE, FORTH, 63, true)));
  }

  static List<Fixture> dropped() {
    return List.of(
        fixture("a label back that nobody has", at(BACK, answer()), DROP_LABEL_UNKNOWN),
        fixture("half a pair", at(SessionLabel.LABELS - 1, tcp(ACK)), DROP_LABEL_UNKNOWN),
        fixture("the label back of a session that ended", at(BACK, answer()), DROP_LABEL_UNKNOWN)
            .given(world -> {
              session(C, false).on(world);
              world.sessions.remove(List.of(World.flow()));
            }),
        fixture("a session's label with no hop left", at(FORTH, tcp(ACK), 1), DROP_LABEL_TTL)
            .given(session(C, false))
            .then(world -> assertThat(world.sessionLabels().getFirst().packets()).isZero()),
        fixture("an unknown session's label with TTL 0", at(FORTH, tcp(ACK), 0), DROP_LABEL_TTL),
        fixture(
            "an unknown session's label above another",
            tcp(ACK).labelled(MINE, ROUTER, FORTH, 64, false),
            DROP_LABEL_STACK),
        fixture(
            "neither IPv4 nor IPv6 behind an unknown session's label",
            at(FORTH, tcp(ACK).version(5)),
            DROP_LABEL_PAYLOAD),
        fixture(
            "nothing behind a label that asks",
            Arrays.copyOf(at(SharedLayouts.ASK_LABEL, tcp(SYN)), 18),
            DROP_LABEL_PAYLOAD));
  }

  static List<Fixture> learned() {
    return List.of(
        fixture("an unknown label brings its session", at(FORTH, tcp(ACK)), LABEL_LEARN)
            .becomes(tcp(ACK).bytes())
            .then(is(ESTABLISHED))
            .then(has(A, label(FORTH, NOBODY, false)))
            .then(entries(up(FORTH)))
            .then(world ->
                assertThat(world.run(at(FORTH, tcp(ACK))).frame()).isEqualTo(tcp(ACK).bytes()))
            .then(world -> assertThat(world.count("label_pop")).isEqualTo(1)),
        fixture("an unknown label brings a first datagram", at(FORTH, udp()), LABEL_LEARN)
            .becomes(udp().bytes())
            .then(is(OPENING)),
        fixture("an unknown label brings an end", at(FORTH, tcp(FIN | ACK)), LABEL_LEARN)
            .becomes(tcp(FIN | ACK).bytes())
            .then(is(CLOSING)),
        fixture(
                "IPv6: an unknown label brings its session",
                Frame6.tcp(ACK).labelled(MINE, ROUTER, FORTH, 64),
                LABEL_LEARN)
            .becomes(Frame6.tcp(ACK).bytes())
            .then(world ->
                assertThat(world.run(Frame6.tcp(ACK).labelled(MINE, ROUTER, FORTH, 64)).verdict())
                    .isEqualTo(Verdict.PASS))
            .then(world -> assertThat(world.count("label_pop")).isEqualTo(1)),
        fixture("my session learns its label", at(FORTH, tcp(ACK)), LABEL_LEARN)
            .given(world -> world.session(A, OPENING))
            .becomes(tcp(ACK).bytes())
            .then(is(ESTABLISHED))
            .then(has(A, label(FORTH, NOBODY, false)))
            .then(entries(up(FORTH))),
        fixture("a new start that was moved here", at(FORTH, tcp(SYN)), LABEL_LEARN)
            .given(world -> world.session(C, ESTABLISHED, label(FORTH + 2, ROUTER, false)))
            .becomes(tcp(SYN).bytes())
            .then(has(A, label(FORTH, ROUTER, false)))
            .then(entries(up(FORTH))),
        fixture(
                "a new start whose port was another target's before",
                at(FORTH, tcp(ACK)),
                LABEL_LEARN)
            .given(world -> world.session(C, CLOSING, label(FORTH + 2, ROUTER, false)))
            .becomes(tcp(ACK).bytes())
            .then(is(ESTABLISHED))
            .then(has(A, label(FORTH, ROUTER, false)))
            .then(entries(up(FORTH))),
        fixture("a label taken off keeps the VLAN tag", Tags.one(at(FORTH, udp())), LABEL_LEARN)
            .becomes(Tags.one(udp().bytes())));
  }

  static List<Fixture> notLearned() {
    return List.of(
        fixture(
                "the scheduler analyses an unknown label as if it had none",
                at(FORTH, tcp(ACK)),
                FORWARD_STATELESS)
            .given(world -> world.leaseFor(MINUTE))
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(entries()),
        fixture(
                "another's session goes on by its target's label, so that nothing goes in circles",
                at(FORTH, tcp(ACK)),
                FORWARD_SESSION)
            .given(world -> world.session(C, ESTABLISHED, label(FORTH + 2, ROUTER, false)))
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(entries(forth(FORTH + 2, MAC_C, C), out(FORTH + 3, ROUTER, C))),
        fixture(
                "the label of a session whose target is gone leads into the analysis",
                at(FORTH, tcp(ACK)),
                FORWARD_STATELESS)
            .given(world -> {
              session(C, false).on(world);
              world.state(C, TargetState.GONE);
            })
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture(
                "a label for a port without a service",
                at(FORTH, tcp(ACK).destination(World.VIP, 81)),
                PASS_VIP_PORT)
            .becomes(tcp(ACK).destination(World.VIP, 81).bytes())
            .then(entries()),
        fixture(
                "a label for what is no VIP",
                at(FORTH, tcp(ACK).destination("192.0.2.77", 80)),
                PASS_NOT_VIP)
            .becomes(tcp(ACK).destination("192.0.2.77", 80).bytes()),
        fixture("where the table is full nothing is learned", at(FORTH, tcp(ACK)), LOCAL_TABLE_FULL)
            .given(BalanceFixtures::fill)
            .becomes(tcp(ACK).bytes())
            .then(entries()),
        fixture("who is no target learns nothing", at(FORTH, tcp(ACK)), FORWARD_STATELESS)
            .given(
                world -> world.apply(new DispatchTable(List.of(moved()), Map.of(HTTP, rowOf(C)))))
            .becomes(tcp(ACK).labelled(World.STRANGER, C)));
  }

  /** C at another MAC. */
  private static Target moved() {
    return new Target(C, "c", World.ip("192.0.2.3"), World.STRANGER, TargetState.UP, 1, false);
  }

  private static Fixture.Step session(int target, boolean clientLabels) {
    return world -> world.session(target, ESTABLISHED, label(FORTH, ROUTER, clientLabels));
  }

  private static Fixture.Step is(SessionState state) {
    return world -> assertThat(world.onlySession().state()).isEqualTo(state);
  }

  private static byte[] at(int label, Frame frame) {
    return at(label, frame, 64);
  }

  private static byte[] at(int label, Frame frame, int ttl) {
    return frame.labelled(MINE, ROUTER, label, ttl, true);
  }

  /** A packet of the server, which is of the VIP. */
  private static Frame answer() {
    return tcp(ACK).source(World.VIP, World.HTTP_PORT).destination(World.CLIENT, 40_000);
  }

  private static Frame answered(Frame frame) {
    frame.to = ROUTER;
    frame.from = MINE;
    return frame;
  }

  /** The frame from this machine to the router. */
  private static byte[] to(byte[] frame) {
    System.arraycopy(ROUTER.bytes(), 0, frame, 0, 6);
    System.arraycopy(MINE.bytes(), 0, frame, 6, 6);
    return frame;
  }
}
