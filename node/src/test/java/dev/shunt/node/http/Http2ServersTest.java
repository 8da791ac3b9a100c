package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.Http2Limits;
import dev.shunt.node.HttpService;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ServerState;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.ToServers;
import dev.shunt.node.tls.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that go to servers over HTTP/2; another node is the server. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class Http2ServersTest {

  @TempDir Path directory;

  private static HttpService plain(HttpService service) {
    return service.with(ToServers.of(ServerProtocol.H2C));
  }

  /** A node that speaks HTTP/2 to another, in front of a server of HTTP/1.1. */
  private record Chain(RawServer last, TestNode back, TestNode front) implements AutoCloseable {

    static Chain before(RawServer last) throws Exception {
      TestNode back = TestNode.before(last.address());
      return new Chain(last, back, TestNode.before(Http2ServersTest::plain, back.address()));
    }

    @Override
    public void close() throws IOException {
      front.close();
      back.close();
      last.close();
    }
  }

  @Test
  void aRequestGoesOverHttp2AndItsAnswerComesBack() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi";
    try (Chain chain = Chain.before(RawServer.answering(answer));
        RawClient client = chain.front.client()) {
      client.send("GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\nCookie: a=1\r\n\r\n");
      assertThat(client.readResponse())
          .isEqualTo("HTTP/1.1 200 \r\nx-a: b\r\ncontent-length: 2\r\n\r\nhi");
      assertThat(chain.last.received())
          .startsWith("GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\n")
          .contains("\r\ncookie: a=1\r\n")
          .doesNotContain("Transfer", "Connection", "Upgrade");
      assertThat(client.get("/again").readResponse()).endsWith("hi");
      assertThat(chain.back.stats().http2().connections()).isEqualTo(1);
      assertThat(chain.front.stats().servers().getFirst().opened()).isEqualTo(1);
    }
  }

  @Test
  void anAbsoluteTargetLosesItsSchemeAndHost() throws Exception {
    try (Chain chain = Chain.before(RawServer.saying("hi"));
        RawClient client = chain.front.client()) {
      client.send("GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n").readResponse();
      client.send("GET http://a.example?z HTTP/1.1\r\nHost: a.example\r\n\r\n").readResponse();
      client.send("OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n").readResponse();
      assertThat(chain.last.received())
          .contains("GET /x?y HTTP/1.1", "GET /?z HTTP/1.1", "OPTIONS * HTTP/1.1");
    }
  }

  @Test
  void bodiesAndTrailersGoBothWays() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-end\r\n\r\n"
            + "5\r\nhello\r\n0\r\nx-end: yes\r\n\r\n";
    try (Chain chain =
            Chain.before(
                new RawServer(peer -> {
                  peer.readHead();
                  peer.readUntil("x-sum: 7\r\n\r\n");
                  peer.send(answer);
                }));
        RawClient client = chain.front.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n");
      String head = client.readHead();
      assertThat(head).contains("\r\nTransfer-Encoding: chunked\r\n", "\r\ntrailer: x-end\r\n");
      assertThat(client.readUntil("\r\n\r\n")).isEqualTo("5\r\nhello\r\n0\r\nx-end: yes\r\n\r\n");
      assertThat(chain.last.received()).contains("abc", "de", "\r\nx-sum: 7\r\n\r\n");
    }
  }

  @Test
  void aLengthStaysOneAndSoDoesNoLength() throws Exception {
    try (Chain chain =
            Chain.before(
                new RawServer(peer -> {
                  peer.readHead();
                  peer.read(5);
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
                  peer.readHead();
                  peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
                }));
        RawClient client = chain.front.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(client.readResponse()).contains("content-length: 3\r\n").endsWith("abc");
      client.get("/");
      assertThat(client.readHead()).contains("Transfer-Encoding: chunked\r\n");
      assertThat(client.readUntil("0\r\n\r\n")).contains("until the end");
    }
  }

  @Test
  void answersWithoutABodyHaveNone() throws Exception {
    try (Chain chain =
            Chain.before(
                new RawServer(peer -> {
                  while (true) {
                    String head = peer.readHead();
                    if (head.isEmpty()) {
                      return;
                    }
                    peer.send(
                        head.contains("/204")
                            ? "HTTP/1.1 204 No Content\r\n\r\n"
                            : head.contains("/304")
                                ? "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
                  }
                }));
        RawClient client = chain.front.client()) {
      assertThat(client.get("/204").readHead()).startsWith("HTTP/1.1 204").doesNotContain("ength");
      assertThat(client.get("/304").readHead()).startsWith("HTTP/1.1 304");
      client.send("HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n");
      assertThat(client.readHead()).contains("content-length: 9");
      assertThat(client.get("/204").readHead()).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void interimAnswersComeFirst() throws Exception {
    try (Chain chain =
            Chain.before(
                new RawServer(peer -> {
                  peer.readHead();
                  peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
                  peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                  peer.read(2);
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }));
        RawClient client = chain.front.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 103").contains("link: </a.css>");
      assertThat(client.readHead()).startsWith("HTTP/1.1 100");
      assertThat(client.send("hi").readResponse()).startsWith("HTTP/1.1 200").endsWith("ok");
    }
  }

  @Test
  void manyRequestsShareFewConnections() throws Exception {
    try (RawServer last = RawServer.saying("hello");
        TestNode back = TestNode.before(s -> s.with(streams(10)), last.address());
        TestNode front = TestNode.before(Http2ServersTest::plain, back.address())) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        clients.add(front.client());
      }
      for (int round = 0; round < 3; round++) {
        for (RawClient client : clients) {
          client.get("/");
        }
        for (RawClient client : clients) {
          assertThat(client.readResponse()).endsWith("hello");
        }
      }
      for (RawClient client : clients) {
        client.close();
      }
      assertThat(front.stats().servers().getFirst().opened()).isBetween(1L, 8L);
      assertThat(front.stats().status2xx()).isEqualTo(120);
    }
  }

  private static Http2Limits streams(int count) {
    Http2Limits d = Http2Limits.DEFAULT;
    return new Http2Limits(
        true,
        count,
        d.streamWindow(),
        d.resets(),
        d.faults(),
        d.settings(),
        d.pings(),
        d.emptyData(),
        d.otherFrames(),
        d.continuations());
  }

  @Test
  void largeBodiesOfManyStreamsGoThroughBothWays() throws Exception {
    byte[] body = new byte[3_000_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 + i / 7);
    }
    try (Chain chain =
            Chain.before(
                new RawServer(peer -> {
                  while (!peer.readHead().isEmpty()) {
                    byte[] got = peer.in().readNBytes(body.length);
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                    peer.send(got, got.length);
                  }
                }));
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + chain.front.address().getPort()))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
      }
      for (CompletableFuture<HttpResponse<byte[]>> each : all) {
        assertThat(each.get().body()).isEqualTo(body);
      }
    }
  }

  @Test
  void overHttp2OnBothSidesItStaysAStream() throws Exception {
    try (Chain chain = Chain.before(RawServer.saying("hello"));
        Http2Frames client = new Http2Frames(chain.front.address())) {
      client.send(
          HEADERS,
          END_HEADERS | END_STREAM,
          1,
          request("GET", "/", "te", "trailers", "cookie", "a=1", "cookie", "b=2"));
      assertThat(client.body(1)).isEqualTo("hello");
      assertThat(chain.last.received()).contains("cookie: a=1; b=2");
    }
  }

  // TLS.

  private static TlsToServers unverified() {
    return new TlsToServers(Optional.empty(), Optional.empty(), false, Optional.empty());
  }

  private TlsTermination termination() throws Exception {
    TlsKeyPair pair =
        new TestCertificates(directory).certificate("server", "DNS:web.internal", "IP:127.0.0.1");
    return TlsTermination.of(pair);
  }

  @ParameterizedTest
  @EnumSource(
      value = ServerProtocol.class,
      names = {"H2", "AUTO"})
  void overTlsHttp2IsAgreedOn(ServerProtocol protocol) throws Exception {
    TlsTermination shown = termination();
    try (RawServer last = RawServer.saying("hello");
        TestNode back = TestNode.before(s -> s.with(shown), last.address());
        TestNode front =
            TestNode.before(
                s -> s.with(unverified()).with(ToServers.of(protocol)), back.address());
        RawClient client = front.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200").endsWith("hello");
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200").endsWith("hello");
      assertThat(back.stats().http2().connections()).isEqualTo(1);
    }
  }

  @Test
  void aServerWithoutHttp2IsNoServerUnlessEitherWillDo() throws Exception {
    TlsTermination shown = termination();
    try (RawServer last = RawServer.saying("hello");
        TestNode back = TestNode.before(s -> s.with(shown).with(Http2Limits.OFF), last.address());
        TestNode strict =
            TestNode.before(
                s -> s.with(unverified()).with(ToServers.of(ServerProtocol.H2)), back.address());
        TestNode lenient =
            TestNode.before(
                s -> s.with(unverified()).with(ToServers.of(ServerProtocol.AUTO)), back.address());
        RawClient refused = strict.client();
        RawClient client = lenient.client();
        RawClient other = lenient.client()) {
      assertThat(refused.get("/").readResponse()).startsWith("HTTP/1.1 502");
      client.get("/");
      other.get("/");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("hello");
      assertThat(other.readResponse()).startsWith("HTTP/1.1 200").endsWith("hello");
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200").endsWith("hello");
      assertThat(back.stats().http2().connections()).isZero();
      assertThat(lenient.stats().servers().getFirst().opened()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aServerOfHttp11IsFoundOutBeforeARequestIsLostToIt() throws Exception {
    try (RawServer old = RawServer.saying("hello");
        RawServer last = RawServer.saying("new");
        TestNode back = TestNode.before(last.address());
        TestNode front = TestNode.before(Http2ServersTest::plain, old.address(), back.address());
        RawClient client = front.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("new");
    }
  }

  // Health.

  @Test
  void checksSpeakWhatRequestsSpeak() throws Exception {
    HealthCheck check =
        HealthCheck.http("/up").every(Duration.ofMillis(50), Duration.ofMillis(500), 1, 1);
    TlsTermination shown = termination();
    try (RawServer last = RawServer.saying("hello");
        RawServer ill = RawServer.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        TestNode back = TestNode.before(last.address());
        TestNode illBack = TestNode.before(ill.address());
        TestNode tls = TestNode.before(s -> s.with(shown), last.address());
        TestNode front =
            TestNode.before(
                s -> plain(s).with(check), back.address(), illBack.address(), last.address());
        TestNode encrypted =
            TestNode.before(
                s -> s.with(unverified()).with(ToServers.of(ServerProtocol.AUTO)).with(check),
                tls.address())) {
      await().until(() -> state(front, 0) == ServerState.UP);
      await().until(() -> state(front, 1) == ServerState.DOWN);
      await().until(() -> state(front, 2) == ServerState.DOWN);
      await().until(() -> last.received().contains("GET /up HTTP/1.1\r\nhost: localhost\r\n"));
      await().until(() -> tls.stats().http2().connections() > 0);
      assertThat(state(encrypted, 0)).isEqualTo(ServerState.UP);
    }
  }

  private static ServerState state(TestNode node, int server) {
    return node.node().servers(TestNode.SERVICE).get(server).state();
  }
}
