package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.Retries;
import dev.shunt.node.ServerPolicy;
import dev.shunt.node.ServiceStats;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is sent again, and how much of it. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class RetryTest {

  private static final String BUSY =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";

  private static RawServer closing() throws Exception {
    return new RawServer(RawServer.Peer::readHead);
  }

  private static ServerPolicy retrying(List<Integer> statuses, int percent, int floor) {
    return ServerPolicy.DEFAULT.with(new Retries(true, statuses, percent, floor));
  }

  @Test
  void whatOneServerDidNotAnswerAnotherGetsIfItIsIdempotent() throws Exception {
    try (RawServer bad = closing();
        RawServer good = RawServer.saying("ok");
        TestNode node = TestNode.before(bad.address(), good.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").readResponse()).endsWith("ok");
      }
      assertThat(bad.accepted()).isBetween(3, 6);
      String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
      String both = client.send(post).readResponse() + client.send(post).readResponse();
      assertThat(both).contains("502 Bad Gateway").contains("ok");
    }
  }

  @Test
  void aRequestWhoseBodyIsGoneIsNotSentAgain() throws Exception {
    try (RawServer bad =
            new RawServer(peer -> {
              peer.readHead();
              peer.read(3);
            });
        RawServer good = RawServer.saying("ok");
        TestNode node = TestNode.before(bad.address(), good.address());
        RawClient client = node.client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 502");
      assertThat(good.accepted()).isZero();
    }
  }

  @Test
  void aBodyThatWaitedForADeadServerGoesToTheNextOnesIdleConnection() throws Exception {
    try (RawServer good =
            new RawServer(peer -> {
              for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
                peer.read(RawClient.contentLength(head));
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            });
        TestNode node = TestNode.before(TestNode.deadAddress(), good.address());
        RawClient client = node.client();
        Http2Frames stream = new Http2Frames(node.address())) {
      assertThat(client.get("/").readResponse()).endsWith("ok");
      // Every other one begins with the dead server.
      for (int i = 0; i < 2; i++) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(client.readResponse()).endsWith("ok");
      }
      for (int id = 1; id <= 3; id += 2) {
        stream.send(HEADERS, END_HEADERS, id, request("POST", "/", "content-length", "3"));
        stream.send(DATA, END_STREAM, id, new byte[3]);
        assertThat(stream.body(id)).isEqualTo("ok");
      }
      assertThat(good.accepted()).isEqualTo(1);
      assertThat(node.stats().connectFailures()).isGreaterThan(1);
    }
  }

  @Test
  void aStatusThatIsNamedIsNotWhatTheClientSeesWhileThereIsAnotherServer() throws Exception {
    try (RawServer busy = RawServer.answering(BUSY);
        RawServer good = RawServer.saying("ok");
        TestNode node =
            TestNode.before(
                s -> s.with(retrying(List.of(503), 20, 10)), busy.address(), good.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").readResponse()).endsWith("ok");
      }
      assertThat(node.stats().retries()).isBetween(3L, 6L);
      node.node().drainServer(TestNode.SERVICE, "s2");
      assertThat(client.get("/").readResponse()).as("the only one's own").endsWith("busy");
      node.node().undrainServer(TestNode.SERVICE, "s2");
      String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
      assertThat(client.send(post).readResponse() + client.send(post).readResponse())
          .as("not idempotent")
          .contains("busy");
    }
  }

  @Test
  void whenAllServersFailUnderLoadFewRequestsAreSentAgain() throws Exception {
    int requests = 400;
    InetSocketAddress[] dead = new InetSocketAddress[4];
    for (int i = 0; i < dead.length; i++) {
      dead[i] = TestNode.deadAddress();
    }
    try (TestNode node = TestNode.before(s -> s.with(retrying(List.of(), 20, 1)), dead);
        RawClient client = node.client()) {
      for (int i = 0; i < requests; i++) {
        assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 502");
      }
      ServiceStats stats = node.stats();
      assertThat(stats.retries()).isBetween(80L, 91L);
      assertThat(stats.connectFailures()).isEqualTo(requests + stats.retries());
      assertThat(stats.policy().retriesExhausted()).isGreaterThan(requests / 2);
    }
  }

  @Test
  void allStatusesNamedAndAllServersBusyIsNoStormEither() throws Exception {
    int requests = 200;
    try (RawServer one = RawServer.answering(BUSY);
        RawServer two = RawServer.answering(BUSY);
        RawServer three = RawServer.answering(BUSY);
        TestNode node =
            TestNode.before(
                s -> s.with(retrying(List.of(502, 503), 20, 0)),
                one.address(),
                two.address(),
                three.address());
        RawClient client = node.client()) {
      for (int i = 0; i < requests; i++) {
        assertThat(client.get("/").readResponse()).endsWith("busy");
      }
      long sent = node.stats().servers().stream().mapToLong(s -> s.requests()).sum();
      assertThat(sent).isBetween(requests + 30L, requests + 40L);
    }
  }
}
