package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Inspector;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TraceFilter.Network;
import dev.shunt.scheduler.TracedPacket;
import dev.shunt.scheduler.xdp.layout.ConfigLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The program in the kernel tells of those packets that are asked for, and then no more. */
final class KernelTraceTest {

  private static final TraceFilter ALL = TraceFilter.ALL;

  private final List<TracedPacket> told = Collections.synchronizedList(new ArrayList<>());
  private World world;
  private int port = 1_000;
  private XdpInspector inspector;

  @BeforeEach
  void load() throws DataPlaneException {
    Kernel.requireBpf();
    world = new World();
    inspector = new XdpInspector(world.kernel, Map::of, Ticker.system());
  }

  @AfterEach
  void close() {
    if (inspector != null) {
      inspector.close();
      world.close();
    }
  }

  @Test
  void aPacketIsToldOfAsItLeavesWithItsOutcome() throws DataPlaneException {
    byte[] left;
    try (Inspector.Trace _ = inspector.trace(ALL, told::add)) {
      left = world.run(Frame.tcp(Frame.SYN).bytes()).frame();
    }
    assertThat(told).hasSize(1);

    TracedPacket packet = told.getFirst();
    assertThat(packet.outcome()).isEqualTo("forward_new");
    assertThat(packet.reason()).startsWith("To a target on another machine: ");
    assertThat(packet.length()).isEqualTo(left.length);
    assertThat(packet.head()).isEqualTo(HexFormat.of().formatHex(left));
    assertThat(packet.leaves().label()).hasValue(World.B);
    assertThat(packet.leaves().flags()).isEqualTo("S");
    assertThat(System.nanoTime() - packet.nanos()).isBetween(0L, Duration.ofMinutes(1).toNanos());
  }

  @Test
  void ofALongFrameTheBeginningIsToldAndTheLength() throws DataPlaneException {
    byte[] left;
    try (Inspector.Trace _ = inspector.trace(ALL, told::add)) {
      left = world.run(Frame.tcp(Frame.SYN).payload(1000).bytes()).frame();
    }

    assertThat(told.getFirst().length()).isEqualTo(left.length);
    assertThat(told.getFirst().head()).isEqualTo(HexFormat.of().formatHex(left, 0, 128));
  }

  @Test
  void outsideATraceNothingIsToldOf() throws DataPlaneException {
    world.run(Frame.tcp(Frame.SYN).bytes());
    try (Inspector.Trace _ = inspector.trace(ALL, told::add)) {
      world.run(Frame.udp().bytes());
    }
    world.run(Frame.tcp(Frame.ACK).bytes());
    try (Inspector.Trace _ = inspector.trace(ALL, told::add)) {
      world.run(Frame.udp().bytes());
    }

    assertThat(told).extracting(p -> p.leaves().protocol()).containsExactly("udp", "udp");
  }

