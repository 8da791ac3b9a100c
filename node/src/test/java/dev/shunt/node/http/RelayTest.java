package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.AddressRange;
import dev.shunt.node.Forwarding;
import dev.shunt.node.RequestIds;
import dev.shunt.node.Server;
import dev.shunt.node.TransportChoice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class RelayTest {

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void aRequestReachesTheServerAndItsAnswerComesBack(TransportChoice transport) throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(transport, UnaryOperator.identity(), server.address());
        RawClient client = node.client()) {
      client.get("/x?y=1");
      assertThat(client.readResponse())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(server.received())
          .isEqualTo(
              "GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 127.0.0.1\r\n"
                  + "X-Forwarded-Proto: http\r\nX-Forwarded-Host: a.example\r\n\r\n");
    }
  }

  /** Claim A9. */
  @Test
  void requestsOfOneClientConnectionGoToSeveralServers() throws Exception {
    try (RawServer one = RawServer.saying("1");
        RawServer two = RawServer.saying("2");
        RawServer three = RawServer.saying("3");
        TestNode node = TestNode.before(one.address(), two.address(), three.address());
        RawClient client = node.client()) {
      Set<String> bodies = new HashSet<>();
      for (int i = 0; i < 9; i++) {
        String response = client.get("/").readResponse();
        bodies.add(response.substring(response.length() - 1));
      }
      assertThat(bodies).containsExactlyInAnyOrder("1", "2", "3");
      assertThat(node.stats().accepted()).isEqualTo(1);
      assertThat(List.of(one.accepted(), two.accepted(), three.accepted()))
          .as("each server's connection is used again")
          .containsExactly(1, 1, 1);
      assertThat(node.stats().servers()).allMatch(s -> s.requests() == 3);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
                String path = head.split(" ")[1];
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
              }
            });
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      StringBuilder sent = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        sent.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(sent.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.readResponse()).endsWith("\r\n\r\n/" + i);
      }
    }
  }

  @Test
  void anHttp10ClientGetsItsBodyWithoutChunksAndItsConnectionCloses() throws Exception {
    try (RawServer server =
            RawServer.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n"
                    + "0\r\nX-T: v\r\n\r\n");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.readAll()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde");
      assertThat(server.received()).startsWith("GET / HTTP/1.1\r\n");
    }
  }

  @Test
  void anHttp10ClientThatAsksForItKeepsItsConnection() throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 3; i++) {
        client.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        assertThat(client.readResponse()).contains("Connection: keep-alive\r\n");
      }
    }
  }

  @Test
  void chunksAndTrailersPassBothWaysAsTheyCame() throws Exception {
    String chunks = "4\r\nwiki\r\n5\r\npedia\r\n0\r\nX-Check: 1\r\n\r\n";
    try (RawServer server =
            new RawServer(peer -> {
              while (!peer.readHead().isEmpty()) {
                peer.readUntil("X-Check: 1\r\n\r\n");
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
              }
            });
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 2; i++) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        assertThat(client.readUntil("X-Check: 1\r\n\r\n"))
            .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
      }
      assertThat(server.received()).contains(chunks);
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aBodyThatEndsWithTheServersConnectionIsChunkedForTheClient() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
            });
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readUntil("0\r\n\r\n"))
          .isEqualTo(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\nuntil the end\r\n"
                  + "0\r\n\r\n");
      assertThat(client.get("/").readHead())
          .as("the connection goes on")
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void responsesWithoutABodyKeepTheConnection() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
                peer.send(
                    head.startsWith("HEAD")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
                        : head.contains("/304")
                            ? "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"
                            : "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n");
              }
            });
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead()).contains("Content-Length: 1000");
      assertThat(client.get("/304").readHead()).startsWith("HTTP/1.1 304").contains("Length: 7");
      assertThat(client.get("/204").readHead()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatAwaitsAContinueGetsTheServersOwn() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              assertThat(peer.readHead()).contains("Expect: 100-continue\r\n");
              peer.send("HTTP/1.1 100 Continue\r\n\r\n");
              peer.read(4);
              peer.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
            });
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("body");
      assertThat(client.readHead()).startsWith("HTTP/1.1 201 Created");
      assertThat(server.received()).endsWith("\r\n\r\nbody");
    }
  }

  @Test
  void whatBelongsToOneConnectionIsNotPassedOn() throws Exception {
    try (RawServer server =
            RawServer.answering(
                "HTTP/1.1 200 OK\r\nConnection: x-secret, keep-alive\r\nKeep-Alive: timeout=5\r\n"
                    + "X-Secret: 1\r\nX-Open: 2\r\nContent-Length: 0\r\n\r\n");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: x-hop , TE\r\nX-Hop: 1\r\nTE: trailers\r\n"
              + "Proxy-Connection: close\r\nX-End: 2\r\nKeep-Alive: 3\r\n\r\n");
      assertThat(client.readHead())
          .isEqualTo("HTTP/1.1 200 OK\r\nX-Open: 2\r\nContent-Length: 0\r\n\r\n");
      assertThat(server.received())
          .startsWith("GET / HTTP/1.1\r\nHost: a\r\nX-End: 2\r\nX-Forwarded-For");
    }
  }

  @Test
  void aConnectionHeaderCannotTakeAwayWhatTheNodeAdds() throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Forwarded-For\r\nX-Forwarded-For: 6.6.6.6"
              + "\r\n\r\n");
      client.readResponse();
      assertThat(server.received())
          .contains("X-Forwarded-For: 127.0.0.1\r\n")
          .doesNotContain("6.6.6.6");
    }
  }

  @Test
  void onlyTrustedProxiesAreBelievedWhoTheClientIs() throws Exception {
    String request =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.1.1.1\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-For: 10.2.2.2\r\nForwarded: for=10.1.1.1\r\nX-Real-IP: 10.1.1.1\r\n\r\n";
    try (RawServer server = RawServer.saying("")) {
      try (TestNode node = TestNode.before(server.address());
          RawClient client = node.client()) {
        client.send(request).readResponse();
        assertThat(server.received())
            .contains("X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n")
            .doesNotContain("10.1.1.1");
      }
      Forwarding trusting =
          new Forwarding(List.of(AddressRange.parse("127.0.0.0/8")), true, RequestIds.OFF);
      try (TestNode node = TestNode.before(s -> s.with(trusting), server.address());
          RawClient client = node.client()) {
        assertThat(client.send(request).readResponse()).contains("Via: 1.1 shunt\r\n");
        assertThat(server.received())
            .contains("X-Forwarded-For: 10.1.1.1, 10.2.2.2, 127.0.0.1\r\n")
            .contains("X-Forwarded-Proto: https\r\n")
            .contains("Via: 1.1 shunt\r\n");
      }
    }
  }

  @Test
  void javasClientIsServed() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
                String body = peer.read(RawClient.contentLength(head));
                peer.send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(body.length())
                        + "\r\n"
                        + body
                        + "\r\n0\r\n\r\n");
              }
            });
        TestNode node = TestNode.before(server.address());
        HttpClient client = HttpClient.newHttpClient()) {
      String body = "x".repeat(100_000);
      for (int i = 0; i < 5; i++) {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(URI.create("http:/" + node.address() + "/"))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
      }
    }
  }

  @Test
  void curlIsServed() throws Exception {
    try (RawServer server = RawServer.saying("for curl");
        TestNode node = TestNode.before(server.address())) {
      Process curl =
          new ProcessBuilder("curl", "-sS", "--max-time", "5", "http:/" + node.address() + "/")
              .redirectErrorStream(true)
              .start();
      assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("for curl");
      assertThat(curl.waitFor()).isZero();
    }
  }

  @Test
  void statisticsTellWhatHappened() throws Exception {
    try (RawServer server = RawServer.saying("12345");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 10; i++) {
        client.get("/").readResponse();
      }
      await().until(() -> node.stats().active() == 0);
      assertThat(node.stats().requests()).isEqualTo(10);
      assertThat(node.stats().status2xx()).isEqualTo(10);
      assertThat(node.stats().latency().count()).isEqualTo(10);
      assertThat(node.stats().connections()).isEqualTo(1);
      assertThat(node.stats().bytesOut()).isGreaterThan(10 * 5);
      assertThat(node.stats().servers().getFirst().server().name()).isEqualTo("s1");
      assertThat(node.stats().servers().getFirst().opened()).isEqualTo(1);
      assertThat(node.stats().servers().getFirst().bytesIn()).isEqualTo(10 * 43);
      assertThat(node.node().servers(TestNode.SERVICE))
          .extracting(Server::healthy)
          .containsOnly(true);
    }
  }
}
