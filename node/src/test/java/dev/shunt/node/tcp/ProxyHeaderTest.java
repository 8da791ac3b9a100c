package dev.shunt.node.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.ProxyProtocol.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {

  private static final ConnectionEnds ENDS =
      new ConnectionEnds(end("192.0.2.7", 56_324), end("198.51.100.1", 443));
  private static final ConnectionEnds ENDS6 =
      new ConnectionEnds(end("2001:db8::7", 1), end("2001:db8::1", 65_535));

  private static InetSocketAddress end(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static Optional<ConnectionEnds> read(byte[] header) throws ProxyHeaderException {
    ProxyHeaderReader reader = new ProxyHeaderReader();
    assertThat(reader.feed(Unpooled.wrappedBuffer(header))).isTrue();
    return reader.ends();
  }

  private static Optional<ConnectionEnds> read(String line) throws ProxyHeaderException {
    return read(line.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] v2(String hex) {
    return HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + hex.replace(" ", ""));
  }

  @Test
  void theExamplesOfTheSpecificationAreRead() throws ProxyHeaderException {
    assertThat(read("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n")).contains(ENDS);
    assertThat(read("PROXY TCP6 2001:db8::7 2001:db8::1 1 65535\r\n")).contains(ENDS6);
    assertThat(read("PROXY UNKNOWN\r\n")).isEmpty();
    assertThat(read("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")).isEmpty();
    assertThat(read(v2("21 11 000c c0000207 c6336401 dc04 01bb"))).contains(ENDS);
    assertThat(read(v2("20 00 0000"))).isEmpty();
    assertThat(read(v2("21 00 0003 ffffff"))).isEmpty();
    assertThat(read(v2("20 11 000c c0000207 c6336401 dc04 01bb"))).isEmpty();
  }

  @Test
  void whatIsWrittenIsAsTheSpecificationHasIt() {
    assertThat(ProxyHeaders.render(Version.V2, Optional.of(ENDS)))
        .isEqualTo(v2("21 11 000c c0000207 c6336401 dc04 01bb"));
    assertThat(ProxyHeaders.render(Version.V2, Optional.empty())).isEqualTo(v2("20 00 0000"));
    assertThat(
            new String(
                ProxyHeaders.render(Version.V1, Optional.of(ENDS)), StandardCharsets.US_ASCII))
        .isEqualTo("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n");
    assertThat(ProxyHeaders.render(Version.V1, Optional.empty()))
        .isEqualTo("PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n",
        "PROXY  TCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443 \r\n",
        "PROXY TCP4 192.0.2.07 198.51.100.1 56324 443\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.1 56324 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 +1 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 01 443\r\n",
        "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
        "PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n",
        "PROXY TCP6 2001:db8::7::1 2001:db8::1 1 2\r\n",
        "PROXY TCP6 2001:db8::7%lo 2001:db8::1 1 2\r\n",
        "PROXY TCP5 192.0.2.7 198.51.100.1 1 2\r\n",
        "PROXY UNKNOWNX\r\n",
        "proxy UNKNOWN\r\n",
        "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"
      })
  void linesThatAreNoneAreRefused(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(ProxyHeaderException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11 11 000c c0000207 c6336401 dc04 01bb", // version 1
        "22 11 000c c0000207 c6336401 dc04 01bb", // an unknown command
        "21 12 000c c0000207 c6336401 dc04 01bb", // UDP
        "21 31 00d8", // a Unix socket
        "21 41 000c c0000207 c6336401 dc04 01bb", // an unknown family
        "21 11 000b c0000207 c6336401 dc04 01", // too short
        "21 21 000c c0000207 c6336401 dc04 01bb", // too short for IPv6
        "21 11 000d c0000207 c6336401 dc04 01bb 04", // half an extension
        "21 11 000f c0000207 c6336401 dc04 01bb 04 0001", // one longer than the header
        "21 11 0013 c0000207 c6336401 dc04 01bb 03 0004 00000000", // a wrong checksum
        "21 11 000f c0000207 c6336401 dc04 01bb 03 0000", // none
        "21 11 1000" // longer than allowed
      })
  void binaryHeadersThatAreNoneAreRefused(String hex) {
    assertThatThrownBy(() -> read(v2(hex))).isInstanceOf(ProxyHeaderException.class);
  }

  @Test
  void unknownExtensionsAreSteppedOverAndAChecksumCoversThem() throws ProxyHeaderException {
    byte[] header = ProxyHeaders.render(Version.V2, Optional.of(ENDS6));
    byte[] extended = Extensions.withChecksum(Extensions.with(header, 0xEA, (byte) 1, (byte) 2));
    assertThat(read(extended)).contains(ENDS6);
    extended[header.length + 4]++;
    assertThatThrownBy(() -> read(extended)).hasMessage("a wrong checksum");
  }

  @Test
  void theHeaderGoesOutBeforeAnythingElse() {
    assertHeaderComesBefore(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext context) {
            sayHello(context);
          }
        });
  }

  /** As who opened a connection does, who is told of it before the pipeline. */
  @Test
  void theHeaderGoesOutBeforeWhatIsWrittenTooEarly() {
    assertHeaderComesBefore(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRegistered(ChannelHandlerContext context) {
            sayHello(context);
          }
        });
  }

  private static void sayHello(ChannelHandlerContext context) {
    var _ = context.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
  }

  private static void assertHeaderComesBefore(ChannelInboundHandlerAdapter saysHello) {
    EmbeddedChannel channel =
        new EmbeddedChannel(new ProxyHeaderSender(Version.V1, Optional.of(ENDS)), saysHello);
    ByteBuf first = channel.readOutbound();
    assertThat(first.toString(StandardCharsets.US_ASCII)).startsWith("PROXY TCP4 192.0.2.7 ");
    first.release();
    ByteBuf second = channel.readOutbound();
    assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
    second.release();
    assertThat(channel.<ByteBuf>readOutbound()).as("a second header").isNull();
    assertThat(channel.pipeline().get(ProxyHeaderSender.class)).isNull();
    channel.finishAndReleaseAll();
  }
}
