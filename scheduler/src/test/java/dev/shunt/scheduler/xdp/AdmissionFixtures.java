package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.DNS6;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP6;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.layout.Aside.PAIR_TAKEN;
import static dev.shunt.scheduler.xdp.layout.Aside.REFUSED_LOAD;
import static dev.shunt.scheduler.xdp.layout.Aside.REFUSED_RATE;
import static dev.shunt.scheduler.xdp.layout.Aside.REFUSED_SESSIONS;
import static dev.shunt.scheduler.xdp.layout.Aside.REFUSED_TARGETS;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_REFUSED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_OPENING;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_LEARN;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_POP;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Protocol;
import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.time.Duration;
import java.util.List;

/** Claims L4 and L11: which packets may be refused, for which reason, and which never are. */
final class AdmissionFixtures {

  private static final int OTHER_PORT = 50_000;
  private static final int FORTH = 8199;
  private static final long MINUTE = 60_000_000_000L;
  private static final List<Service> ALL = List.of(HTTP, DNS, HTTP6, DNS6);

  private AdmissionFixtures() {}

  private static Admission limits(int sessions, int perTarget, int rate, int burst) {
    return new Admission(sessions, perTarget, rate, burst, Duration.ZERO, true);
  }

  /** Other clients' sessions, one of each service. */
  private static void opened(World world) throws DataPlaneException {
    world.run(tcp(SYN).sourcePort(OTHER_PORT).bytes());
    world.run(tcp(ACK).sourcePort(OTHER_PORT).bytes());
    world.run(udp().sourcePort(OTHER_PORT).bytes());
    world.run(Frame6.tcp(SYN).source(World.CLIENT6, OTHER_PORT).bytes());
    world.run(Frame6.tcp(ACK).source(World.CLIENT6, OTHER_PORT).bytes());
    world.run(Frame6.udp().source(World.CLIENT6, OTHER_PORT).bytes());
  }

  private static Fixture.Step limited(Admission admission) {
    return world -> {
      for (Service service : ALL) {
        world.limit(service, admission);
      }
      opened(world);
    };
  }

  /** Every limit there is, reached. */
  static void full(World world) throws DataPlaneException {
    limited(new Admission(1, 4, 1, 1, Duration.ofMillis(1), true)).on(world);
    for (Service service : ALL) {
      world.shed(service, AdmissionState.ALL);
    }
  }

  private static List<Fixture> refused(
      String why, Fixture.Step given, Aside aside, Refusal reason) {
    return List.of(
        refused(why + ", a SYN", tcp(SYN).bytes(), given, aside, reason, HTTP),
        refused(why + ", a datagram", udp().bytes(), given, aside, reason, DNS),
        refused(why + ", IPv6: a SYN", Frame6.tcp(SYN).bytes(), given, aside, reason, HTTP6),
        refused(why + ", IPv6: a datagram", Frame6.udp().bytes(), given, aside, reason, DNS6));
  }

  private static Fixture refused(
      String name,
      byte[] packet,
      Fixture.Step given,
      Aside aside,
      Refusal reason,
      Service service) {
    return fixture("refused: " + name, packet, DROP_REFUSED)
        .given(given)
        .beside(aside)
        .then(world -> {
          for (Service other : ALL) {
            AdmissionState state = world.admission(other);
            for (Refusal each : Refusal.values()) {
              assertThat(state.refused())
                  .containsEntry(
                      each, other.name().equals(service.name()) && each == reason ? 1L : 0L);
            }
          }
          // Four services, two sessions in each table: nothing was added.
          assertThat(world.sessions.list()).hasSize(4);
        });
  }

  static List<Fixture> bySessions() {
    return refused(
        "as many sessions as it may have",
        limited(limits(1, 0, 0, 1)),
        REFUSED_SESSIONS,
        Refusal.SESSIONS);
  }

  static List<Fixture> byTargets() {
    return refused(
        "no target has room", limited(limits(0, 4, 0, 1)), REFUSED_TARGETS, Refusal.TARGETS);
  }

  static List<Fixture> byRate() {
    return refused("too soon", limited(limits(0, 0, 1, 1)), REFUSED_RATE, Refusal.RATE);
  }

  static List<Fixture> byLoad() {
    return refused(
        "answers take too long",
        world -> {
          limited(new Admission(0, 0, 0, 1, Duration.ofMillis(1), true)).on(world);
          for (Service service : ALL) {
            world.shed(service, AdmissionState.ALL);
          }
        },
        REFUSED_LOAD,
        Refusal.LOAD);
  }

  static List<Fixture> admitted() {
    return List.of(
        fixture("admitted: the last one of as many as may be", tcp(SYN).bytes(), FORWARD_NEW)
            .given(limited(limits(2, 0, 0, 1)))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("admitted: the last one of a burst", tcp(SYN).bytes(), FORWARD_NEW)
            .given(limited(limits(0, 0, 1, 2)))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("admitted: where another one ended", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              limited(limits(1, 4, 0, 1)).on(world);
              world.run(tcp(FIN | ACK).sourcePort(OTHER_PORT).bytes());
              assertThat(world.admission(HTTP).sessions()).isZero();
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "admitted: a service without a row still has no target",
                tcp(SYN).bytes(),
                DROP_NO_TARGET)
            .given(world -> {
              full(world);
              world.row(HTTP, DispatchRow.EMPTY);
            }),
        elsewhere("by turns", Pick.ROUND_ROBIN),
        elsewhere("by load", Pick.LEAST_CONNECTIONS),
        elsewhere("by hash", Pick.ROW),
        elsewhere("by its client", Pick.SOURCE));
  }

