package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.CONTINUATION;
import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.GOAWAY;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.PING;
import static dev.shunt.node.http.Http2Frames.REFUSED_STREAM;
import static dev.shunt.node.http.Http2Frames.RST_STREAM;
import static dev.shunt.node.http.Http2Frames.SETTINGS;
import static dev.shunt.node.http.Http2Frames.bytes;
import static dev.shunt.node.http.Http2Frames.fields;
import static dev.shunt.node.http.Http2Frames.joined;
import static dev.shunt.node.http.Http2Frames.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.Timeouts;
import dev.shunt.node.ToServers;
import dev.shunt.node.http.Http2Frames.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 servers that leave, refuse, break rules or attack, frame by frame. */
class Http2BadServersTest {

  private static final int PUSH_PROMISE = 5;
  private static final int CANCEL = 8;
  private static final int INTERNAL_ERROR = 2;
  private static final int MAX_CONCURRENT_STREAMS = 3;
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n";

  private static HttpService plain(HttpService service) {
    return service.with(ToServers.of(ServerProtocol.H2C));
  }

  private static TestNode before(InetSocketAddress... servers) throws Exception {
    return TestNode.before(Http2BadServersTest::plain, servers);
  }

  private static byte[] goAway(int last, int code) {
    return joined(bytes(last), bytes(code));
  }

  // Servers that leave or refuse.

