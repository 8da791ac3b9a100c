package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.edge.EdgeConfig;
import dev.shunt.scheduler.edge.EdgeRole;
import dev.shunt.scheduler.edge.EdgeStatus;
import dev.shunt.scheduler.edge.LearnedLabel;
import dev.shunt.scheduler.edge.Prefix;
import dev.shunt.scheduler.edge.TunnelEnds;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.layout.LearnedLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The edge's programs in the kernel, unattached, for one prefix of VIPs. */
final class EdgeWorld implements AutoCloseable {

  static final int C2S = 8193;
  static final int S2C = 8194;
  static final int MTU = 1500;
  static final int MAX_SEGMENT = MTU - 44;
  static final int CLOSED_IN = 1;
  static final int CLOSED_OUT = 2;
  static final int CLOSED_BOTH = 3;
  static final Duration FRESH = Duration.ofSeconds(10);

  /** As the client sends and as the server answers. */
  static final Flow REQUEST = World.flow();

  static final Flow ANSWER = reverse(REQUEST);

  static final Flow REQUEST6 =
      Flow.of(
          Protocol.TCP,
          new InetSocketAddress(World.CLIENT6, 40_000),
          new InetSocketAddress(World.VIP6, World.HTTP_PORT));

  static final Flow ANSWER6 = reverse(REQUEST6);

  final EdgeProgram program;
  private final PacketRun in;
  private final PacketRun out;
  private final Ticker ticker = Ticker.system();

  EdgeWorld(EdgeRole role) throws DataPlaneException {
    this(role, TunnelEnds.NONE);
  }

  EdgeWorld(EdgeRole role, TunnelEnds tunnels) throws DataPlaneException {
    List<Prefix> vips =
        List.of(Prefix.parse("203.0.113.0/28"), Prefix.parse("2001:db8::203:0/112"));
    EdgeConfig config = config(role, vips, 16).with(tunnels);
    program = EdgeProgram.load(config, null);
    configure(config);
    in = new PacketRun(program.in);
    out = new PacketRun(program.out);
  }

  static EdgeConfig config(EdgeRole role, List<Prefix> vips, int flows) {
    return new EdgeConfig("none", role, vips, Path.of("/sys/fs/bpf/none"), flows, FRESH);
  }

  /** From the other member to this machine. */
  static TunnelEnds tunnels(boolean ipv6) {
    return new TunnelEnds(
        List.of(World.ip(World.dataAddress(World.A, ipv6))),
        List.of(Prefix.parse(World.dataAddress(World.B, ipv6))));
  }

  void configure(EdgeConfig config) throws DataPlaneException {
    program.configure(config, new DataInterface("none", 1, World.MINE, MTU + 18));
  }

  PacketRun.Result run(EdgeFixture fixture) throws DataPlaneException {
    if (fixture.isIngress()) {
      return in.run(fixture.packet);
    }
    return fixture.segmentBytes == 0
        ? out.run(fixture.packet)
        : out.runSegmented(fixture.packet, fixture.segmentBytes);
  }

  PacketRun.Result receive(byte[] frame) throws DataPlaneException {
    return in.run(frame);
  }

  /** A label learned from the router that long ago. */
  void learned(Flow flow, int label, long idleSeconds, int closed) throws DataPlaneException {
    learned(flow, label, idleSeconds, closed, 0);
  }

  /** The same by VLANs: the inner one, above it the outer one. */
  void learned(Flow flow, int label, long idleSeconds, int closed, int vlans)
      throws DataPlaneException {
    learned(flow, label, idleSeconds, closed, vlans, false);
  }

  /** One that came in UDP just now. */
  void learnedDirect(Flow flow, int label, int closed) throws DataPlaneException {
    learned(flow, label, 0, closed, 0, true);
  }

  private void learned(
      Flow flow, int label, long idleSeconds, int closed, int vlans, boolean direct)
      throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(Flow6Layout.LAYOUT);
      Flow6Layout.set(key, 0, flow);
      MemorySegment value = arena.allocate(LearnedLayout.LAYOUT);
      value.set(
          ValueLayout.JAVA_LONG, at("last_seen"), System.nanoTime() - idleSeconds * 1_000_000_000L);
      value.set(ValueLayout.JAVA_INT, at("label"), label);
      value.set(ValueLayout.JAVA_BYTE, at("closed"), (byte) closed);
      value.set(ValueLayout.JAVA_BYTE, at("direct"), (byte) (direct ? 1 : 0));
      value.set(ValueLayout.JAVA_INT, at("vlans"), vlans);
      MemorySegment.copy(World.ROUTER.bytes(), 0, value, ValueLayout.JAVA_BYTE, at("mac"), 6);
      program.tables.learned.put(key, value);
    }
  }

  private static long at(String field) {
    return LearnedLayout.LAYOUT.byteOffset(PathElement.groupElement(field));
  }

  EdgeStatus status() throws DataPlaneException {
    return program.tables.status(ticker.nanos());
  }

  @Nullable LearnedLabel label(Flow flow) throws DataPlaneException {
    return status().labels().stream()
        .filter(label -> label.flow().equals(flow))
        .findFirst()
        .orElse(null);
  }

  void assertLearned(Flow flow, int label, MacAddress via) throws DataPlaneException {
    LearnedLabel found = label(flow);
    assertThat(found).isNotNull();
    assertThat(found.label()).isEqualTo(label);
    assertThat(found.via()).isEqualTo(via);
  }

  void assertNothingLearned() throws DataPlaneException {
    assertThat(status().labels()).isEmpty();
  }

  static Flow reverse(Flow flow) {
    return Flow.of(flow.protocol(), flow.destination(), flow.source());
  }

  static Flow dns() {
    return World.flow(40_000, Protocol.UDP, World.DNS_PORT);
  }

  @Override
  public void close() {
    program.close();
  }
}
