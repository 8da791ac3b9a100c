package dev.shunt.scheduler.xdp;

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
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_OPENING;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_OPENING;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.TargetState;
import java.util.List;

/** Packets that meet what a SYN left, and packets of a train. */
final class EmbryoFixtures {

  private EmbryoFixtures() {}

  static List<Fixture> ledByTheirEmbryo() {
    return List.of(
        fixture("the packet after SYN makes a session of it", tcp(ACK).bytes(), FORWARD_ESTABLISHED)
            .given(EmbryoFixtures::opened)
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(is(C, SessionState.ESTABLISHED)),
        fixture(
                "the packet after SYN makes a session at this machine's node",
                tcp(ACK).bytes(),
                LOCAL_ESTABLISHED)
            .given(openedAt(A))
            .then(is(A, SessionState.ESTABLISHED)),
        fixture("a SYN again follows the first", tcp(SYN).bytes(), FORWARD_OPENING)
            .given(EmbryoFixtures::opened)
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("a SYN again to this machine's node", tcp(SYN).bytes(), LOCAL_OPENING)
            .given(openedAt(A)),
        fixture("RST after SYN follows it and leaves nothing", tcp(RST).bytes(), FORWARD_OPENING)
            .given(EmbryoFixtures::opened)
            .becomes(tcp(RST).labelled(MAC_C, C))
            .then(world -> {
              assertThat(world.sessions.list()).isEmpty();
              assertThat(world.run(tcp(ACK).bytes()).frame())
                  .isEqualTo(tcp(ACK).labelled(MAC_B, B));
            }),
        fixture(
                "FIN right after SYN makes a session that closes",
                tcp(FIN | ACK).bytes(),
                FORWARD_ESTABLISHED)
            .given(EmbryoFixtures::opened)
            .becomes(tcp(FIN | ACK).labelled(MAC_C, C))
            .then(is(C, SessionState.CLOSING)),
        fixture(
                "the packet after SYN follows one that a CPU whose clock is ahead has seen",
                tcp(ACK).bytes(),
                FORWARD_ESTABLISHED)
            .given(world -> {
              opened(world);
              LaterClock.embryo(world);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("a drained target keeps what has begun", tcp(ACK).bytes(), FORWARD_ESTABLISHED)
            .given(world -> {
              opened(world);
              world.state(C, TargetState.DRAINED);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)));
  }

  static List<Fixture> ledElsewhere() {
    return List.of(
        fixture("a SYN again leaves a target lost from view", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              opened(world);
              world.state(C, TargetState.DOWN);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "the packet after SYN leaves a target that is gone",
                tcp(ACK).bytes(),
                FORWARD_STATELESS)
            .given(world -> {
              opened(world);
              world.state(C, TargetState.GONE);
            })
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture(
                "another port's SYN is another embryo",
                tcp(ACK).sourcePort(40_001).bytes(),
                FORWARD_STATELESS)
            .given(EmbryoFixtures::opened)
            .becomes(tcp(ACK).sourcePort(40_001).labelled(MAC_B, B)));
  }

  static List<Fixture> thatMeetAFullTable() {
    return List.of(
        fixture("SYN needs no room in the table", tcp(SYN).bytes(), FORWARD_NEW)
            .given(BalanceFixtures::fill)
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "where the table is full the packet after SYN follows it",
                tcp(ACK).bytes(),
                FORWARD_TABLE_FULL)
            .given(world -> {
              BalanceFixtures.fill(world);
              opened(world);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(world -> {
              assertThat(world.sessions.list()).hasSize(World.SESSIONS);
              // And so do those behind it.
              assertThat(world.run(tcp(ACK).bytes()).frame())
                  .isEqualTo(tcp(ACK).labelled(MAC_C, C));
            }));
  }

  static List<Fixture> ofTheSameTick() {
    return List.of(
        fixture("a train's packets go one way", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> train(world, 5))
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("FIN ends a train", tcp(FIN | ACK).bytes(), FORWARD_SESSION)
            .given(world -> train(world, 5))
            .becomes(tcp(FIN | ACK).labelled(MAC_C, C))
            .then(world -> {
              assertThat(world.onlySession().state()).isEqualTo(SessionState.CLOSING);
              assertThat(world.onlySession().packets()).isEqualTo(7);
            }),
        fixture("a train ends where its target is gone", tcp(ACK).bytes(), FORWARD_STATELESS)
            .given(world -> {
              train(world, 5);
              world.state(C, TargetState.GONE);
            })
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture("a train of datagrams to this machine's node", udp().bytes(), LOCAL_SESSION)
            .given(world -> {
              world.row(DNS, rowOf(A));
              for (int i = 0; i < 5; i++) {
                world.run(udp().bytes());
              }
            }));
  }

  /** A session at C whose row leads to B, and more packets of it. */
  private static void train(World world, int packets)
      throws dev.shunt.scheduler.DataPlaneException {
    opened(world);
    for (int i = 0; i <= packets; i++) {
      world.run(tcp(ACK).bytes());
    }
  }

  /** A SYN went to C; since then the row leads to B. */
  private static void opened(World world) throws dev.shunt.scheduler.DataPlaneException {
    openedAt(C).on(world);
  }

  private static Fixture.Step openedAt(int label) {
    return world -> {
      world.row(HTTP, rowOf(label));
      world.run(tcp(SYN).bytes());
      world.row(HTTP, rowOf(B));
    };
  }

  private static Fixture.Step is(int label, SessionState state) {
    return world -> {
      assertThat(world.onlySession().flow()).isEqualTo(World.flow());
      assertThat(world.onlySession().target()).isEqualTo(label);
      assertThat(world.onlySession().state()).isEqualTo(state);
    };
  }
}
