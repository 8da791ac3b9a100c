package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Ejection;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPolicy;
import dev.shunt.node.ServerState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Servers that fail real requests get none for a while, and come back slowly. */
class EjectorTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String BUSY =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

  private static ServerPolicy ejecting(int failures, int percent, Duration time) {
    return ServerPolicy.DEFAULT.with(
        new Ejection(
            failures,
            percent,
            Ejection.MIN_WINDOW,
            10,
            time,
            Duration.ofHours(1),
            50,
            List.of(502, 503)));
  }

  @Test
  void aServerThatAnswersWithErrorsInARowIsEjectedAndComesBack() throws Exception {
    AtomicBoolean sick = new AtomicBoolean(true);
    try (RawServer good = RawServer.answering(OK);
        RawServer bad =
            new RawServer(peer -> {
              while (!peer.readHead().isEmpty()) {
                peer.send(sick.get() ? BUSY : OK);
              }
            });
        TestNode node =
            TestNode.before(
                s -> s.with(ejecting(3, 0, Duration.ofMillis(700))),
                good.address(),
                bad.address());
        RawClient client = node.client()) {
      while (state(node, 1) == ServerState.UP) {
        client.get("/").readResponse();
      }
      assertThat(state(node, 1)).isEqualTo(ServerState.EJECTED);
      assertThat(node.stats().servers().get(1).requests()).isBetween(3L, 5L);
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200");
      }
      sick.set(false);
      await().until(() -> state(node, 1) == ServerState.UP);
      long before = node.stats().servers().get(1).requests();
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200");
      }
      assertThat(node.stats().servers().get(1).requests()).isEqualTo(before + 2);
      assertThat(node.stats().servers().get(1).ejections()).isEqualTo(1);
    }
  }

  @Test
  void aServerOfWhoseRequestsHalfFailIsEjectedThoughNeverTwiceInARow() throws Exception {
    try (RawServer good = RawServer.answering(OK);
        RawServer bad =
            new RawServer(peer -> {
              while (!peer.readHead().isEmpty()) {
                peer.send(OK);
                peer.readHead();
                peer.send(BUSY);
              }
            });
        TestNode node =
            TestNode.before(
                s -> s.with(ejecting(2, 50, Duration.ofHours(1))), good.address(), bad.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 60; i++) {
        client.get("/").readResponse();
      }
      await().until(() -> state(node, 1) == ServerState.EJECTED);
      assertThat(state(node, 0)).isEqualTo(ServerState.UP);
    }
  }

  @Test
  void whenAllFailOnlyHalfOfThemAreEjected() throws Exception {
    try (RawServer one = RawServer.answering(BUSY);
        RawServer two = RawServer.answering(BUSY);
        RawServer three = RawServer.answering(BUSY);
        TestNode node =
            TestNode.before(
                s -> s.with(ejecting(2, 50, Duration.ofHours(1))),
                one.address(),
                two.address(),
                three.address());
        RawClient client = node.client()) {
      while (node.stats().policy().ejectionsHeld() == 0) {
        client.get("/").readResponse();
      }
      assertThat(states(node)).filteredOn(s -> s == ServerState.EJECTED).hasSize(1);
      assertThat(states(node)).filteredOn(s -> s == ServerState.UP).hasSize(2);
    }
  }

  @Test
  void anEjectedServerIsLetInAgainWhenThereIsNoOther() throws Exception {
    try (RawServer one = RawServer.answering(BUSY);
        RawServer two = RawServer.answering(OK);
        TestNode node =
            TestNode.before(
                s -> s.with(ejecting(2, 0, Duration.ofSeconds(1)).withSlowStart(Duration.ZERO)),
                one.address(),
                two.address());
        RawClient client = node.client()) {
      while (state(node, 0) == ServerState.UP) {
        client.get("/").readResponse();
      }
      node.node().drainServer(TestNode.SERVICE, "s2");
      await().until(() -> state(node, 0) == ServerState.UP);
      assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 503 Service Unavailable");
    }
  }

  @Test
  void aServerThatComesBackBeginsWithATenthOfItsShare() throws Exception {
    try (RawServer one = RawServer.answering(OK);
        RawServer two = RawServer.answering(OK);
        RawServer three = RawServer.answering(OK);
        TestNode node =
            TestNode.before(
                s -> s.with(ServerPolicy.DEFAULT.withSlowStart(Duration.ofHours(1))),
                one.address(),
                two.address(),
                three.address());
        RawClient client = node.client()) {
      node.node().drainServer(TestNode.SERVICE, "s2");
      node.node().undrainServer(TestNode.SERVICE, "s2");
      for (int i = 0; i < 210; i++) {
        client.get("/").readResponse();
      }
      assertThat(node.stats().servers().get(0).requests()).isBetween(98L, 102L);
      assertThat(node.stats().servers().get(1).requests()).isBetween(8L, 12L);
      assertThat(node.stats().servers().get(2).requests()).isBetween(98L, 102L);
    }
  }

  private static ServerState state(TestNode node, int server) {
    return states(node).get(server);
  }

  private static List<ServerState> states(TestNode node) {
    return node.node().servers(TestNode.SERVICE).stream().map(Server::state).toList();
  }
}