  /** B has its one session, and only one place of the row is C's. */
  private static Fixture elsewhere(String how, Pick pick) {
    return fixture("admitted at another target, chosen " + how, tcp(SYN).bytes(), FORWARD_NEW)
        .given(world -> {
          world.limit(HTTP, limits(0, 1, 0, 1));
          world.session(
              World.flow(OTHER_PORT, Protocol.TCP, 80), B, ESTABLISHED, SessionLabel.NONE);
          world.kernel.targetLoad.add(DispatchWriter.slot(B), 1);
          world.row(HTTP, new DispatchRow(pick, new int[] {B, B, B, B, B, B, C}));
        })
        .becomes(tcp(SYN).labelled(MAC_C, C));
  }

  /** What is known. */
  static List<Fixture> neverAsked() {
    return List.of(
        fixture("full: a known session", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              full(world);
              world.session(C, ESTABLISHED);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("full: the end of a known session", tcp(FIN | ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              full(world);
              world.session(C, ESTABLISHED);
            })
            .becomes(tcp(FIN | ACK).labelled(MAC_C, C)),
        fixture(
                "full: a SYN of a known session whose target is down",
                tcp(SYN).bytes(),
                FORWARD_MOVED)
            .given(world -> {
              full(world);
              world.session(C, ESTABLISHED);
              world.state(C, TargetState.DOWN);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "full: a datagram of a known session",
                udp().sourcePort(OTHER_PORT).bytes(),
                FORWARD_SESSION)
            .given(AdmissionFixtures::full)
            .becomes(udp().sourcePort(OTHER_PORT).labelled(MAC_B, B)),
        fixture("full: a flow that goes on", tcp(ACK).bytes(), FORWARD_STATELESS)
            .given(AdmissionFixtures::full)
            .becomes(tcp(ACK).labelled(MAC_B, B)));
  }

  /** Half-open ones were admitted by their SYN. */
  static List<Fixture> neverAskedOfEmbryos() {
    return List.of(
        begun("the packet after SYN", tcp(ACK), FORWARD_ESTABLISHED),
        begun("a SYN again", tcp(SYN), FORWARD_OPENING),
        fixture("full: a SYN again whose target is down", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              world.row(HTTP, World.rowOf(C));
              world.run(tcp(SYN).bytes());
              world.row(HTTP, World.rowOf(B));
              world.state(C, TargetState.DOWN);
              full(world);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)));
  }

  /** Claim L11: a label says that there is a session. */
  static List<Fixture> neverAskedOfLabels() {
    return List.of(
        fixture(
                "full: my target label",
                tcp(SYN).labelled(MINE, ROUTER, World.A, 64, true),
                LABEL_POP)
            .given(AdmissionFixtures::full)
            .becomes(tcp(SYN).bytes()),
        fixture(
                "full: another's target label",
                tcp(SYN).labelled(MINE, ROUTER, C, 64, true),
                LABEL_SWITCH)
            .given(AdmissionFixtures::full)
            .becomes(tcp(SYN).labelled(MAC_C, MINE, C, 63, true)),
        fixture(
                "full: a session's label",
                tcp(ACK).labelled(MINE, ROUTER, FORTH, 64, true),
                LABEL_SWITCH)
            .given(world -> {
              full(world);
              world.session(C, ESTABLISHED, new SessionLabel(FORTH, ROUTER.bits(), false));
            })
            .becomes(tcp(ACK).labelled(MAC_C, MINE, FORTH, 63, true)),
        fixture(
                "full: a label that brings its session",
                tcp(SYN).labelled(MINE, ROUTER, FORTH, 64, true),
                LABEL_LEARN)
            .given(AdmissionFixtures::full)
            .becomes(tcp(SYN).bytes()),
        fixture(
                "full: a datagram whose label brings its session",
                udp().labelled(MINE, ROUTER, FORTH, 64, true),
                LABEL_LEARN)
            .given(AdmissionFixtures::full)
            .becomes(udp().bytes()),
        fixture(
                "full: a label of a session that the scheduler forgot",
                tcp(SYN).labelled(MINE, ROUTER, FORTH, 64, true),
                FORWARD_NEW)
            .given(world -> {
              full(world);
              world.leaseFor(MINUTE);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "full: a session that takes a pair of labels",
                tcp(ACK).bytes(),
                FORWARD_ESTABLISHED)
            .given(world -> {
              world.labels(3);
              world.run(tcp(SYN).bytes());
              full(world);
              // The other session took it.
              world.pool.offer(new int[] {4});
            })
            .beside(PAIR_TAKEN)
            .becomes(tcp(ACK).labelled(MAC_B, FORTH + 2)));
  }

  private static Fixture begun(String what, Frame packet, Outcome ends) {
    return fixture("full: " + what, packet.bytes(), ends)
        .given(world -> {
          world.run(tcp(SYN).bytes());
          full(world);
        })
        .becomes(packet.labelled(MAC_B, B));
  }
}
