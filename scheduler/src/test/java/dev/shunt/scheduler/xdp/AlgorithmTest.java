package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shunt.cluster.Term;
import dev.shunt.replication.AddressText;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.balance.Sum;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What takes many flows to see of the algorithms in the kernel. */
final class AlgorithmTest {

  private static final int FLOWS = 2_000;

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  @ParameterizedTest
  @EnumSource(names = {"SUM3", "SUM5", "SOURCE"})
  void theProgramAndJavaSendEveryFlowToTheSamePlace(Pick pick) throws DataPlaneException {
    int[] labels = {World.A, World.B, World.C};
    Random random = new Random(7);
    try (World world = new World()) {
      world.row(World.HTTP, new DispatchRow(pick, labels));
      world.row(World.DNS, new DispatchRow(pick, labels));
      for (int i = 0; i < FLOWS; i++) {
        boolean tcp = random.nextBoolean();
        String client =
            "%d.%d.%d.%d"
                .formatted(
                    1 + random.nextInt(220),
                    random.nextInt(256),
                    random.nextInt(256),
                    random.nextInt(256));
        int port = random.nextInt(65_536);
        Flow flow =
            Flow.of(
                tcp ? Protocol.TCP : Protocol.UDP,
                new InetSocketAddress(World.ip(client), port),
                new InetSocketAddress(World.ip(World.VIP), tcp ? 80 : 53));
        Frame frame = (tcp ? Frame.tcp(Frame.ACK) : Frame.udp()).source(client, port);

        assertThat(label(world.run(frame.bytes()).frame()))
            .as("%s", flow)
            .isEqualTo(labels[place(pick, flow, labels.length)]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SUM3", "SUM5", "SOURCE"})
  void theProgramAndJavaSendEveryIpv6FlowToTheSamePlace(Pick pick) throws DataPlaneException {
    int[] labels = {World.A, World.B, World.C};
    Random random = new Random(7);
    try (World world = new World()) {
      world.row(World.HTTP6, new DispatchRow(pick, labels));
      for (int i = 0; i < FLOWS; i++) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        // A global address whose words may well add up to more than 32 bits.
        bytes[0] = 0x20;
        String client = AddressText.of(address(bytes));
        int port = random.nextInt(65_536);
        Flow flow =
            Flow.of(
                Protocol.TCP,
                new InetSocketAddress(World.ip(client), port),
                new InetSocketAddress(World.ip(World.VIP6), 80));

        byte[] sent = world.run(Frame6.tcp(Frame.ACK).source(client, port).bytes()).frame();
        // The odd label above a target's is the one for IPv6.
        assertThat(label(sent) & ~1)
            .as("%s", flow)
            .isEqualTo(labels[place(pick, flow, labels.length)]);
      }
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static int place(Pick pick, Flow flow, int size) {
    return pick.isSum()
        ? (int) (Sum.of(pick, flow) % size)
        : FlowHash.sourceBucket(flow, World.SEED, size);
  }

  @Test
  void aSumLeavesTheSessionTableEmptyWhateverComes() throws DataPlaneException {
    try (World world = new World()) {
      world.row(World.HTTP, new DispatchRow(Pick.SUM5, new int[] {World.A, World.B, World.C}));
      for (int port = 1; port <= 300; port++) {
        for (int flags : new int[] {Frame.SYN, Frame.ACK, Frame.FIN | Frame.ACK}) {
          world.run(Frame.tcp(flags).sourcePort(port).bytes());
        }
      }
      assertThat(world.count("forward_sum") + world.count("local_sum")).isEqualTo(900);
      assertThat(world.sessions.list()).isEmpty();
    }
  }

  @Test
  void turnsAreExactlyAsManyAsTheRowSays() throws DataPlaneException {
    try (World world = new World(World.sizes(1000, World.ROW, 1 << 16))) {
      world.row(
          World.HTTP,
          new DispatchRow(Pick.ROUND_ROBIN, new int[] {World.B, World.B, World.C, World.B}));

      assertThat(opened(world, 400)).isEqualTo(Map.of(World.B, 300, World.C, 100));
    }
  }

  @Test
  void leastConnectionsFillsUpWhoeverHasLess() throws DataPlaneException {
    try (World world = new World(World.sizes(1000, World.ROW, 1 << 16))) {
      world.weight(World.C, 3);
      world.row(World.HTTP, new DispatchRow(Pick.LEAST_CONNECTIONS, new int[] {World.B, World.C}));
      world.kernel.targetLoad.add(DispatchWriter.slot(World.B), 50);

      // 50 and 350 new ones, a quarter and three quarters of them all.
      assertThat(opened(world, 350).get(World.C)).isCloseTo(300, within(2));
    }
  }

  @Test
  void countingAgainPutsRightWhatTheProgramDidNotSee() throws DataPlaneException {
    try (World world = new World(World.sizes(1000, World.ROW, 1 << 16))) {
      List<Session> replicated = new ArrayList<>();
      for (int port = 1; port <= 30; port++) {
        SessionState state = port <= 10 ? SessionState.CLOSING : SessionState.ESTABLISHED;
        replicated.add(
            new Session(World.flow(port, Protocol.TCP, 80), World.C, state, Term.NONE, 0));
      }
      for (int port = 1; port <= 7; port++) {
        replicated.add(
            new Session(
                World.flow6(port, Protocol.TCP, 80),
                World.C,
                SessionState.ESTABLISHED,
                Term.NONE,
                0));
      }
      world.sessions.put(replicated);
      world.kernel.targetLoad.add(DispatchWriter.slot(World.B), 99);
      TargetLoads loads = new TargetLoads(world.kernel, world.writer::indexOf);
      world.run(Frame.udp().sourcePort(5000).bytes());
      // Half open: not yet a load.
      world.run(Frame.tcp(Frame.SYN).sourcePort(5000).bytes());

      loads.recount(new BitSet());

      assertThat(loads.of(World.B)).isEqualTo(1);
      assertThat(loads.of(World.C)).isEqualTo(27);
    }
  }

  /** New sessions by target. */
  private static Map<Integer, Integer> opened(World world, int count) throws DataPlaneException {
    Map<Integer, Integer> opened = new TreeMap<>();
    for (int port = 1; port <= count; port++) {
      byte[] sent = world.run(Frame.tcp(Frame.SYN).sourcePort(port).bytes()).frame();
      world.run(Frame.tcp(Frame.ACK).sourcePort(port).bytes());
      opened.merge(label(sent), 1, Integer::sum);
    }
    return opened;
  }

  /** What the packet was labelled with; this machine's own target where it was not. */
  private static int label(byte[] frame) {
    ByteBuffer sent = ByteBuffer.wrap(frame);
    return sent.getShort(12) == (short) 0x8847 ? sent.getInt(14) >>> 12 : World.A;
  }
}
