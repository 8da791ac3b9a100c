package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
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
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_MOVED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_OPENING;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SUM;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_SUM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.TargetState;
import java.util.List;

/** Where each algorithm sends a flow, and what it leaves in the tables. */
final class AlgorithmFixtures {

  private AlgorithmFixtures() {}

  /**
   * The usual flow is 198.51.100.7:40000 to 203.0.113.10:80 by TCP. In numbers: 3325256711 +
   * 3405803786 + 80 = 6731060577, which by 3 leaves 0 (and 2 if it wrapped at 32 bits); with 40000
   * and 6 more 6731100583, which leaves 1 (and 0 if it wrapped).
   */
  static List<Fixture> sums() {
    return List.of(
        fixture("sum3: a SYN goes where the formula says", tcp(SYN).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM3, B, A, C))
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: whatever the client's port is", tcp(SYN).sourcePort(7).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM3, B, A, C))
            .becomes(tcp(SYN).sourcePort(7).labelled(MAC_B, B)),
        fixture("sum3: another client", tcp(ACK).source("198.51.100.9", 9).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM3, B, A, C))
            .becomes(tcp(ACK).source("198.51.100.9", 9).labelled(MAC_C, C)),
        fixture("sum3: mid-flow packets go there, too", tcp(ACK).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM3, B, A, C))
            .becomes(tcp(ACK).labelled(MAC_B, B)),
        fixture("sum3: FIN leaves nothing behind", tcp(FIN | ACK).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM3, B, A, C))
            .becomes(tcp(FIN | ACK).labelled(MAC_B, B))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: this machine's node", tcp(SYN).bytes(), LOCAL_SUM)
            .given(sum(Pick.SUM3, A, B, C))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: a datagram", udp().bytes(), FORWARD_SUM)
            .given(world -> world.row(DNS, new DispatchRow(Pick.SUM3, new int[] {B, A, C})))
            .becomes(udp().labelled(MAC_B, B))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: N of 2 leaves 1", tcp(SYN).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM3, B, C))
            .becomes(tcp(SYN).labelled(MAC_C, C)),
        fixture("sum5: a SYN goes where the formula says", tcp(SYN).bytes(), FORWARD_SUM)
            .given(sum(Pick.SUM5, A, B, C))
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(AlgorithmFixtures::noSession),
        fixture(
                "sum5: the next port is the next one's",
                tcp(SYN).sourcePort(40_001).bytes(),
                FORWARD_SUM)
            .given(sum(Pick.SUM5, A, B, C))
            .becomes(tcp(SYN).sourcePort(40_001).labelled(MAC_C, C)),
        fixture(
                "sum5: the one after that wraps around",
                tcp(RST).sourcePort(40_002).bytes(),
                LOCAL_SUM)
            .given(sum(Pick.SUM5, A, B, C)),
        fixture("a sum without targets", tcp(SYN).bytes(), DROP_NO_TARGET)
            .given(world -> world.row(HTTP, DispatchRow.EMPTY)));
  }

  /** B is drained: it stays in the first row, and in the second others stand in its place. */
  static List<Fixture> sumsWithADrainedTarget() {
    Fixture.Step drained =
        world ->
            world.row(HTTP, new DispatchRow(Pick.SUM3, new int[] {B, A, C}, new int[] {C, A, C}));
    return List.of(
        fixture("sum3: a drained target keeps its flows", tcp(ACK).bytes(), FORWARD_SUM)
            .given(drained)
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: a new flow avoids a drained target", tcp(SYN).bytes(), FORWARD_NEW)
            .given(drained)
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: whose next packet follows it", tcp(ACK).bytes(), FORWARD_ESTABLISHED)
            .given(world -> {
              drained.on(world);
              world.run(tcp(SYN).bytes());
            })
            .becomes(tcp(ACK).labelled(MAC_C, C))
            .then(world -> assertThat(world.onlySession().target()).isEqualTo(C)),
        fixture("sum3: and its SYN again", tcp(SYN).bytes(), FORWARD_OPENING)
            .given(world -> {
              drained.on(world);
              world.run(tcp(SYN).bytes());
              world.row(HTTP, new DispatchRow(Pick.SUM3, new int[] {B, A, C}));
            })
            .becomes(tcp(SYN).labelled(MAC_C, C)),
        fixture("sum3: and is remembered elsewhere", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              drained.on(world);
              world.session(C, ESTABLISHED);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("sum3: also when the drained one is back", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              world.row(HTTP, new DispatchRow(Pick.SUM3, new int[] {B, A, C}));
              world.session(C, ESTABLISHED);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture(
                "sum3: the others' new flows are remembered nowhere",
                tcp(SYN).source("198.51.100.9", 9).bytes(),
                FORWARD_SUM)
            .given(drained)
            .becomes(tcp(SYN).source("198.51.100.9", 9).labelled(MAC_C, C))
            .then(AlgorithmFixtures::noSession),
        fixture("sum3: datagrams stay with a drained target", udp().bytes(), FORWARD_SUM)
            .given(world ->
                world.row(
                    DNS, new DispatchRow(Pick.SUM3, new int[] {B, A, C}, new int[] {C, A, C})))
            .becomes(udp().labelled(MAC_B, B))
            .then(AlgorithmFixtures::noSession));
  }

  static List<Fixture> turns() {
    return List.of(
        fixture("round robin: the first in turn", tcp(SYN).bytes(), FORWARD_NEW)
            .given(turns(B, C, A))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("round robin: the next packet has no turn", tcp(ACK).bytes(), FORWARD_ESTABLISHED)
            .given(world -> {
              turns(B, C, A).on(world);
              world.run(tcp(SYN).bytes());
            })
            .becomes(tcp(ACK).labelled(MAC_B, B))
            .then(world -> assertThat(world.onlySession().target()).isEqualTo(B)),
        fixture("round robin: the second in turn", tcp(SYN).bytes(), FORWARD_NEW)
            .given(afterOthers(1))
            .becomes(tcp(SYN).labelled(MAC_C, C)),
        fixture("round robin: the third in turn", tcp(SYN).bytes(), LOCAL_NEW)
            .given(afterOthers(2)),
        fixture("round robin: the first again", tcp(SYN).bytes(), FORWARD_NEW)
            .given(afterOthers(3))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "round robin: a repeated SYN has no turn of its own",
                tcp(SYN).bytes(),
                FORWARD_OPENING)
            .given(world -> {
              turns(B, C, A).on(world);
              world.run(tcp(SYN).bytes());
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture(
                "round robin: mid-flow without a session by hash",
                tcp(ACK).bytes(),
                FORWARD_STATELESS)
            .given(world -> {
              turns(B, C, A).on(world);
              world.run(tcp(SYN).sourcePort(1).bytes());
              world.row(HTTP, new DispatchRow(Pick.ROUND_ROBIN, new int[] {C, C}));
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)),
        fixture("round robin: where the table is full", tcp(ACK).bytes(), FORWARD_TABLE_FULL)
            .given(world -> {
              BalanceFixtures.fill(world);
              afterOthers(1).on(world);
              world.run(tcp(SYN).bytes());
              turns(B, B).on(world);
            })
            .becomes(tcp(ACK).labelled(MAC_C, C)));
  }

  static List<Fixture> leastConnections() {
    return List.of(
        fixture("least connections: fewer sessions win", tcp(SYN).bytes(), FORWARD_NEW)
            .given(loads(5, 3))
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(begun(C, 4)),
        fixture("least connections: on the other side, too", tcp(SYN).bytes(), FORWARD_NEW)
            .given(loads(3, 5))
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(begun(B, 4)),
        fixture("least connections: by weight", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              world.weight(C, 3);
              loads(3, 8).on(world);
            })
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(begun(C, 9)),
        fixture("least connections: a heavy one has enough", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              world.weight(C, 3);
              loads(3, 12).on(world);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("least connections: one target only", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world ->
                world.row(HTTP, new DispatchRow(Pick.LEAST_CONNECTIONS, new int[] {B, B, B})))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("a count below zero is none", tcp(SYN).bytes(), FORWARD_NEW)
            .given(loads(-7, 1))
            .becomes(tcp(SYN).labelled(MAC_B, B)));
  }

  /** What adds to a target's count of live sessions, and what takes from it. */
  static List<Fixture> loadCounts() {
    return List.of(
        fixture("a datagram's session counts at once", udp().bytes(), FORWARD_NEW)
            .given(world -> {
              loads(3, 5).on(world);
              world.row(DNS, new DispatchRow(Pick.LEAST_CONNECTIONS, new int[] {B, C}));
            })
            .becomes(udp().labelled(MAC_B, B))
            .then(load(B, 4)),
        fixture("FIN right after SYN is no load", tcp(FIN | ACK).bytes(), FORWARD_ESTABLISHED)
            .given(world -> {
              loads(3, 5).on(world);
              world.run(tcp(SYN).bytes());
            })
            .becomes(tcp(FIN | ACK).labelled(MAC_B, B))
            .then(load(B, 3)),
        fixture("a session that moves takes its load along", tcp(SYN).bytes(), FORWARD_MOVED)
            .given(world -> {
              loads(3, 9).on(world);
              world.session(C, ESTABLISHED);
              world.state(C, TargetState.DOWN);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B))
            .then(world -> {
              load(B, 4).on(world);
              load(C, 8).on(world);
            }),
        fixture("FIN ends a session in the count", tcp(FIN | ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              loads(9, 9).on(world);
              world.session(C, ESTABLISHED);
            })
            .becomes(tcp(FIN | ACK).labelled(MAC_C, C))
            .then(load(C, 8)),
        fixture("a port used again begins one in the count", tcp(SYN).bytes(), FORWARD_SESSION)
            .given(world -> {
              loads(9, 9).on(world);
              world.session(C, dev.shunt.replication.SessionState.CLOSING);
            })
            .becomes(tcp(SYN).labelled(MAC_C, C))
            .then(load(C, 10)));
  }

  static List<Fixture> sources() {
    return List.of(
        fixture("source hash: any port of a client", tcp(SYN).sourcePort(1).bytes(), FORWARD_NEW)
            .given(sources(0))
            .becomes(tcp(SYN).sourcePort(1).labelled(MAC_C, C)),
        fixture(
                "source hash: any other port of it",
                tcp(SYN).sourcePort(60_000).bytes(),
                FORWARD_NEW)
            .given(sources(0))
            .becomes(tcp(SYN).sourcePort(60_000).labelled(MAC_C, C)),
        fixture(
                "source hash: mid-flow without a session",
                tcp(ACK).sourcePort(9).bytes(),
                FORWARD_STATELESS)
            .given(sources(0))
            .becomes(tcp(ACK).sourcePort(9).labelled(MAC_C, C)),
        fixture("source hash: another bucket is another's", tcp(SYN).bytes(), FORWARD_NEW)
            .given(sources(1))
            .becomes(tcp(SYN).labelled(MAC_B, B)));
  }

  private static Fixture.Step sum(Pick pick, int... labels) {
    return world -> world.row(HTTP, new DispatchRow(pick, labels));
  }

  private static void noSession(World world) throws dev.shunt.scheduler.DataPlaneException {
    assertThat(world.sessions.list()).isEmpty();
  }

  private static Fixture.Step turns(int... labels) {
    return world -> world.row(HTTP, new DispatchRow(Pick.ROUND_ROBIN, labels));
  }

  private static Fixture.Step afterOthers(int count) {
    return world -> {
      turns(B, C, A).on(world);
      for (int port = 1; port <= count; port++) {
        world.run(tcp(SYN).sourcePort(port).bytes());
      }
    };
  }

  /** B and C have that many sessions. */
  private static Fixture.Step loads(long b, long c) {
    return world -> {
      world.row(HTTP, new DispatchRow(Pick.LEAST_CONNECTIONS, new int[] {B, C}));
      world.kernel.targetLoad.add(DispatchWriter.slot(B), b);
      world.kernel.targetLoad.add(DispatchWriter.slot(C), c);
    };
  }

  /** A SYN alone is no load; the packet after it is one more. */
  private static Fixture.Step begun(int label, long expected) {
    return world -> {
      load(label, expected - 1).on(world);
      world.run(tcp(ACK).bytes());
      load(label, expected).on(world);
      assertThat(world.onlySession().target()).isEqualTo(label);
    };
  }

  private static Fixture.Step load(int label, long expected) {
    return world ->
        assertThat(world.kernel.targetLoad.get(DispatchWriter.slot(label))).isEqualTo(expected);
  }

  /** C is in the bucket of the usual client, {@code shift} further on, and B in all others. */
  private static Fixture.Step sources(int shift) {
    return world -> {
      int[] labels = World.rowOf(B).toArray();
      int bucket = FlowHash.sourceBucket(World.flow(), World.SEED, labels.length);
      labels[(bucket + shift) % labels.length] = C;
      world.row(HTTP, new DispatchRow(Pick.SOURCE, labels));
    };
  }
}
