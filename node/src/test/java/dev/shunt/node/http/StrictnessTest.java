package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Limits;
import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other intermediaries get wrong: nothing of it reaches a server, or a client. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class StrictnessTest {

  private static RawServer server;
  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    server =
        new RawServer(peer -> {
          while (!peer.readHead().isEmpty()) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          }
        });
    node = TestNode.before(server.address());
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    server.close();
  }

  @ParameterizedTest
  @MethodSource({"framing", "headerSyntax", "requestLines", "hosts", "connections"})
  void aRequestThatCouldBeReadInTwoWaysIsRefused(String request) throws Exception {
    try (RawClient client = node.client()) {
      String before = server.received();
      client.send(request);
      String answer = client.readAll();
      assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("Connection: close");
      assertThat(server.received()).isEqualTo(before);
    }
  }

  static Stream<String> framing() {
    return Stream.of(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc");
  }

  static Stream<String> headerSyntax() {
    return Stream.of(
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tfolded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\nContent-Length: 5\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\rX",
        "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX(y): z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: z\r\n\r\n");
  }

  static Stream<String> requestLines() {
    return Stream.of(
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  static Stream<String> hosts() {
    return Stream.of(
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  static Stream<String> connections() {
    return Stream.of(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Host\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: Content-Length\r\n\r\nx",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: a;b\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\na\r\n",
        "+1\r\na\r\n",
        "0x1\r\na\r\n",
        " 1\r\na\r\n",
        "1 \r\na\r\n",
        "1\na\r\n",
        "1\ra\r\n",
        "1;a\nb\r\na\r\n",
        "1;a\rb\r\na\r\n",
        "1;\r\na\r\n",
        "1;a=\r\na\r\n",
        "1;a=\"\r\na\r\n",
        "1;a=\"b\\\"\r\na\r\n",
        "1;a=\"b\"c\r\na\r\n",
        "1; a=b\r\na\r\n",
        "1;a\u00e9\r\na\r\n",
        "1;a=\"\u00e9\"\r\na\r\n",
        "1\r\nab\r\n",
        "1\r\na\n0\r\n\r\n",
        "1\r\na\r\r\n",
        "fffffffffffffffff\r\n",
        "10000000000000001\r\na\r\n",
        "0\r\n X: y\r\n\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nHost: b\r\n\r\n",
        "0\r\nX: a\nb\r\n\r\n",
        "0\n\n",
      })
  void chunksThatCouldBeReadInTwoWaysAreRefused(String chunks) throws Exception {
    try (RawServer silent =
            new RawServer(peer -> {
              peer.readHead();
              peer.in().readAllBytes();
            });
        TestNode own = TestNode.before(silent.address());
        RawClient client = own.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
      assertThat(client.readAll()).startsWith("HTTP/1.1 400 ").contains("Connection: close");
      assertThat(own.stats().badRequests()).isEqualTo(1);
      String received = silent.received();
      int head = received.indexOf("\r\n\r\n");
      String body = head < 0 ? "" : received.substring(head + 4);
      assertThat(chunks).as("what the server got is a part of what came").startsWith(body);
      assertThat(body).as("a body that ends").doesNotEndWith("0\r\n\r\n").isNotEqualTo(chunks);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a.example:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9 \t \r\nY:\r\n\r\n",
        "PROPFIND /%41;x?q='\"<>|{}^`\\ HTTP/1.1\r\nhOST:a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
      })
  void whatIsOnlyUnusualPasses(String request) throws Exception {
    try (RawClient client = node.client()) {
      assertThat(client.send(request).readHead()).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void methodsThatAProxyMustNotPassAreRefused() throws Exception {
    try (RawClient client = node.client()) {
      client.send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 405 ").contains("Allow: GET");
    }
    try (RawClient client = node.client()) {
      client.send("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 405 ");
    }
  }

  @Test
  void versionsAndExpectationsThatAreUnknownAreRefusedAsSuch() throws Exception {
    try (RawClient client = node.client()) {
      assertThat(client.send("GET / HTTP/2.0\r\nHost: a\r\n\r\n").readAll())
          .startsWith("HTTP/1.1 505 ");
    }
    try (RawClient client = node.client()) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n").readAll())
          .startsWith("HTTP/1.1 417 ");
    }
  }

  @Test
  void aSmuggledRequestIsNeverSeenByTheServer() throws Exception {
    String before = server.received();
    try (RawClient client = node.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\nTransfer-Encoding : chunked\r\n\r\n"
              + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
      client.readAll();
    }
    assertThat(server.received()).isEqualTo(before);
  }

  @Test
  void eachLimitHasItsStatus() throws Exception {
    Limits limits = Limits.ofRequests(100, 1000, 5, 10);
    String before = server.received();
    try (TestNode own = TestNode.before(s -> s.with(limits), server.address())) {
      refuses(own, "GET /" + "x".repeat(200) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
      refuses(own, "GET /" + "x".repeat(2000), 414);
      refuses(own, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(2000) + "\r\n\r\n", 431);
      refuses(own, "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(9) + "\r\n", 431);
      refuses(own, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", 413);
      assertThat(server.received()).as("what the server got").isEqualTo(before);
      refuses(
          own,
          "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n",
          413);
      assertThat(own.stats().badRequests()).isEqualTo(6);
    }
  }

  private static void refuses(TestNode node, String request, int status) throws Exception {
    try (RawClient client = node.client()) {
      assertThat(client.send(request).readAll()).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\na",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
      })
  void aServersBadResponseIsA502AndItsConnectionIsDropped(String response) throws Exception {
    try (RawServer bad = RawServer.answering(response);
        TestNode own = TestNode.before(bad.address());
        RawClient client = own.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
      client.get("/").readResponse();
      assertThat(bad.accepted()).isEqualTo(2);
      assertThat(own.stats().badResponses()).isEqualTo(2);
    }
  }

  @Test
  void bytesAfterAResponseNeverAnswerTheNextRequest() throws Exception {
    String response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    try (RawServer bad =
            RawServer.answering(response + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        TestNode own = TestNode.before(bad.address());
        RawClient client = own.client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get("/").readResponse()).isEqualTo(response);
      }
      assertThat(bad.accepted()).isEqualTo(3);
    }
  }

  @Test
  void aResponseThatBreaksOffNeverLooksComplete() throws Exception {
    for (String response :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        }) {
      for (String version : new String[] {"1.0", "1.1"}) {
        try (RawServer bad =
                new RawServer(peer -> {
                  peer.readHead();
                  peer.send(response);
                });
            TestNode own = TestNode.before(bad.address());
            RawClient client = own.client()) {
          client.send("GET / HTTP/" + version + "\r\nHost: a\r\n\r\n");
          assertThat(catchThrowable(client::readAll))
              .isInstanceOf(SocketException.class)
              .hasMessageContaining("reset");
          await().until(() -> own.stats().aborted() == 1);
        }
      }
    }
  }
}