  @Test
  void whatAServerThatLeavesDidNotBeginGoesAgainOnAnotherConnection() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    Http2Peer.Script script =
        peer -> {
          if (connections.incrementAndGet() == 1) {
            peer.request();
            peer.send(GOAWAY, 0, 0, goAway(0, 0));
          }
          peer.answerAll("second");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      assertThat(client.send(POST).readUntil("second")).startsWith("HTTP/1.1 200");
      assertThat(connections).hasValue(2);
      assertThat(node.stats().retries()).isEqualTo(1);
    }
  }

  @Test
  void whatItBeganIsAwaitedAndNothingNewGoesThere() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    Http2Peer.Script script =
        peer -> {
          if (connections.incrementAndGet() == 1) {
            int stream = peer.request();
            peer.send(GOAWAY, 0, 0, goAway(stream, 0));
            peer.head(stream, false, ":status", "200");
            FailureTest.awaitQuietly(answer);
            peer.data(stream, "first", true);
          }
          peer.answerAll("second");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient one = node.client();
        RawClient two = node.client()) {
      one.get("/").readHead();
      assertThat(two.get("/").readUntil("second")).contains("second");
      answer.countDown();
      assertThat(one.readUntil("first")).contains("first");
      assertThat(connections).hasValue(2);
    }
  }

  @Test
  void aRefusedRequestGoesAgainWhateverItsMethod() throws Exception {
    Http2Peer.Script script =
        peer -> {
          peer.send(RST_STREAM, 0, peer.request(), bytes(REFUSED_STREAM));
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      assertThat(client.send(POST).readUntil("hello")).startsWith("HTTP/1.1 200");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void whoAlwaysRefusesIsGivenUp() throws Exception {
    Http2Peer.Script refusing =
        peer -> {
          while (true) {
            peer.send(RST_STREAM, 0, peer.request(), bytes(REFUSED_STREAM));
          }
        };
    try (RawServer server = Http2Peer.server(refusing);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      assertThat(client.send(POST).readResponse()).startsWith("HTTP/1.1 502");
    }
  }

  @Test
  void aRequestThatMayHaveBeenDoneIsNotDoneAgain() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    Http2Peer.Script script =
        peer -> {
          while (true) {
            int stream = peer.request();
            if (requests.incrementAndGet() == 2) {
              return;
            }
            peer.answer(stream, "hello");
          }
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      client.send(POST).readUntil("hello");
      assertThat(client.readUntil("0\r\n\r\n")).isNotEmpty();
      assertThat(client.send(POST).readResponse()).startsWith("HTTP/1.1 502");
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void aStreamThatIsResetIsA502OrNoCleanEnd() throws Exception {
    Http2Peer.Script script =
        peer -> {
          peer.send(RST_STREAM, 0, peer.request(), bytes(INTERNAL_ERROR));
          int stream = peer.request();
          peer.head(stream, false, ":status", "200").data(stream, "part", false);
          peer.send(RST_STREAM, 0, stream, bytes(INTERNAL_ERROR));
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient one = node.client();
        RawClient two = node.client()) {
      assertThat(one.get("/").readResponse()).startsWith("HTTP/1.1 502");
      assertThatThrownBy(() -> one.get("/").readAll()).isInstanceOf(IOException.class);
      assertThat(two.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
      assertThat(server.accepted()).as("other streams are not harmed").isEqualTo(1);
    }
  }

  @Test
  void aClientThatLeavesCancelsItsStream() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    Http2Peer.Script script =
        peer -> {
          int stream = peer.request();
          Frame reset = peer.await(RST_STREAM);
          if (reset.stream == stream && reset.code() == CANCEL) {
            cancelled.countDown();
          }
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient other = node.client()) {
      try (RawClient client = node.client()) {
        client.get("/");
        await().until(() -> node.stats().active() == 1);
      }
      FailureTest.awaitQuietly(cancelled);
      assertThat(other.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aServersLimitOfStreamsIsKept() throws Exception {
    AtomicInteger waiting = new AtomicInteger();
    Http2Peer.Script script =
        peer -> {
          int stream = peer.request();
          waiting.incrementAndGet();
          await().until(() -> waiting.get() == 3);
          peer.answer(stream, "hello");
          peer.answerAll("again");
        };
    try (RawServer server = Http2Peer.server(script, setting(MAX_CONCURRENT_STREAMS, 1));
        TestNode node = before(server.address());
        RawClient one = node.client();
        RawClient two = node.client();
        RawClient three = node.client()) {
      for (RawClient client : new RawClient[] {one, two, three}) {
        client.get("/");
      }
      for (RawClient client : new RawClient[] {one, two, three}) {
        assertThat(client.readUntil("hello")).startsWith("HTTP/1.1 200");
      }
      assertThat(server.accepted()).isEqualTo(3);
    }
  }

  @Test
  void aServerThatAllowsNoStreamsIsNoServer() throws Exception {
    try (RawServer none =
            Http2Peer.server(peer -> peer.answerAll("no"), setting(MAX_CONCURRENT_STREAMS, 0));
        RawServer some = Http2Peer.server(peer -> peer.answerAll("yes"));
        TestNode node = before(none.address(), some.address());
        RawClient client = node.client()) {
      assertThat(client.send(POST).readUntil("yes")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aServerThatSaysNothingIsLeftForAnother() throws Exception {
    Timeouts d = Timeouts.DEFAULT;
    Timeouts impatient =
        new Timeouts(
            d.header(),
            d.idle(),
            d.body(),
            Duration.ofMillis(200),
            d.response(),
            d.responseBody(),
            d.writeStall(),
            d.serverIdle(),
            d.tunnel(),
            d.linger());
    try (RawServer mute = new RawServer(peer -> peer.readUntil("never"));
        RawServer some = Http2Peer.server(peer -> peer.answerAll("yes"));
        TestNode node =
            TestNode.before(s -> plain(s).with(impatient), mute.address(), some.address());
        RawClient client = node.client()) {
      assertThat(client.send(POST).readUntil("yes")).startsWith("HTTP/1.1 200");
      assertThat(client.send(POST).readUntil("yes")).contains("HTTP/1.1 200");
    }
  }

  // Servers that break the rules.

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("no status", new String[] {"x-a", "b"}),
        Arguments.of("101", new String[] {":status", "101"}),
        Arguments.of("a status of words", new String[] {":status", "abc"}),
        Arguments.of("a short status", new String[] {":status", "20"}),
        Arguments.of("a status out of range", new String[] {":status", "999"}),
        Arguments.of("two statuses", new String[] {":status", "200", ":status", "200"}),
        Arguments.of("a request's field", new String[] {":status", "200", ":path", "/"}),
        Arguments.of("an unknown field", new String[] {":status", "200", ":x", "/"}),
        Arguments.of("a late status", new String[] {"x-a", "b", ":status", "200"}),
        Arguments.of("upper case", new String[] {":status", "200", "X-A", "b"}),
        Arguments.of("a name with a space", new String[] {":status", "200", "x a", "b"}),
        Arguments.of("a name with a colon", new String[] {":status", "200", "x:a", "b"}),
        Arguments.of("an empty name", new String[] {":status", "200", "", "b"}),
        Arguments.of("a line end", new String[] {":status", "200", "x-a", "b\r\nc: d"}),
        Arguments.of("a bare LF", new String[] {":status", "200", "x-a", "b\nc: d"}),
        Arguments.of("a NUL", new String[] {":status", "200", "x-a", "b\0c"}),
        Arguments.of("connection", new String[] {":status", "200", "connection", "close"}),
        Arguments.of("keep-alive", new String[] {":status", "200", "keep-alive", "1"}),
        Arguments.of("upgrade", new String[] {":status", "200", "upgrade", "h2c"}),
        Arguments.of("chunks", new String[] {":status", "200", "transfer-encoding", "chunked"}),
        Arguments.of("bad length", new String[] {":status", "200", "content-length", "+3"}),
        Arguments.of(
            "two lengths",
            new String[] {":status", "200", "content-length", "3", "content-length", "4"}),
        Arguments.of("a missing body", new String[] {":status", "200", "content-length", "3"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void aMalformedAnswerIsA502AndHarmsNoOtherStream(String what, String[] fields) throws Exception {
    Http2Peer.Script script =
        peer -> {
          peer.head(peer.request(), true, fields);
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).as(what).startsWith("HTTP/1.1 502");
      assertThat(client.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(node.stats().badResponses()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"})
  void dataBeforeTheHeadIsA502AndHarmsNoOtherStream(String data) throws Exception {
    Http2Peer.Script script =
        peer -> {
          int stream = peer.request();
          peer.data(stream, data, false);
          peer.head(stream, true, ":status", "200");
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 502");
      assertThat(client.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(node.stats().badResponses()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "1234"})
  void aBodyOfAnotherLengthHasNoCleanEnd(String body) throws Exception {
    Http2Peer.Script script =
        peer -> {
          int stream = peer.request();
          peer.head(stream, false, ":status", "200", "content-length", "3");
          peer.data(stream, body, true);
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client();
        RawClient other = node.client()) {
      client.get("/");
      assertThatThrownBy(() -> client.readResponse().formatted(client.readAll()))
          .isInstanceOf(IOException.class);
      assertThat(other.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aForbiddenOrMalformedTrailerIsNotPassedOn() throws Exception {
    Http2Peer.Script script =
        peer -> {
          while (true) {
            int stream = peer.request();
            peer.head(stream, false, ":status", "200").data(stream, "part", false);
            peer.head(stream, true, "content-length", "3");
          }
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client()) {
      client.get("/");
      assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
    }
  }

  @Test
  void headersBeyondTheLimitAreA502() throws Exception {
    Http2Peer.Script script =
        peer -> {
          peer.head(peer.request(), true, ":status", "200", "x-large", "a".repeat(4500));
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node =
            TestNode.before(
                s -> plain(s).with(Limits.ofRequests(1024, 4096, 20, 0)), server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 502");
      assertThat(client.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
    }
  }

  // Servers that attack.

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("PING", PING, 0, 0, new byte[8], 25_000),
        Arguments.of("SETTINGS", SETTINGS, 0, 0, new byte[0], 200),
        Arguments.of("empty DATA", DATA, 0, 1, new byte[0], 25_000),
        Arguments.of("PUSH_PROMISE", PUSH_PROMISE, END_HEADERS, 1, bytes(2), 1),
        Arguments.of("DATA for no stream", DATA, 0, 99, new byte[1], 1),
        Arguments.of(
            "a malformed head for no stream",
            HEADERS,
            END_HEADERS,
            99,
            fields(":status", "200", "X-A", "b"),
            1),
        Arguments.of("an endless head", CONTINUATION, 0, 1, new byte[1], 100));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void aFloodEndsTheConnectionAndTheNextRequestGetsAnother(
      String what, int type, int flags, int stream, byte[] payload, int count) throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    Http2Peer.Script script =
        peer -> {
          if (connections.incrementAndGet() > 1) {
            peer.answerAll("hello");
          }
          int opened = peer.request();
          peer.send(
              HEADERS, type == CONTINUATION ? 0 : END_HEADERS, opened, fields(":status", "200"));
          try {
            for (int i = 0; i < count; i++) {
              peer.send(type, flags, stream == 1 ? opened : stream, payload);
            }
            peer.await(GOAWAY);
            while (true) {
              peer.read();
            }
          } finally {
            ended.countDown();
          }
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient client = node.client();
        RawClient other = node.client()) {
      client.get("/");
      FailureTest.awaitQuietly(ended);
      await().until(() -> node.stats().active() == 0);
      assertThat(other.get("/").readUntil("hello")).as(what).startsWith("HTTP/1.1 200");
    }
  }
}
