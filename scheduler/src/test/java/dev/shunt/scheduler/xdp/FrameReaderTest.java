package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.PacketSummary;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {

  @Test
  void aTcpPacketIsReadBehindTagsAndLabels() {
    byte[] frame = Tags.two(Frame.tcp(Frame.SYN | Frame.ACK).labelled(World.MAC_B, 8195));

    PacketSummary read = FrameReader.read(frame);

    assertThat(read.from()).isEqualTo(World.MINE);
    assertThat(read.to()).isEqualTo(World.MAC_B);
    assertThat(read.vlan()).hasValue(100);
    assertThat(read.label()).hasValue(8195);
    assertThat(read.protocol()).isEqualTo("tcp");
    assertThat(read.source()).contains(end(World.CLIENT, 40_000));
    assertThat(read.destination()).contains(end(World.VIP, World.HTTP_PORT));
    assertThat(read.flags()).isEqualTo("S.");
  }

  @Test
  void flagsAreWrittenAsTcpdumpDoes() {
    assertThat(FrameReader.read(Frame.tcp(Frame.ACK).bytes()).flags()).isEqualTo(".");
    assertThat(FrameReader.read(Frame.tcp(Frame.PSH | Frame.ACK).bytes()).flags()).isEqualTo("P.");
    assertThat(FrameReader.read(Frame.tcp(Frame.FIN | Frame.ACK).bytes()).flags()).isEqualTo("F.");
    assertThat(FrameReader.read(Frame.tcp(Frame.RST).bytes()).flags()).isEqualTo("R");
    assertThat(FrameReader.read(Frame.udp().bytes()).flags()).isEmpty();
  }

  @Test
  void ipv6IsReadAlike() {
    PacketSummary read = FrameReader.read(Frame6.udp().bytes());

    assertThat(read.protocol()).isEqualTo("udp");
    assertThat(read.source()).contains(end(World.CLIENT6, 40_000));
    assertThat(read.destination()).contains(end(World.VIP6, World.DNS_PORT));
  }

  @Test
  void aFragmentBehindTheFirstHasNoPorts() {
    PacketSummary read = FrameReader.read(Frame.udp().fragment(100).bytes());

    assertThat(read.source()).contains(end(World.CLIENT, 0));
  }

  @Test
  void arpNamesWhoAsksForWhom() {
    byte[] frame =
        Frame.arp(World.BROADCAST, 1, World.ROUTER, World.CLIENT, World.NOBODY, World.VIP);

    PacketSummary read = FrameReader.read(frame);

    assertThat(read.protocol()).isEqualTo("arp");
    assertThat(read.source()).contains(end(World.CLIENT, 0));
    assertThat(read.destination()).contains(end(World.VIP, 0));
  }

  @Test
  void whatIsOfNoInterestKeepsItsNumber() {
    byte[] frame = Frame.ip(47).bytes();
    assertThat(FrameReader.read(frame).protocol()).isEqualTo("ip-47");
    frame[12] = (byte) 0x88;
    frame[13] = (byte) 0xcc;
    assertThat(FrameReader.read(frame).protocol()).isEqualTo("ethertype-88cc");
  }

  /** Whatever came in is shown as far as it goes. */
  @Test
  void damagedAndShortFramesAreReadAsFarAsTheyGo() {
    Random random = new Random(7);
    byte[][] wholes = {
      Tags.two(Frame.tcp(Frame.SYN).labelled(World.MAC_B, 8195)),
      Frame6.udp().bytes(),
      Frame.arp(World.BROADCAST, 1, World.ROUTER, World.CLIENT, World.NOBODY, World.VIP)
    };
    for (int i = 0; i < 20_000; i++) {
      byte[] whole = wholes[i % wholes.length];
      byte[] frame = Arrays.copyOf(whole, 14 + random.nextInt(whole.length - 13));
      frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
      assertThat(FrameReader.read(frame).to()).isEqualTo(MacAddress.of(Arrays.copyOf(frame, 6)));
    }
  }

  private static InetSocketAddress end(String address, int port) {
    return new InetSocketAddress(World.ip(address), port);
  }
}
