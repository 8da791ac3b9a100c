package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reading captures, and what they prove. */
class CaptureFormatTest {

  private static final String MACS = "02770000000c" + "02770000000b";
  private static final String CLIENT = "0a4d0002";
  private static final String VIP = "0a4d0064";

  @Test
  void aLabelledPacketShowsItsLabelAndWhatIsInside() {
    Frame frame = decode(MACS + "8847" + "003e9140" + tcp(CLIENT, VIP, 40_000, 80, Frame.ACK));

    assertThat(frame.label()).isEqualTo(1001);
    assertThat(frame.destinationMac()).isEqualTo("02:77:00:00:00:0c");
    assertThat(frame.sourceMac()).isEqualTo("02:77:00:00:00:0b");
    assertThat(frame.to("10.77.0.100", 80)).isTrue();
    assertThat(frame.from("10.77.0.2", 40_000)).isTrue();
  }

  @Test
  void ofTwoLabelsTheTopOneCounts() {
    Frame frame =
        decode(MACS + "8847" + "00010040" + "003e9140" + tcp(CLIENT, VIP, 1, 80, Frame.ACK));

    assertThat(frame.label()).isEqualTo(16);
    assertThat(frame.sourcePort()).isEqualTo(1);
  }

  @Test
  void anIpv6PacketBehindALabelIsReadByItsFirstNibble() {
    String client = "fd000077" + "00000000" + "00000000" + "00000002";
    String vip = "fd000077" + "00000000" + "00000000" + "00000102";
    String hex = MACS + "8847" + "02001140" + "6000000000140640" + client + vip;
    Frame frame = decode(hex + "9c401f90" + "0000000000000000" + "5002ffff00000000");

    assertThat(frame.label()).isEqualTo(8193);
    assertThat(frame.from("fd00:77::2", 40_000)).isTrue();
    assertThat(frame.to("fd00:77::102", 8080)).isTrue();
    assertThat(frame.tcpFlags()).isEqualTo(Frame.SYN);
  }

  @Test
  void ofADatagramTheLastFourOctetsAreItsNumber() {
    String ip = "4500002400000000" + "40110000" + VIP + CLIENT;
    Frame frame = decode(MACS + "0800" + ip + "00599c40" + "00100000" + "6d0a2020" + "80000007");

    assertThat(frame.sequence()).isEqualTo(0x80000007L);
    assertThat(decode(MACS + "0800" + ip + "00599c40" + "00100000" + "6d0a2020").sequence())
        .isEqualTo(Frame.NONE);
    assertThat(decode(MACS + "0800" + ip + "00599c40" + "00080000").sequence())
        .isEqualTo(Frame.NONE);
  }

  @Test
  void whatIsNotIpOrCutShortIsDecodedAsFarAsItGoes() {
    assertThat(decode(MACS + "0806" + "0001").source()).isEmpty();
    assertThat(decode(MACS + "8847").labelled()).isFalse();
    byte[] whole = HexFormat.of().parseHex(MACS + "0800" + tcp(CLIENT, VIP, 1, 80, Frame.SYN));
    for (int length = 0; length < whole.length; length++) {
      Frame frame = Frame.decode(0, ByteBuffer.wrap(Arrays.copyOf(whole, length)), whole.length);
      assertThat(frame.length()).isEqualTo(whole.length);
    }
  }

  @Test
  void aFileIsReadInBothByteOrdersUpToItsLastWholeFrame() {
    byte[] packet = HexFormat.of().parseHex(MACS + "0800" + tcp(CLIENT, VIP, 5, 80, Frame.SYN));
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      byte[] file = pcap(order, packet, packet);
      assertThat(PcapReader.read(file))
          .hasSize(2)
          .allMatch(frame -> frame.sourcePort() == 5 && frame.atMicros() == 1_000_002);
      assertThat(PcapReader.read(Arrays.copyOf(file, file.length - 1))).hasSize(1);
    }
    assertThat(PcapReader.read(new byte[3])).isEmpty();
    assertThatThrownBy(() -> PcapReader.read(new byte[24])).hasMessageContaining("not a pcap file");
  }

  @Test
  void theMemberThatAcceptsServesAndOneThatOnlyResetsRefuses() {
    Frame accepted = decode(MACS + "0800" + tcp(VIP, CLIENT, 80, 100, Frame.SYN | Frame.ACK));
    Frame laterReset = decode(MACS + "0800" + tcp(VIP, CLIENT, 80, 100, Frame.RST));
    Frame refusal = decode(MACS + "0800" + tcp(VIP, CLIENT, 80, 101, Frame.RST | Frame.ACK));

    ServedBy served =
        ServedBy.of(Map.of("m1", List.of(laterReset, refusal), "m2", List.of(accepted)));

    assertThat(served.member(100)).contains("m2");
    assertThat(served.member(101)).contains("m1");
    assertThat(served.refused()).containsOnlyKeys(101);
    assertThat(served.member(102)).isEmpty();
  }

  @Test
  void thePathIsProvedOnlyByEnoughPacketsAndNoCounterexample() {
    Frame labelled = decode(MACS + "8847" + "003e9140" + tcp(CLIENT, VIP, 7, 80, Frame.ACK));
    Frame plain = decode(MACS + "0800" + tcp(CLIENT, VIP, 7, 80, Frame.ACK));
    Frame answer = decode(MACS + "0800" + tcp(VIP, CLIENT, 80, 7, Frame.ACK));
    Frame othersAnswer = decode(MACS + "0800" + tcp(VIP, CLIENT, 80, 8, Frame.ACK));
    List<Frame> atNode = new java.util.ArrayList<>();
    for (int i = 0; i < PathEvidence.ENOUGH; i++) {
      atNode.addAll(List.of(labelled, answer));
    }

    PathEvidence proved = PathEvidence.of(atNode, List.of(plain, othersAnswer), 7);
    assertThat(proved.labelled()).isTrue();
    assertThat(proved.directReturn()).isTrue();
    assertThat(proved.label()).isEqualTo(1001);

    assertThat(PathEvidence.of(atNode, List.of(answer), 7).directReturn()).isFalse();
    assertThat(PathEvidence.of(List.of(labelled, answer), List.of(), 7).labelled()).isFalse();
    atNode.add(plain);
    assertThat(PathEvidence.of(atNode, List.of(), 7).labelled()).isFalse();
  }

  private static Frame decode(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return Frame.decode(0, ByteBuffer.wrap(bytes), bytes.length);
  }

  private static String tcp(String source, String destination, int from, int to, int flags) {
    return "450000280000400040060000%s%s%04x%04x00000000000000005%03xffff00000000"
        .formatted(source, destination, from, to, flags);
  }

  private static byte[] pcap(ByteOrder order, byte[]... packets) {
    ByteBuffer file = ByteBuffer.allocate(4_096).order(order);
    file.putInt(0xa1b2c3d4).putInt(0x00020004).putInt(0).putInt(0).putInt(65_535).putInt(1);
    for (byte[] packet : packets) {
      file.putInt(1).putInt(2).putInt(packet.length).putInt(packet.length).put(packet);
    }
    return Arrays.copyOf(file.array(), file.position());
  }
}
