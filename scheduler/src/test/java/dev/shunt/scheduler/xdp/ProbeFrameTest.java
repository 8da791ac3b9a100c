package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.scheduler.PacketSummary;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Probe.Kind;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packets that are made up for questions are such as the program takes for real ones. */
final class ProbeFrameTest {

  private static final InetSocketAddress CLIENT = end(World.CLIENT, 40_000);
  private static final InetSocketAddress CLIENT6 = end(World.CLIENT6, 40_000);

  @ParameterizedTest
  @CsvSource({
    "SYN, FORWARD_NEW",
    "ACK, FORWARD_STATELESS",
    "FIN, FORWARD_STATELESS",
    "RST, FORWARD_STATELESS",
    "DATAGRAM, FORWARD_NEW",
    "ECHO, PASS_VIP_ICMP",
    "ERROR, FORWARD_ERROR",
  })
  void eachKindEndsAsSuchAPacketDoes(Kind kind, Outcome outcome) throws Exception {
    Kernel.requireBpf();
    int port = kind == Kind.DATAGRAM ? World.DNS_PORT : World.HTTP_PORT;
    try (World world = new World();
        DryRun dry = DryRun.beside(world.kernel)) {
      assertThat(dry.run(frame(probe(kind, CLIENT, end(World.VIP, port)))).outcome())
          .isEqualTo(outcome);
      assertThat(dry.run(frame(probe(kind, CLIENT6, end(World.VIP6, port)))).outcome())
          .isEqualTo(outcome);
    }
  }

  @Test
  void itHasTheHeadersThatWereAskedFor() {
    Probe probe =
        new Probe(
            Kind.FIN, CLIENT, end(World.VIP, 80), OptionalInt.of(8195), OptionalInt.of(7), 200);

    byte[] frame = frame(probe);
    PacketSummary read = FrameReader.read(frame);

    assertThat(frame).hasSize(200);
    assertThat(read.to()).isEqualTo(World.MINE);
    assertThat(read.vlan()).hasValue(7);
    assertThat(read.label()).hasValue(8195);
    assertThat(read.source()).contains(CLIENT);
    assertThat(read.destination()).contains(end(World.VIP, 80));
    assertThat(read.flags()).isEqualTo("F.");
  }

  @Test
  void aPacketThatIsTooLongWithItsLabelIsToldToItsSender() throws Exception {
    Kernel.requireBpf();
    Probe probe =
        new Probe(
            Kind.ACK,
            CLIENT,
            end(World.VIP, 80),
            OptionalInt.empty(),
            OptionalInt.empty(),
            World.MTU_FRAME);
    try (World world = new World();
        DryRun dry = DryRun.beside(world.kernel)) {
      assertThat(dry.run(frame(probe)).outcome()).isEqualTo(Outcome.TOO_BIG_ANSWER);
    }
  }

  @Test
  void aLengthBelowThatOfItsHeadersIsRefused() {
    Probe probe =
        new Probe(
            Kind.SYN, CLIENT, end(World.VIP, 80), OptionalInt.empty(), OptionalInt.empty(), 53);

    assertThatThrownBy(() -> frame(probe))
        .hasMessage("length: found 53, allowed is 54 to 3500: so long are its headers");
  }

  @Test
  void aProbeReadsAsASentence() {
    assertThat(probe(Kind.DATAGRAM, CLIENT, end(World.VIP, 53)))
        .hasToString("udp 198.51.100.7:40000 -> 203.0.113.10:53");
    assertThat(probe(Kind.ECHO, end(World.CLIENT6, 0), end(World.VIP6, 0)))
        .hasToString("icmp echo 2001:db8:51::7 -> 2001:db8::203:10");
    assertThatThrownBy(() -> probe(Kind.SYN, CLIENT6, end(World.VIP, 80)))
        .hasMessage("source and destination: found IPv4 and IPv6, allowed are two of the same");
  }

  private static Probe probe(Kind kind, InetSocketAddress source, InetSocketAddress destination) {
    return new Probe(kind, source, destination, OptionalInt.empty(), OptionalInt.empty(), 0);
  }

  private static byte[] frame(Probe probe) {
    return ProbeFrame.of(probe, World.MINE);
  }

  private static InetSocketAddress end(String address, int port) {
    return new InetSocketAddress(World.ip(address), port);
  }
}
