package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.RST_STREAM;
import static dev.shunt.node.http.Http2Frames.SETTINGS;
import static dev.shunt.node.http.Http2Frames.fields;
import static dev.shunt.node.http.Http2Frames.joined;
import static dev.shunt.node.http.Http2Frames.setting;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HttpService;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.ToServers;
import dev.shunt.node.tls.TestCertificates;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets over HTTP/2 (RFC 8441) on either side of a node, byte by byte. */
class WebSocketTest {

  private static final int ENABLE_CONNECT_PROTOCOL = 8;
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  private static final String UPGRADE =
      "GET /chat HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
          + KEY
          + "\r\n\r\n";

  @TempDir Path directory;

  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder();

  private static HttpService plain(HttpService service) {
    return service.with(ToServers.of(ServerProtocol.H2C));
  }

  private static byte[] connect(String protocol, String... more) {
    return joined(
        fields(
            ":method",
            "CONNECT",
            ":protocol",
            protocol,
            ":scheme",
            "http",
            ":path",
            "/chat",
            ":authority",
            "a.example",
            "sec-websocket-version",
            "13"),
        fields(more));
  }

  private Http2Headers head(Http2Frames client) throws Exception {
    Http2Frames.Frame frame = client.await(HEADERS);
    return hpack.decodeHeaders(frame.stream, Unpooled.wrappedBuffer(frame.payload));
  }

  private static String acceptOf(String request) throws IOException {
    int at = request.toLowerCase(Locale.ROOT).indexOf("sec-websocket-key: ") + 19;
    String key = request.substring(at, request.indexOf('\r', at));
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  /** A server of HTTP/1.1 that agrees to WebSockets and sends back what it gets, in capitals. */
  private static RawServer echoing() throws IOException {
    return new RawServer(peer -> {
      String request = peer.readHead();
      peer.send(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: "
              + acceptOf(request)
              + "\r\n\r\nwelcome");
      peer.send(peer.read(5).toUpperCase(Locale.ROOT));
    });
  }

  @Test
  void aNodeSaysThatItTakesWebSocketsOverHttp2() throws Exception {
    try (RawServer server = echoing();
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      assertThat(client.await(SETTINGS).payload)
          .containsSequence(setting(ENABLE_CONNECT_PROTOCOL, 1));
    }
  }

  @Test
  void aStreamBecomesAWebSocketOfAServerOfHttp11() throws Exception {
    try (RawServer server = echoing();
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, connect("websocket", "sec-websocket-key", "mine"));
      Http2Headers head = head(client);
      assertThat(head.status()).asString().isEqualTo("200");
      assertThat(head.get("sec-websocket-protocol")).asString().isEqualTo("chat");
      assertThat(head.contains("sec-websocket-accept")).isFalse();
      assertThat(head.contains("upgrade")).isFalse();
      assertThat(client.await(DATA).text()).isEqualTo("welcome");
      client.send(DATA, 0, 1, "hello".getBytes(ISO_8859_1));
      assertThat(client.await(DATA).text()).isEqualTo("HELLO");
      assertThat(client.body(1)).as("the server's close ends the stream").isEmpty();
      assertThat(server.received())
          .startsWith("GET /chat HTTP/1.1\r\nhost: a.example\r\n")
          .contains("Connection: upgrade\r\nUpgrade: websocket\r\n")
          .doesNotContain("mine");
      assertThat(node.stats().tunnels()).isEqualTo(1);
      await().until(() -> node.stats().active() == 0);
    }
  }