  @Test
  void onlyTheOutcomesThatAreAskedForAreToldOf() throws DataPlaneException {
    assertThat(outcomesOf(Set.of("drop", "pass_not_vip")))
        .containsExactly("drop_label_unknown", "pass_not_vip");
    assertThat(outcomesOf(Set.of("forward-new"))).containsExactly("forward_new");
    assertThatThrownBy(() -> inspector.trace(filter(Set.of("dropp")), told::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 'dropp', allowed is the name of an outcome");
    assertThat(outcomesOf(Set.of())).as("after one that was refused").hasSize(3);
  }

  private List<String> outcomesOf(Set<String> wanted) throws DataPlaneException {
    byte[] opens = Frame.tcp(Frame.SYN).sourcePort(++port).bytes();
    told.clear();
    try (Inspector.Trace _ = inspector.trace(filter(wanted), told::add)) {
      world.run(Frame.udp().labelled(World.MINE, World.ROUTER, 1500, 64, true));
      world.run(Frame.udp().destination("192.0.2.99", 53).bytes());
      world.run(opens);
    }
    return told.stream().map(TracedPacket::outcome).toList();
  }

  private static TraceFilter filter(Set<String> outcomes) {
    return new TraceFilter(Optional.empty(), Optional.empty(), 0, 0, outcomes, 1);
  }

  @Test
  void addressesPortAndProtocolAreLookedForBehindTagsAndLabels() throws DataPlaneException {
    byte[] plain = Frame.tcp(Frame.SYN).source("198.51.100.7", 1111).bytes();
    byte[] tagged = Tags.two(Frame.tcp(Frame.SYN).source("198.51.100.8", 2222).bytes());
    byte[] other = Frame.tcp(Frame.SYN).source("198.51.101.7", 3333).bytes();
    byte[] datagram = Frame.udp().source("198.51.100.9", 1111).bytes();
    byte[] six = Frame6.tcp(Frame.SYN).bytes();
    List<byte[]> all = List.of(plain, tagged, other, datagram, six);

    assertThat(portsOf(all, from("198.51.100.0", 24))).containsExactly(1111, 2222, 1111);
    assertThat(portsOf(all, from("198.51.100.8", 32))).containsExactly(2222);
    assertThat(portsOf(all, from("198.51.100.8", 23))).containsExactly(1111, 2222, 3333, 1111);
    assertThat(portsOf(all, from("0.0.0.0", 0))).containsExactly(1111, 2222, 3333, 1111);
    assertThat(portsOf(all, from(World.CLIENT6, 64))).containsExactly(40_000);
    assertThat(
            portsOf(
                all,
                new TraceFilter(
                    Optional.empty(), Optional.of(network(World.VIP, 32)), 6, 0, Set.of(), 1)))
        .containsExactly(1111, 2222, 3333);
    assertThat(portsOf(all, port(1111))).containsExactly(1111, 1111);
    assertThat(portsOf(all, port(World.DNS_PORT))).containsExactly(1111);
    assertThat(
            portsOf(all, new TraceFilter(Optional.empty(), Optional.empty(), 17, 0, Set.of(), 1)))
        .containsExactly(1111);
  }

  @Test
  void anAnswerOfTheProgramCountsAsWhatItAnswers() throws DataPlaneException {
    byte[] tooBig = TooBigFixtures.answered().getFirst().packet;
    try (Inspector.Trace _ = inspector.trace(from(World.CLIENT, 32), told::add)) {
      world.run(tooBig);
    }

    assertThat(told.getFirst().outcome()).isEqualTo("too_big_answer");
    assertThat(told.getFirst().leaves().protocol()).isEqualTo("icmp");
  }

  private List<Integer> portsOf(List<byte[]> frames, TraceFilter filter) throws DataPlaneException {
    told.clear();
    try (Inspector.Trace _ = inspector.trace(filter, told::add)) {
      for (byte[] frame : frames) {
        world.run(frame);
      }
    }
    return told.stream().map(p -> p.leaves().source().orElseThrow().getPort()).toList();
  }

  private static TraceFilter from(String address, int bits) {
    return new TraceFilter(
        Optional.of(network(address, bits)), Optional.empty(), 0, 0, Set.of(), 1);
  }

  private static TraceFilter port(int port) {
    return new TraceFilter(Optional.empty(), Optional.empty(), 0, port, Set.of(), 1);
  }

  private static Network network(String address, int bits) {
    return new Network(World.ip(address), bits);
  }

  @Test
  void oneOfSoManyIsToldOf() throws DataPlaneException {
    TraceFilter tenth = new TraceFilter(Optional.empty(), Optional.empty(), 0, 0, Set.of(), 10);
    try (Inspector.Trace _ = inspector.trace(tenth, told::add)) {
      // Passes of one test run stay on one processor.
      world.packets.run(Frame.udp().destination("192.0.2.99", 53).bytes(), 100);
    }

    assertThat(told).hasSize(10);
  }

  @Test
  void itEndsByItselfWhereNobodyRenewsIt() throws DataPlaneException {
    Ticker behind = () -> System.nanoTime() - TraceFilter.LEASE.toNanos() - 1;
    XdpInspector frozen = new XdpInspector(world.kernel, Map::of, behind);
    try (Inspector.Trace trace = frozen.trace(ALL, told::add)) {
      assertThat(running()).isNotZero();
      world.run(Frame.udp().bytes());
      assertThat(running()).as("switched off by the packet that came too late").isZero();
      trace.renew();
      assertThat(running()).isNotZero();
    }

    assertThat(told).isEmpty();
    assertThat(running()).isZero();
  }

  private int running() throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = world.kernel.config.get(arena, 0);
      return ConfigLayout.tracing(config);
    }
  }

  @Test
  @SuppressWarnings("try") // What was lost is asked for behind the end as well.
  void whatTheRingHasNoRoomForIsCounted() throws DataPlaneException {
    int sent = 10_000;
    try (Inspector.Trace trace = inspector.trace(ALL, KernelTraceTest::slowly)) {
      world.packets.run(Frame.udp().destination("192.0.2.99", 53).bytes(), sent);
      long lost = trace.lost();
      assertThat(lost).isBetween(1L, (long) sent);
      trace.close();
      assertThat(trace.lost()).as("also afterwards").isEqualTo(lost);
    }
    try (Inspector.Trace next = inspector.trace(ALL, told::add)) {
      assertThat(next.lost()).as("of another trace").isZero();
    }
  }

  private static void slowly(TracedPacket packet) {
    long until = System.nanoTime() + 100_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  @Test
  void thereIsOneTraceAtATime() throws DataPlaneException {
    try (Inspector.Trace _ = inspector.trace(ALL, told::add)) {
      assertThatThrownBy(() -> inspector.trace(ALL, told::add))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("another trace is running on this member");
    }
    inspector.trace(ALL, told::add).close();
  }

  @Test
  void aTraceWhoseDataPlaneWasClosedSaysSo() throws DataPlaneException {
    Inspector.Trace trace = inspector.trace(ALL, told::add);
    inspector.close();

    assertThatThrownBy(trace::renew).hasMessage("the data plane was closed");
    assertThat(trace.lost()).isZero();
    trace.close();
  }
}
