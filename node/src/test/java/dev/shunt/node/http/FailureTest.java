package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeException;
import dev.shunt.node.ServerState;
import dev.shunt.node.Timeouts;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Servers and clients that fail, and what the other side gets to see of it. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class FailureTest {

  private static final int HEADER = 0;
  private static final int IDLE = 1;
  private static final int BODY = 2;
  private static final int RESPONSE = 4;
  private static final int RESPONSE_BODY = 5;
  private static final int SERVER_IDLE = 7;

  /** One time-out that is short, all others being as good as none. */
  private static Timeouts brief(int which) {
    Duration[] all = new Duration[10];
    Arrays.fill(all, Duration.ofDays(1));
    all[which] = Duration.ofMillis(150);
    return new Timeouts(
        all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], all[9]);
  }

  @Test
  void withoutAServerTheAnswerIs503() throws Exception {
    try (TestNode node = TestNode.before();
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse())
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .contains("Retry-After: 1\r\n")
          .contains("X-Request-Id: ");
      assertThat(client.get("/").readResponse())
          .as("the connection stays")
          .startsWith("HTTP/1.1 503");
      assertThat(node.stats().noServer()).isEqualTo(2);
    }
  }

  @Test
  void aRefusedConnectionTriesAnotherServer() throws Exception {
    try (RawServer server = RawServer.saying("ok");
        TestNode node = TestNode.before(TestNode.deadAddress(), server.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/").readResponse()).endsWith("ok");
      }
      assertThat(node.stats().retries()).isPositive();
      assertThat(node.stats().connectFailures()).isPositive();
      assertThat(node.stats().status5xx()).isZero();
    }
  }

  @Test
  void whenNoServerAcceptsTheAnswerIs502() throws Exception {
    try (TestNode node = TestNode.before(TestNode.deadAddress(), TestNode.deadAddress());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 502");
      assertThat(client.get("/").readHead()).as("HEAD got no body").startsWith("HTTP/1.1 502");
    }
  }

  @Test
  void aServerThatDoesNotRespondIsA504() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.in().readAllBytes();
              over.countDown();
            });
        TestNode node = TestNode.before(s -> s.with(brief(RESPONSE)), server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 504 Gateway Timeout\r\n");
      over.await();
      assertThat(node.stats().timeouts()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatStopsInTheMiddleResetsTheClient() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
              peer.in().readAllBytes();
            });
        TestNode node = TestNode.before(s -> s.with(brief(RESPONSE_BODY)), server.address());
        RawClient client = node.client()) {
      assertThatThrownBy(() -> client.get("/").readAll()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void headersThatDoNotComeAreA408() throws Exception {
    try (TestNode node = TestNode.before(s -> s.with(brief(HEADER)));
        RawClient client = node.client()) {
      assertThat(client.send("GET / HT").readAll()).startsWith("HTTP/1.1 408 ");
      assertThat(node.stats().timeouts()).isEqualTo(1);
    }
  }

  @Test
  void anIdleClientIsJustClosed() throws Exception {
    try (TestNode node = TestNode.before(s -> s.with(brief(IDLE)));
        RawClient client = node.client()) {
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionToAServerIsClosedAfterItsTime() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              assertThat(peer.readHead()).isEmpty();
              closed.countDown();
            });
        TestNode node = TestNode.before(s -> s.with(brief(SERVER_IDLE)), server.address());
        RawClient client = node.client()) {
      client.get("/").readResponse();
      closed.await();
      await().until(() -> node.stats().servers().getFirst().connections() == 0);
    }
  }

  @Test
  void aServerThatSpeaksUnaskedIsNotUsedAgain() throws Exception {
    CountDownLatch speak = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              FailureTest.awaitQuietly(speak);
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
              peer.readHead();
            });
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).endsWith("ok");
      speak.countDown();
      await().until(() -> node.stats().servers().getFirst().connections() == 0);
      assertThat(client.get("/").readResponse()).endsWith("ok");
      assertThat(server.accepted()).isEqualTo(2);
      assertThat(node.stats().retries()).isZero();
    }
  }

  @Test
  void aBodyThatStopsIsA408() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.in().readAllBytes();
            });
        TestNode node = TestNode.before(s -> s.with(brief(BODY)), server.address());
        RawClient client = node.client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
      assertThat(client.readAll()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    }
  }

  @Test
  void aRequestOnAConnectionThatWasJustClosedIsSentAgain() throws Exception {
    try (RawServer server = closingAfterOne();
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).endsWith("1");
      assertThat(client.get("/").readResponse()).endsWith("1");
      assertThat(node.stats().retries()).isEqualTo(1);
      assertThat(server.accepted()).isEqualTo(2);
    }
  }

  /** Answers one request per connection, reads another and closes without an answer. */
  private static RawServer closingAfterOne() throws Exception {
    return new RawServer(peer -> {
      peer.readHead();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
      peer.readHead();
    });
  }

  @Test
  void whatMustNotBeDoneTwiceIsNotSentAgain() throws Exception {
    try (RawServer server = closingAfterOne();
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.get("/").readResponse();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 502 ");
      assertThat(node.stats().retries()).isZero();
    }
  }

  @Test
  void aFreshConnectionThatEndsWithoutAResponseIsA502() throws Exception {
    try (RawServer server = new RawServer(RawServer.Peer::readHead);
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 502 ");
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(node.stats().servers().getFirst().errors()).isEqualTo(1);
    }
  }

  @Test
  void aServerAtItsLimitGetsNoMore() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              awaitQuietly(answer);
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
        TestNode node =
            TestNode.before(s -> s.with(Limits.ofConnections(10, 10, 1, 1)), server.address());
        RawClient first = node.client();
        RawClient second = node.client()) {
      first.get("/");
      await().until(() -> node.stats().servers().getFirst().active() == 1);
      assertThat(second.get("/").readResponse()).startsWith("HTTP/1.1 503 ");
      answer.countDown();
      assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void tooManyClientsAreTurnedAway() throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node =
            TestNode.before(s -> s.with(Limits.ofConnections(1, 10, 10, 10)), server.address());
        RawClient first = node.client()) {
      first.get("/").readResponse();
      try (RawClient second = node.client()) {
        assertThat(second.readAll()).startsWith("HTTP/1.1 503 ");
      }
      assertThat(node.stats().connectionsRefused()).isEqualTo(1);
      assertThat(first.get("/").readResponse()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aConnectionEndsAfterItsLastRequest() throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node =
            TestNode.before(s -> s.with(Limits.ofConnections(10, 2, 10, 10)), server.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).doesNotContain("Connection");
      assertThat(client.get("/").readAll()).contains("Connection: close\r\n").endsWith("x");
    }
  }

  /** Claim A13. */
  @Test
  void aDeadServerGetsNothingAndComesBackWhenItLives() throws Exception {
    HealthCheck check =
        HealthCheck.http("/health").every(Duration.ofMillis(30), Duration.ofSeconds(5), 2, 2);
    RawServer mortal = RawServer.saying("mortal");
    InetSocketAddress address = mortal.address();
    try (RawServer other = RawServer.saying("other");
        TestNode node = TestNode.before(s -> s.with(check), address, other.address());
        RawClient client = node.client()) {
      mortal.close();
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/").readResponse()).as("nobody notices").startsWith("HTTP/1.1 200");
      }
      await().until(() -> state(node, 0) == ServerState.DOWN);
      long before = node.stats().servers().getFirst().requests();
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("/").readResponse()).endsWith("other");
      }
      assertThat(node.stats().servers().getFirst().requests()).isEqualTo(before);
      try (RawServer reborn =
          new RawServer(
              peer -> {
                while (!peer.readHead().isEmpty()) {
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nreborn");
                }
              },
              address.getPort())) {
        await().until(() -> state(node, 0) == ServerState.UP);
        assertThat(client.get("/").readResponse() + client.get("/").readResponse())
            .contains("reborn");
        assertThat(reborn.accepted()).isPositive();
      }
    }
  }

  @Test
  void aServerWhosePageFailsIsDown() throws Exception {
    HealthCheck check =
        HealthCheck.http("/health").every(Duration.ofMillis(30), Duration.ofSeconds(5), 1, 1);
    try (RawServer sick = RawServer.answering("HTTP/1.1 500 Sick\r\nContent-Length: 0\r\n\r\n");
        TestNode node = TestNode.before(s -> s.with(check), sick.address());
        RawClient client = node.client()) {
      await().until(() -> state(node, 0) == ServerState.DOWN);
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 503 ");
      assertThat(sick.received()).contains("GET /health HTTP/1.1\r\nHost: localhost\r\n");
    }
  }

  private static ServerState state(TestNode node, int server) {
    return node.node().servers(TestNode.SERVICE).get(server).state();
  }

  @Test
  void anAddressInUseIsToldByName() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, TestNode.loopback(0).getAddress())) {
      InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
      assertThatThrownBy(() ->
              TestNode.before(
                  s -> HttpService.of(s.name(), List.of(Listener.on(address)), s.servers())))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("service 'web' cannot listen on")
          .hasMessageContaining("" + address.getPort());
    }
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
