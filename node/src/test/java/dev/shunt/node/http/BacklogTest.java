package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HttpService;
import dev.shunt.node.NodeException;
import dev.shunt.node.TcpRelay;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients who together leave more waiting in a node's memory than it has room for. */
@Timeout(60)
class BacklogTest {

  private static final long ROOM = 2 << 20;
  private static final int MANY = 100;
  private static final String LARGE = "/large";
  private static final String LATER = "/later";

  /** More than the system itself keeps for a connection. */
  private static final byte[] LONG = new byte[30_000_000];

  private final List<AutoCloseable> open = new ArrayList<>();

  /** What is long is not answered before all have asked, so that nobody is refused. */
  private final CountDownLatch asked = new CountDownLatch(1);

  private final CountDownLatch later = new CountDownLatch(1);

  private static TestNode node(UnaryOperator<HttpService> change, InetSocketAddress server)
      throws NodeException {
    return TestNode.holding(ROOM, change, server);
  }

  private WholeServer server() throws IOException {
    return new WholeServer((exchange, _) -> {
      String path = exchange.getRequestURI().getPath();
      if (path.equals(LARGE)) {
        pass(asked);
        return LONG;
      }
      if (path.equals(LATER)) {
        pass(later);
      }
      return "hello".getBytes(US_ASCII);
    });
  }

  private static void pass(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Asks for much and reads nothing. */
  private void readsNothing(TestNode node) throws IOException {
    RawClient client = node.client();
    open.add(client);
    client.get(LARGE);
  }

  private static String answer(TestNode node) throws IOException {
    try (RawClient client = node.client()) {
      return client.get("/").readResponse();
    }
  }

  @AfterEach
  void leave() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void newRequestsAreRefusedWhileThereIsNoRoomAndTakenAgainWhenThereIs() throws Exception {
    asked.countDown();
    try (WholeServer server = server();
        TestNode node = node(UnaryOperator.identity(), server.address())) {
      String answer = answer(node);
      for (int i = 0; i < MANY && answer.startsWith("HTTP/1.1 200 "); i++) {
        readsNothing(node);
        await().until(() -> node.node().stats().buffered() > 0);
        answer = answer(node);
      }
      assertThat(answer)
          .startsWith("HTTP/1.1 503 ")
          .contains("Retry-After: ", "too much waits in memory for slow clients");
      assertThat(node.stats().crowdedRefused()).isPositive();
      leave();
      await().until(() -> node.node().stats().buffered() == 0);
      assertThat(answer(node)).startsWith("HTTP/1.1 200 ").endsWith("hello");
    }
  }

  @Test
  void thoseWhoHoldTheMostAreCutAndOthersGoOn() throws Exception {
    try (WholeServer server = server();
        TestNode node = node(UnaryOperator.identity(), server.address());
        RawClient patient = node.client()) {
      patient.get(LATER);
      for (int i = 0; i < MANY; i++) {
        readsNothing(node);
      }
      await().until(() -> node.stats().active() == MANY + 1);
      asked.countDown();
      await().until(() -> node.stats().crowdedCut() > 0);
      await().until(() -> node.node().stats().buffered() <= ROOM);
      later.countDown();
      assertThat(patient.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hello");
    }
  }

  @Test
  void whatWaitsForWindowsOfHttp2Counts() throws Exception {
    try (WholeServer server = server();
        TestNode node = node(UnaryOperator.identity(), server.address())) {
      byte[] one = Http2Frames.setting(Http2Frames.INITIAL_WINDOW_SIZE, 1);
      try (Http2Frames client = new Http2Frames(node.address(), one)) {
        for (int i = 0; i < MANY; i++) {
          client.get(2 * i + 1, LARGE);
        }
        asked.countDown();
        // Of each response a byte was sent, and the rest of what was read with it waits.
        await().until(() -> node.node().stats().buffered() > 100 * MANY);
      }
      await().until(() -> node.node().stats().buffered() == 0);
    }
  }

  @Test
  void connectionsOfHttp2AreCutToo() throws Exception {
    try (WholeServer server = server();
        TestNode node = node(UnaryOperator.identity(), server.address())) {
      int wide = 1 << 30;
      for (int i = 0; i < MANY; i++) {
        byte[] window = Http2Frames.setting(Http2Frames.INITIAL_WINDOW_SIZE, wide);
        Http2Frames client = new Http2Frames(node.address(), window);
        open.add(client);
        client.send(Http2Frames.WINDOW_UPDATE, 0, 0, Http2Frames.bytes(wide)).get(1, LARGE);
      }
      await().until(() -> node.stats().active() == MANY);
      asked.countDown();
      await().until(() -> node.stats().crowdedCut() > 0);
      await().until(() -> node.node().stats().buffered() <= ROOM);
    }
  }

  @Test
  void newConnectionsAreNotRelayedWhileThereIsNoRoom() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              pass(asked);
              peer.send(LONG, LONG.length);
            });
        TestNode node = node(s -> s.with(TcpRelay.DEFAULT), server.address())) {
      for (int i = 0; i < MANY; i++) {
        open.add(node.client());
      }
      await().until(() -> node.stats().active() == MANY);
      asked.countDown();
      await().until(() -> node.stats().crowdedCut() > 0);
      await()
          .until(() -> {
            open.add(node.client());
            return node.stats().crowdedRefused() > 0;
          });
    }
  }

  @Test
  void eachEventLoopHasItsShareOfTheExcess() {
    Backlog backlog = new Backlog(1000);
    backlog.changed(300);
    backlog.changed(575);
    assertThat(backlog.crowded()).isFalse();
    backlog.changed(1);
    assertThat(backlog.crowded()).isTrue();
    assertThat(backlog.excess(300)).isZero();
    backlog.changed(324);
    assertThat(backlog.excess(300)).isEqualTo(50);
    assertThat(backlog.excess(900)).isEqualTo(150);
    backlog.changed(-400);
    assertThat(backlog.crowded()).isFalse();
  }
}
