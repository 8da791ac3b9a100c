package dev.shunt.scheduler.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes were computed by other means. */
final class SegmentTest {

  private static final MacAddress FROM = MacAddress.parse("02:77:00:00:00:0b");
  private static final MacAddress TO = MacAddress.parse("02:77:00:00:00:15");
  private static final String ETHERNET = "027700000015" + "02770000000b";
  private static final String IPV4 = "4500002800004000400625c70a4d000b0a4d0065";
  private static final String IPV6 =
      "6000000000140640" + "fd000077000000000000000000000011" + "fd000077000000000000000000000101";

  @Test
  void aSynForAPlainServerIsAPlainFrame() {
    assertThat(hex(segment("10.77.0.11", "10.77.0.101", 0, 0x89abcdef, Segment.SYN)))
        .isEqualTo(ETHERNET + "0800" + IPV4 + "c3501f9089abcdef000000005002faf0656c0000");
  }

  @Test
  void aLabelStandsInFrontWithTheBottomBitAndTheTtl() {
    assertThat(hex(segment("10.77.0.11", "10.77.0.101", 1030, 0x89abcdf0, Segment.RST)))
        .isEqualTo(
            ETHERNET + "8847" + "00406140" + IPV4 + "c3501f9089abcdf0000000005004faf065690000");
  }

  @Test
  void anIpv6SegmentHasItsOwnHeaderAndChecksum() {
    assertThat(hex(segment("fd00:77::11", "fd00:77::101", 0, 0x89abcdef, Segment.SYN)))
        .isEqualTo(ETHERNET + "86dd" + IPV6 + "c3501f9089abcdef000000005002faf07e740000");
  }

  @Test
  void whatWasSentUnlabelledIsReadBack() {
    for (String[] ends :
        new String[][] {{"10.77.0.11", "10.77.0.101"}, {"fd00:77::11", "fd00:77::101"}}) {
      Segment sent = segment(ends[0], ends[1], 0, 7, Segment.RST | Segment.ACK);
      assertThat(Received.of(ByteBuffer.wrap(sent.frame())))
          .contains(
              new Received(FROM, sent.source(), 50_000, sent.destination(), 8080, 0, sent.flags()));
    }
  }

  @Test
  void whatIsCutOffOrSomethingElseIsNothing() {
    for (Segment sent :
        new Segment[] {
          segment("10.77.0.11", "10.77.0.101", 0, 7, Segment.ACK),
          segment("fd00:77::11", "fd00:77::101", 0, 7, Segment.ACK)
        }) {
      byte[] frame = sent.frame();
      for (int length = 0; length < frame.length; length++) {
        assertThat(Received.of(ByteBuffer.wrap(frame).limit(length))).isEmpty();
      }
    }
    byte[] fragment = segment("10.77.0.11", "10.77.0.101", 0, 7, Segment.ACK).frame();
    fragment[21] = 1;
    assertThat(Received.of(ByteBuffer.wrap(fragment))).isEmpty();
    byte[] datagram = segment("10.77.0.11", "10.77.0.101", 0, 7, Segment.ACK).frame();
    datagram[23] = 17;
    assertThat(Received.of(ByteBuffer.wrap(datagram))).isEmpty();
    byte[] labelled = segment("10.77.0.11", "10.77.0.101", 1030, 7, Segment.ACK).frame();
    assertThat(Received.of(ByteBuffer.wrap(labelled))).isEmpty();
  }

  private static Segment segment(
      String source, String destination, int label, int sequence, int flags) {
    return new Segment(
        FROM,
        TO,
        label,
        InetAddress.ofLiteral(source),
        50_000,
        InetAddress.ofLiteral(destination),
        8080,
        sequence,
        flags);
  }

  private static String hex(Segment segment) {
    return HexFormat.of().formatHex(segment.frame());
  }
}
