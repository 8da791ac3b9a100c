package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Outer.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.Dissection.Layer;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Claims L3 and L15: what the program puts on a wire is MPLS to a decoder that is not ours, label,
 * TC, S and TTL, in both encapsulations, and every byte of a frame has its place.
 */
final class DecoderTest {

  private static final int FORTH = 8199;
  private static final String GOOD = "1";
  private static final String NOT_PRESENT = "3";

  @TempDir private Path folder;

  private final List<byte[]> frames = new ArrayList<>();
  private final List<String> shapes = new ArrayList<>();
  private final List<List<String>> labels = new ArrayList<>();

  /** What is around a labelled packet. */
  enum Around {
    ETHERNET("", ""),
    IPV4(" ip udp", "192.0.2.24 192.0.2.26"),
    IPV6(" ipv6 udp", "2001:db8:2::24 2001:db8:2::26");

    private final String shape;
    private final String ends;

    Around(String shape, String ends) {
      this.shape = shape;
      this.ends = ends;
    }

    void on(World world) throws DataPlaneException {
      if (this != ETHERNET) {
        world.tunnels(this == IPV6);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Around.class)
  void anIndependentDecoderReadsWhatTheProgramSends(Around around)
      throws DataPlaneException, IOException {
    Kernel.requireBpf();
    Tshark.require();
    sendAll(around);

    List<Dissection> decoded = decode();

    for (int i = 0; i < frames.size(); i++) {
      Dissection frame = decoded.get(i);
      assertThat(frame.shape()).startsWith(shapes.get(i));
      assertThat(frame.labels()).as(frame.shape()).isEqualTo(labels.get(i));
      assertThat(frame.accounted()).as("bytes of %s", frame).isEqualTo(frames.get(i).length);
      assertOuter(around, frame);
      assertInner(frame, frame.shape().contains("mpls ipv6"));
    }
  }

  /** Session labels back (S2C), which go in Ethernet, and the last hop without one. */
  @Test
  void labelsBackAreReadTheSame() throws DataPlaneException, IOException {
    Kernel.requireBpf();
    Tshark.require();
    byte[] answer =
        Outer.valid(
            Frame.tcp(Frame.ACK)
                .source(World.VIP, World.HTTP_PORT)
                .destination(World.CLIENT, 40_000)
                .bytes());
    try (World world = new World()) {
      world.session(World.C, ESTABLISHED, PairFixtures.label(FORTH, World.ROUTER, true));
      byte[] back = TunnelFixtures.labelled(answer, FORTH + 1, 64);
      send(world, back, "eth mpls ip tcp", entry(FORTH + 1, 63, true));
      byte[] tagged = TunnelFixtures.labelled(Tags.one(answer), FORTH + 1, 64);
      send(world, tagged, "eth vlan mpls ip tcp", entry(FORTH + 1, 63, true));
      world.session(World.C, ESTABLISHED, PairFixtures.label(FORTH, World.ROUTER, false));
      send(world, back, "eth ip tcp");
    }

    List<Dissection> decoded = decode();

    assertThat(decoded).extracting(Dissection::labels).isEqualTo(labels);
    for (int i = 0; i < frames.size(); i++) {
      assertThat(decoded.get(i).shape()).startsWith(shapes.get(i));
      assertThat(decoded.get(i).accounted()).isEqualTo(frames.get(i).length);
      assertThat(decoded.get(i).layers("tcp").getFirst().field("tcp.checksum.status"))
          .isEqualTo(GOOD);
    }
  }

  private void sendAll(Around around) throws DataPlaneException {
    for (boolean session : List.of(false, true)) {
      try (World world = new World()) {
        around.on(world);
        if (session) {
          world.labels(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        }
        int number = 0;
        for (String tags : List.of("", " vlan", " ieee8021ad vlan")) {
          UnaryOperator<byte[]> on =
              tags.isEmpty() ? f -> f : tags.equals(" vlan") ? Tags::one : Tags::two;
          for (boolean ipv6 : List.of(false, true)) {
            int port = 40_000 + number;
            byte[] packet =
                Outer.valid(
                    ipv6
                        ? Frame6.udp().source(World.CLIENT6, port).hopLimit(33).bytes()
                        : Frame.udp().source(World.CLIENT, port).ttl(33).bytes());
            send(
                world,
                on.apply(packet),
                "eth"
                    + tags
                    + around.shape
                    + (around != Around.ETHERNET && session ? " mpls" : "")
                    + " mpls "
                    + (ipv6 ? "ipv6" : "ip")
                    + " udp",
                stack(around, session ? FORTH + 2 * number : 0, ipv6));
            number++;
          }
        }
      }
    }
  }

  /** A session's label replaces the target's in Ethernet, and goes below it in UDP. */
  private static int[] stack(Around around, int forth, boolean ipv6) {
    int target = World.B + (ipv6 ? 1 : 0);
    if (forth == 0) {
      return new int[] {entry(target, 33, true)};
    }
    return around == Around.ETHERNET
        ? new int[] {entry(forth, 33, true)}
        : new int[] {entry(target, 33, false), entry(forth, 33, true)};
  }

  private void send(World world, byte[] frame, String shape, int... stack)
      throws DataPlaneException {
    PacketRun.Result result = world.run(frame);
    assertThat(result.verdict()).as(shape).isEqualTo(Verdict.TX);
    frames.add(result.frame());
    shapes.add(shape);
    List<String> expected = new ArrayList<>();
    for (int label : stack) {
      expected.add(
          "%d/%d/%d/%d".formatted(label >>> 12, label >> 9 & 7, label >> 8 & 1, label & 0xff));
    }
    labels.add(expected);
  }

  private List<Dissection> decode() throws IOException {
    Path capture = folder.resolve("sent.pcap");
    Tshark.write(capture, frames);
    List<Dissection> decoded = Tshark.decode(capture);
    assertThat(decoded).hasSameSizeAs(frames);
    return decoded;
  }

  private static void assertOuter(Around around, Dissection frame) {
    Layer ethernet = frame.layers("eth").getFirst();
    assertThat(ethernet.field("eth.dst")).isEqualTo(World.MAC_B.toString());
    assertThat(ethernet.field("eth.src")).isEqualTo(World.MINE.toString());
    if (around == Around.ETHERNET) {
      return;
    }
    Layer udp = frame.layers("udp").getFirst();
    assertThat(udp.field("udp.dstport")).isEqualTo("6635");
    assertThat(Integer.parseInt(udp.field("udp.srcport"))).isBetween(49_152, 65_535);
    if (around == Around.IPV4) {
      Layer ip = frame.layers("ip").getFirst();
      assertThat(ip.field("ip.src") + " " + ip.field("ip.dst")).isEqualTo(around.ends);
      assertThat(ip.field("ip.checksum.status")).isEqualTo(GOOD);
      assertThat(ip.field("ip.flags.df")).isEqualTo("1");
      assertThat(ip.field("ip.ttl")).isEqualTo("64");
      assertThat(udp.field("udp.checksum.status")).isEqualTo(NOT_PRESENT);
    } else {
      Layer ip = frame.layers("ipv6").getFirst();
      assertThat(ip.field("ipv6.src") + " " + ip.field("ipv6.dst")).isEqualTo(around.ends);
      assertThat(ip.field("ipv6.hlim")).isEqualTo("64");
      assertThat(ip.field("ipv6.flow")).isNotEqualTo("0x000000");
      assertThat(udp.field("udp.checksum.status")).as("%s", frame).isEqualTo(GOOD);
    }
  }

  private static void assertInner(Dissection frame, boolean ipv6) {
    String version = ipv6 ? "ipv6" : "ip";
    Layer ip = frame.layers(version).getLast();
    assertThat(ip.field(version + ".src")).isEqualTo(ipv6 ? World.CLIENT6 : World.CLIENT);
    assertThat(ip.field(version + ".dst")).isEqualTo(ipv6 ? World.VIP6 : World.VIP);
    assertThat(ip.field(ipv6 ? "ipv6.hlim" : "ip.ttl")).isEqualTo("33");
    Layer udp = frame.layers("udp").getLast();
    assertThat(udp.field("udp.dstport")).isEqualTo("53");
    assertThat(udp.field("udp.checksum.status")).isEqualTo(GOOD);
  }
}
