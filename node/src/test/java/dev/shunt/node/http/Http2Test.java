package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.ACK;
import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.GOAWAY;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.PING;
import static dev.shunt.node.http.Http2Frames.PROTOCOL_ERROR;
import static dev.shunt.node.http.Http2Frames.REFUSED_STREAM;
import static dev.shunt.node.http.Http2Frames.RST_STREAM;
import static dev.shunt.node.http.Http2Frames.WINDOW_UPDATE;
import static dev.shunt.node.http.Http2Frames.bytes;
import static dev.shunt.node.http.Http2Frames.fields;
import static dev.shunt.node.http.Http2Frames.joined;
import static dev.shunt.node.http.Http2Frames.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Http2Limits;
import dev.shunt.node.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of HTTP/2 on its way to servers of HTTP/1.1, frame by frame. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class Http2Test {

  private static final String FORWARDED =
      "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a.example\r\n\r\n";

  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder();

  private Http2Headers decoded(Http2Frames.Frame frame) throws Exception {
    ByteBuf block = Unpooled.wrappedBuffer(frame.payload);
    return hpack.decodeHeaders(frame.stream, block);
  }

  @Test
  void aRequestReachesTheServerAsHttp11AndTheAnswerComesBack() throws Exception {
    try (RawServer server =
            RawServer.answering("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(
          HEADERS,
          END_HEADERS | END_STREAM,
          1,
          request("GET", "/x?y=1", "cookie", "a=1", "accept", "*/*", "cookie", "b=2"));
      Http2Headers head = decoded(client.await(HEADERS));
      assertThat(head.status()).asString().isEqualTo("200");
      assertThat(head.get("x-a")).asString().isEqualTo("b");
      Http2Frames.Frame data = client.await(DATA);
      assertThat(data.text()).isEqualTo("hi");
      assertThat(data.flags).isEqualTo(END_STREAM);
      assertThat(server.received())
          .isEqualTo(
              "GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\ncookie: a=1; b=2\r\n"
                  + FORWARDED);
      assertThat(node.stats().http2().connections()).isEqualTo(1);
      assertThat(node.stats().requests()).isEqualTo(1);
    }
  }

  @Test
  void theFirstWordsMayComeByteByByte() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      byte[] all =
          joined(
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1),
              Http2Frames.frame(Http2Frames.SETTINGS, 0, 0, new byte[0]),
              Http2Frames.frame(HEADERS, END_HEADERS | END_STREAM, 1, request("GET", "/")));
      for (byte b : all) {
        client.socket().getOutputStream().write(b);
        client.socket().getOutputStream().flush();
      }
      assertThat(client.readUntil("hello")).contains("hello");
      assertThat(node.stats().http2().connections()).isEqualTo(1);
    }
  }

  @Test
  void whereItIsOffNobodySpeaksIt() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(Http2Limits.OFF), server.address());
        RawClient client = node.client()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 505 ");
    }
  }

  @Test
  void bodiesAndTrailersGoBothWays() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.readUntil("0\r\nx-sum: 7\r\n\r\n");
              peer.send(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
                      + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: yes\r\n\r\n");
              peer.readHead();
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client
          .send(HEADERS, END_HEADERS, 1, request("POST", "/", "te", "trailers"))
          .send(DATA, 0, 1, "one".getBytes(ISO_8859_1))
          .send(DATA, 0, 1, "two".getBytes(ISO_8859_1))
          .send(HEADERS, END_HEADERS | END_STREAM, 1, fields("x-sum", "7"));
      Http2Headers head = decoded(client.await(HEADERS));
      assertThat(head.contains("transfer-encoding")).isFalse();
      assertThat(head.get("trailer")).asString().isEqualTo("X-End");
      StringBuilder body = new StringBuilder();
      Http2Frames.Frame frame = client.read();
      for (; frame.type != HEADERS; frame = client.read()) {
        body.append(frame.type == DATA ? frame.text() : "");
      }
      assertThat(body).hasToString("abcde");
      assertThat(frame.flags & END_STREAM).isNotZero();
      assertThat(decoded(frame).get("x-end")).asString().isEqualTo("yes");
      assertThat(server.received())
          .contains("transfer-encoding: chunked\r\n")
          .doesNotContain("te: ")
          .endsWith("3\r\none\r\n3\r\ntwo\r\n0\r\nx-sum: 7\r\n\r\n");
    }
  }

  static Stream<Arguments> malformed() {
    String[] get = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a.example"};
    return Stream.of(
            List.of("host", "b.example"),
            List.of("connection", "close"),
            List.of("connection", "x"),
            List.of("transfer-encoding", "chunked"),
            List.of("te", "gzip"),
            List.of("upgrade", "h2c"),
            List.of("keep-alive", "1"),
            List.of("proxy-connection", "x"),
            List.of("http2-settings", "x"),
            List.of("X-Upper", "a"),
            List.of("x bad", "a"),
            List.of("", "a"),
            List.of("x", "a\r\nhost: b"),
            List.of("x", "a\nb"),
            List.of("x", "a\u0000b"),
            List.of("x", " a"),
            List.of("x", "a "),
            List.of(":path", "/other"),
            List.of(":x", "y"),
            List.of("content-length", "-1"))
        .map(more ->
            Arguments.of(
                more.toString(), joined(fields(get), fields(more.toArray(String[]::new)))));
  }

  /** Only where the stream ends with it: a body may follow this head. */
  static Stream<Arguments> malformedAsWhole() {
    String[] get = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a.example"};
    return Stream.of(
        Arguments.of("a body that is missing", joined(fields(get), fields("content-length", "5"))));
  }

  static Stream<Arguments> malformedStarts() {
    return Stream.of(
        Arguments.of("no path", fields(":method", "GET", ":scheme", "http", ":authority", "a")),
        Arguments.of("no method", fields(":scheme", "http", ":path", "/", ":authority", "a")),
        Arguments.of("no scheme", fields(":method", "GET", ":path", "/", ":authority", "a")),
        Arguments.of(
            "odd scheme",
            fields(":method", "GET", ":scheme", "ftp", ":path", "/", ":authority", "a")),
        Arguments.of(
            "path without /",
            fields(":method", "GET", ":scheme", "http", ":path", "x", ":authority", "a")),
        Arguments.of(
            "space in path",
            fields(":method", "GET", ":scheme", "http", ":path", "/ x", ":authority", "a")),
        Arguments.of(
            "line end in path",
            fields(":method", "GET", ":scheme", "http", ":path", "/\r\nx: y", ":authority", "a")),
        Arguments.of(
            "space in method",
            fields(":method", "G T", ":scheme", "http", ":path", "/", ":authority", "a")),
        Arguments.of(
            "line end in authority",
            fields(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a\r\nx: y")),
        Arguments.of(
            "pseudo-header behind a field",
            fields(
                ":method", "GET", ":scheme", "http", "x", "y", ":path", "/", ":authority", "a")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"malformed", "malformedStarts", "malformedAsWhole"})
  void whatIsMalformedNeverReachesAServer(String name, byte[] block) throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS | END_STREAM, 1, block);
      Http2Frames.Frame reset = client.await(RST_STREAM);
      assertThat(reset.stream).as(name).isEqualTo(1);
      assertThat(reset.code()).isEqualTo(PROTOCOL_ERROR);
      assertThat(server.received()).isEmpty();
      assertThat(client.get(3, "/").body(3)).isEqualTo("hello");
      assertThat(node.stats().http2().streamErrors()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"malformed", "malformedStarts"})
  void whatFollowsAMalformedHeadIsPassedOver(String name, byte[] block) throws Exception {
    byte[] good = fields(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, block);
      client.send(DATA, 0, 1, new byte[5]);
      client.send(HEADERS, END_HEADERS | END_STREAM, 1, good);
      assertThat(client.await(RST_STREAM).stream).as(name).isEqualTo(1);
      assertThat(client.get(3, "/").body(3)).isEqualTo("hello");
      assertThat(server.received().lines().filter(l -> l.startsWith("GET"))).hasSize(1);
    }
  }

  @Test
  void aStreamTooManyIsRefusedWithItsBodyAndHarmsNoOther() throws Exception {
    byte[] post = fields(":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a");
    int most = Http2Limits.DEFAULT.streams();
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      int last = 2 * most + 1;
      for (int stream = 1; stream <= last; stream += 2) {
        client.send(HEADERS, END_HEADERS, stream, post);
      }
      client.send(DATA, 0, last, new byte[5]);
      Http2Frames.Frame reset = client.await(RST_STREAM);
      assertThat(reset.stream).isEqualTo(last);
      assertThat(reset.code()).isEqualTo(REFUSED_STREAM);
      client.send(DATA, END_STREAM, last, new byte[5]);
      client.send(DATA, END_STREAM, 1, new byte[5]);
      assertThat(client.body(1)).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aWindowOfAStreamThatWasNeverOpenedEndsTheConnection(int increment) throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(WINDOW_UPDATE, 0, 1, bytes(increment));
      assertThat(client.await(GOAWAY).code()).isEqualTo(PROTOCOL_ERROR);
      assertThat(node.stats().http2().connectionErrors()).isEqualTo(1);
    }
  }

  @Test
  void aStreamWhoseClientReadsSlowlyStopsItsServerAndNoOtherStream() throws Exception {
    int size = 64 << 20;
    AtomicLong sent = new AtomicLong();
    try (RawServer server =
            new RawServer(peer -> {
              while (peer.readHead().startsWith("GET /big")) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                byte[] part = new byte[65_536];
                for (int left = size; left > 0; left -= part.length) {
                  peer.send(part, part.length);
                  sent.addAndGet(part.length);
                }
              }
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      // All of the connection's window is there for others.
      client.send(WINDOW_UPDATE, 0, 0, bytes(1 << 24));
      client.get(1, "/big");
      for (int stream = 3; stream < 43; stream += 2) {
        assertThat(client.get(stream, "/").body(stream)).isEqualTo("hello");
      }
      await().during(Duration.ofMillis(300)).until(() -> sent.get() < size / 2);
    }
  }

  @Test
  void aServerThatReadsSlowlyStopsItsStreamAndNoOther() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              while (true) {
                String head = peer.readHead();
                if (head.startsWith("POST")) {
                  RelayWaiting.until(read);
                  peer.read(1 << 20);
                } else if (head.isEmpty()) {
                  return;
                }
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
              }
            });
        TestNode node =
            TestNode.before(
                s ->
                    s.with(new Http2Limits(true, 128, 65_536, 200, 200, 100, 100, 100, 20_000, 16)),
                server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      int size = 1 << 20;
      client.send(HEADERS, END_HEADERS, 1, request("POST", "/", "content-length", "" + size));
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  // This client does not acknowledge settings: the window is that of before.
                  client.upload(1, 65_535, size);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (Http2Frames other = new Http2Frames(node.address())) {
        assertThat(other.get(1, "/").body(1)).isEqualTo("hello");
      }
      read.countDown();
      writer.join();
      assertThat(client.body(1)).isEqualTo("hello");
    }
  }

  @Test
  void whoHasAnAnswerBeforeItsRequestIsCompleteIsToldToSendNoMore() throws Exception {
    Limits small = Limits.ofRequests(8192, 32_768, 100, 10);
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(small), server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, request("POST", "/", "content-length", "11"));
      assertThat(decoded(client.await(HEADERS)).status()).asString().isEqualTo("413");
      assertThat(client.await(RST_STREAM).code()).isZero();
      client.send(DATA, END_STREAM, 1, new byte[11]);
      assertThat(client.get(3, "/").body(3)).isEqualTo("hello");
      assertThat(node.stats().http2().streamErrors()).isZero();
    }
  }

  @Test
  void aResponseThatBreaksOffIsAnErrorOfItsStream() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal");
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.get(1, "/");
      assertThat(client.await(RST_STREAM).stream).isEqualTo(1);
      client.get(3, "/");
      assertThat(client.await(RST_STREAM).stream).isEqualTo(3);
    }
  }

  @Test
  void aNodeThatDrainsSaysGoodbyeInTwoSteps() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              RelayWaiting.until(answer);
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.get(1, "/");
      await().until(() -> node.stats().active() == 1);
      Thread closing = Thread.ofVirtual().start(() -> node.node().close(Duration.ofSeconds(10)));
      assertThat(client.await(GOAWAY).lastStream()).isEqualTo(Integer.MAX_VALUE);
      Http2Frames.Frame ping = client.await(PING);
      // A request that was on its way is still taken.
      client.get(3, "/");
      client.send(PING, ACK, 0, ping.payload);
      Http2Frames.Frame last = client.await(GOAWAY);
      assertThat(last.lastStream()).isEqualTo(3);
      assertThat(last.code()).isZero();
      answer.countDown();
      int ended = 0;
      while (ended < 2) {
        ended += client.read().ends() ? 1 : 0;
      }
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      client.socket().close();
      closing.join();
    }
  }
}
