package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeRole;
import dev.shunt.scheduler.edge.Prefix;
import dev.shunt.scheduler.edge.TunnelEnds;
import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.EdgeLayouts;
import dev.shunt.scheduler.xdp.layout.EdgeOutcome;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packet in, verdict and packet out, and the counters, through the edge's programs. */
final class EdgeFixtureTest {

  /** Only a kernel short of memory or a driver without room brings these about. */
  private static final Set<EdgeOutcome> OUT_OF_REACH =
      EnumSet.of(EdgeOutcome.IN_DROP_HEADROOM, EdgeOutcome.OUT_DROP_HEADROOM);

  /** {@code TC_ACT_UNSPEC}: on to whatever else is there. */
  private static final int GO_ON = -1;

  static List<EdgeFixture> fixtures() {
    return Stream.of(
            EdgeIngressFixtures.learned(),
            EdgeIngressFixtures.withdrawn(),
            EdgeIngressFixtures.poppedOnly(),
            EdgeIngressFixtures.dropped(),
            EdgeIngressFixtures.notOurs(),
            EdgeIngressFixtures.segmentSizes(),
            EdgeIngressFixtures.announcements(),
            EdgeEgressFixtures.labelled(),
            EdgeEgressFixtures.ending(),
            EdgeEgressFixtures.asking(),
            EdgeEgressFixtures.unlabelled(),
            EdgeFixtures6.received(),
            EdgeFixtures6.extensions(),
            EdgeFixtures6.sent(),
            EdgeFixtures6.segmentSizes(),
            EdgeFixtures6.announcements(),
            EdgeVlanFixtures.received(),
            EdgeVlanFixtures.sent(),
            EdgeTunnelFixtures.taken(),
            EdgeTunnelFixtures.refused(),
            EdgeTunnelFixtures.sent())
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aPacketEndsWhereItMust(EdgeFixture fixture) throws DataPlaneException {
    Kernel.requireBpf();
    try (EdgeWorld world = new EdgeWorld(fixture.role, fixture.tunnels)) {
      fixture.before.on(world);
      Map<String, Long> before = world.status().counters();

      PacketRun.Result result = world.run(fixture);

      Map<String, Long> expected = new HashMap<>(Map.of(fixture.outcome.counter(), 1L));
      fixture.asides.forEach(aside -> expected.put(aside.counter(), 1L));
      assertThat(raised(before, world.status().counters()))
          .as("counters that this packet raised")
          .isEqualTo(expected);
      if (fixture.isIngress()) {
        assertThat(result.verdict())
            .isEqualTo(fixture.outcome.dropped() ? Verdict.DROP : Verdict.PASS);
      } else {
        assertThat(result.code()).isEqualTo(GO_ON);
      }
      assertThat(result.frame()).isEqualTo(fixture.expectedFrame());
      fixture.after.on(world);
    }
  }

  private static Map<String, Long> raised(Map<String, Long> before, Map<String, Long> after) {
    return after.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L)));
  }

  @Test
  void everyOutcomeIsReachedBySomeFixture() {
    Set<EdgeOutcome> reached =
        fixtures().stream().map(fixture -> fixture.outcome).collect(Collectors.toSet());

    assertThat(EnumSet.complementOf(EnumSet.copyOf(reached))).isEqualTo(OUT_OF_REACH);
  }

  @Test
  void noTwoFixturesHaveTheSameName() {
    assertThat(fixtures().stream().map(fixture -> fixture.isIngress() + fixture.toString()))
        .doesNotHaveDuplicates();
  }

  @Test
  void javaAndTheProgramsAgreeOnEveryStructEnumAndBound() {
    assertThat(EdgeLayouts.differences(btf(EdgeProgram.RESOURCE))).isEmpty();
    assertThat(EdgeLayouts.differences(btf("pass.bpf.o")))
        .anyMatch(line -> line.startsWith("struct learned: Java has"))
        .anyMatch(line -> line.startsWith("enum edge_outcome: Java has"))
        .anyMatch(line -> line.startsWith("enum edge_layout: Java has"));
  }

  /** The bound holds, and the flow that is used goes on. */
  @Test
  void aFullTableForgetsWhatWasUsedLongestAgo() throws DataPlaneException {
    Kernel.requireBpf();
    try (EdgeWorld world = new EdgeWorld(EdgeRole.SERVER)) {
      int room = world.program.tables.learned.maxEntries();
      for (int i = 0; i < 50 * room; i++) {
        Frame frame = Frame.tcp(Frame.ACK).sourcePort(1000 + i);
        world.receive(EdgeFrames.in(frame, EdgeWorld.C2S + 2 * i));
      }
      assertThat(world.status().labels()).hasSizeLessThanOrEqualTo(room).isNotEmpty();
      Flow last = EdgeWorld.reverse(World.flow(999 + 50 * room, Protocol.TCP, World.HTTP_PORT));
      assertThat(world.label(last)).isNotNull();
    }
  }

  @Test
  void otherVipsTakeThePlaceOfThoseBefore() throws DataPlaneException {
    Kernel.requireBpf();
    try (EdgeWorld world = new EdgeWorld(EdgeRole.SERVER)) {
      List<Prefix> wanted =
          List.of(
              Prefix.parse("10.0.0.0/8"),
              Prefix.parse("2001:db8::/32"),
              Prefix.parse("203.0.113.10"));
      world.configure(EdgeWorld.config(EdgeRole.SERVER, wanted, 16));

      assertThat(world.status().vips()).isEqualTo(wanted);
    }
  }

  @Test
  void otherMembersTakeThePlaceOfThoseBefore() throws DataPlaneException {
    Kernel.requireBpf();
    try (EdgeWorld world = new EdgeWorld(EdgeRole.SERVER, EdgeWorld.tunnels(false))) {
      byte[] frame = EdgeTunnelFixtures.arriving(false);
      assertThat(world.receive(frame).verdict()).isEqualTo(Verdict.PASS);

      TunnelEnds others =
          new TunnelEnds(
              EdgeWorld.tunnels(false).addresses(), List.of(Prefix.parse("192.0.3.0/24")));
      world.configure(EdgeWorld.config(EdgeRole.SERVER, world.status().vips(), 16).with(others));

      assertThat(world.status().members()).isEqualTo(others.members());
      assertThat(world.receive(frame).verdict()).isEqualTo(Verdict.DROP);
    }
  }

  /** A server's labels are odd where a client's are even. */
  @Test
  void inAnotherRoleNothingLearnedIsUsed() throws DataPlaneException {
    Kernel.requireBpf();
    try (EdgeWorld world = new EdgeWorld(EdgeRole.SERVER)) {
      world.learned(EdgeWorld.ANSWER, EdgeWorld.S2C, 0, 0);
      world.configure(EdgeWorld.config(EdgeRole.SERVER, world.status().vips(), 16));
      world.assertLearned(EdgeWorld.ANSWER, EdgeWorld.S2C, World.ROUTER);

      world.configure(EdgeWorld.config(EdgeRole.CLIENT, world.status().vips(), 16));

      world.assertNothingLearned();
      assertThat(world.status().role()).isEqualTo(EdgeRole.CLIENT);
    }
  }

  private static Btf btf(String resource) {
    return Btf.parse(new Elf(BpfObject.resource(resource)).section(".BTF").orElseThrow());
  }
}