  @Test
  void whatAClientEndsItsServerSeesEnd() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              String request = peer.readHead();
              peer.send(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                      + acceptOf(request)
                      + "\r\n\r\n");
              peer.send("got " + new String(peer.in().readAllBytes(), ISO_8859_1));
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, connect("websocket"));
      assertThat(head(client).status()).asString().isEqualTo("200");
      client.send(DATA, END_STREAM, 1, "bye".getBytes(ISO_8859_1));
      assertThat(client.body(1)).isEqualTo("got bye");
    }
  }

  @Test
  void whoDoesNotAgreeOrAnswersWronglyOpensNoTunnel() throws Exception {
    String wrong =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + ACCEPT
            + "\r\n\r\n";
    String[] answers = {
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
      wrong
    };
    String[] statuses = {"502", "403", "502"};
    for (int i = 0; i < answers.length; i++) {
      try (RawServer server = RawServer.answering(answers[i]);
          TestNode node = TestNode.before(server.address());
          Http2Frames client = new Http2Frames(node.address())) {
        client.send(HEADERS, END_HEADERS, 1, connect("websocket"));
        Http2Frames.Frame frame = client.await(HEADERS);
        Http2Headers head =
            new DefaultHttp2HeadersDecoder()
                .decodeHeaders(frame.stream, Unpooled.wrappedBuffer(frame.payload));
        assertThat(head.status()).as(answers[i]).asString().isEqualTo(statuses[i]);
      }
    }
  }

  @Test
  void anotherProtocolIsNotImplementedAndABrokenRequestIsMalformed() throws Exception {
    try (RawServer server = echoing();
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, connect("connect-udp"));
      assertThat(head(client).status()).asString().isEqualTo("501");
      client.send(HEADERS, END_HEADERS, 3, connect("websocket", "content-length", "3"));
      Http2Frames.Frame reset = client.await(RST_STREAM);
      while (reset.stream != 3) {
        reset = client.await(RST_STREAM);
      }
      assertThat(reset.code()).isEqualTo(Http2Frames.PROTOCOL_ERROR);
      assertThat(server.received()).doesNotContain("connect-udp");
    }
  }

  // Servers of HTTP/2.

  private static RawServer http2(boolean announced) throws IOException {
    return Http2Peer.server(
        peer -> {
          int stream = peer.request();
          Http2Headers asked = peer.headers();
          if (!"CONNECT".contentEquals(asked.method())
              || !"websocket".contentEquals(String.valueOf(asked.get(":protocol")))
              || asked.contains("sec-websocket-key")
              || asked.contains("upgrade")) {
            peer.head(stream, true, ":status", "400");
            return;
          }
          peer.head(stream, false, ":status", "200", "sec-websocket-protocol", "chat");
          peer.data(stream, "welcome", false);
          peer.data(stream, peer.await(DATA).text().toUpperCase(Locale.ROOT), true);
          peer.await(DATA);
        },
        setting(ENABLE_CONNECT_PROTOCOL, announced ? 1 : 0));
  }

  @Test
  void aWebSocketOfHttp11BecomesAStreamOfAServerThatTakesThem() throws Exception {
    try (RawServer server = http2(true);
        TestNode node = TestNode.before(WebSocketTest::plain, server.address());
        RawClient client = node.client()) {
      String head = client.send(UPGRADE).readHead();
      assertThat(head)
          .startsWith("HTTP/1.1 101 ")
          .contains("sec-websocket-accept: " + ACCEPT, "sec-websocket-protocol: chat");
      assertThat(client.readUntil("welcome")).isEqualTo("welcome");
      assertThat(client.send("hello").readAll()).isEqualTo("HELLO");
      await().until(() -> node.stats().active() == 0);
    }
  }

  @Test
  void aWebSocketStaysAStreamOverHttp2OnBothSides() throws Exception {
    try (RawServer server = http2(true);
        TestNode node = TestNode.before(WebSocketTest::plain, server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, connect("websocket"));
      assertThat(head(client).status()).asString().isEqualTo("200");
      client.send(DATA, 0, 1, "hello".getBytes(ISO_8859_1));
      assertThat(client.body(1)).isEqualTo("welcomeHELLO");
    }
  }

  @Test
  void aServerThatDoesNotTakeThemIsNotAsked() throws Exception {
    try (RawServer server = http2(false);
        TestNode node = TestNode.before(WebSocketTest::plain, server.address());
        RawClient client = node.client()) {
      assertThat(client.send(UPGRADE).readResponse())
          .startsWith("HTTP/1.1 501 ")
          .contains("the server takes no WebSockets");
    }
  }

  @Test
  void serversThatSpeakBothAreAskedOverHttp11() throws Exception {
    TlsTermination shown =
        TlsTermination.of(
            new TestCertificates(directory).certificate("server", "DNS:web.internal"));
    TlsToServers unverified =
        new TlsToServers(Optional.empty(), Optional.empty(), false, Optional.empty());
    try (RawServer server = echoing();
        TestNode back = TestNode.before(s -> s.with(shown), server.address());
        TestNode node =
            TestNode.before(
                s -> s.with(unverified).with(ToServers.of(ServerProtocol.AUTO)), back.address());
        RawClient client = node.client()) {
      assertThat(client.send(UPGRADE).readHead()).startsWith("HTTP/1.1 101 ").contains(ACCEPT);
      assertThat(client.readUntil("welcome")).isEqualTo("welcome");
      assertThat(client.send("hello").readAll()).isEqualTo("HELLO");
      assertThat(back.stats().http2().connections()).isZero();
    }
  }
}
