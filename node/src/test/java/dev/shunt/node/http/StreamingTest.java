package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Timeouts;
import dev.shunt.node.TransportChoice;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies larger than any buffer, and connections that become something else. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class StreamingTest {

  private static final int BLOCK = 64 * 1024;
  private static final long LARGE = 64L << 20;

  /** What does not move for so long has stopped. */
  private static final Duration STILL = Duration.ofMillis(200);

  /**
   * What kernel buffers and the node together may hold of a body that nobody reads: most of it is
   * the receive buffer of a node that read fast before, 32 MiB where {@code tcp_rmem} lets it grow.
   */
  private static final long HELD_AT_MOST = 48L << 20;

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void aSlowReaderStopsTheServer(TransportChoice transport) throws Exception {
    AtomicLong sent = new AtomicLong();
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
              byte[] block = new byte[BLOCK];
              while (sent.get() < LARGE) {
                Arrays.fill(block, (byte) (sent.get() / BLOCK));
                peer.send(block, BLOCK);
                sent.addAndGet(BLOCK);
              }
            });
        TestNode node = TestNode.before(transport, s -> s, server.address());
        RawClient client = node.client()) {
      client.get("/").readHead();
      awaitStill(sent);
      assertThat(sent.get()).isLessThan(HELD_AT_MOST);
      assertThat(readBlocks(client.in())).isEqualTo(LARGE);
      assertThat(node.stats().aborted()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void aSlowServerStopsTheUpload(TransportChoice transport) throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch read = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              FailureTest.awaitQuietly(read);
              long got = readBlocks(peer.in(), LARGE);
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Got: " + got + "\r\n\r\n");
            });
        TestNode node = TestNode.before(transport, s -> s, server.address());
        RawClient client = node.client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
      Thread sending =
          Thread.ofVirtual()
              .start(() -> {
                byte[] block = new byte[BLOCK];
                try {
                  while (sent.get() < LARGE) {
                    Arrays.fill(block, (byte) (sent.get() / BLOCK));
                    client.socket().getOutputStream().write(block);
                    sent.addAndGet(BLOCK);
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      awaitStill(sent);
      assertThat(sent.get()).isLessThan(HELD_AT_MOST);
      read.countDown();
      assertThat(client.readHead()).contains("X-Got: " + LARGE);
      sending.join();
    }
  }

  /** Waits until the counter has moved, and is the same at two looks in a row. */
  private static void awaitStill(AtomicLong counter) {
    AtomicLong before = new AtomicLong();
    await()
        .pollInterval(STILL)
        .until(() -> {
          long now = counter.get();
          return before.getAndSet(now) == now && now > 0;
        });
  }

  private static long readBlocks(InputStream in) throws IOException {
    return readBlocks(in, LARGE);
  }

  /** Reads and checks that every block is what it should be. */
  private static long readBlocks(InputStream in, long bytes) throws IOException {
    byte[] block = new byte[BLOCK];
    byte[] expected = new byte[BLOCK];
    long got = 0;
    while (got < bytes) {
      int n = in.readNBytes(block, 0, BLOCK);
      Arrays.fill(expected, (byte) (got / BLOCK));
      assertThat(Arrays.equals(block, 0, n, expected, 0, n)).isTrue();
      got += n;
      if (n < BLOCK) {
        break;
      }
    }
    return got;
  }

  @Test
  void aClientThatTakesNothingIsReset() throws Exception {
    Duration year = Duration.ofDays(1);
    Timeouts stall =
        new Timeouts(year, year, year, year, year, year, Duration.ofMillis(300), year, year, year);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
              byte[] block = new byte[BLOCK];
              for (long sent = 0; sent < LARGE; sent += BLOCK) {
                peer.send(block, BLOCK);
              }
            });
        TestNode node = TestNode.before(s -> s.with(stall), server.address());
        RawClient client = node.client()) {
      client.get("/").readHead();
      await().until(() -> node.stats().timeouts() == 1);
      assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aClientThatLeavesEndsTheServersWork() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.in().readAllBytes();
              ended.countDown();
            });
        TestNode node = TestNode.before(server.address())) {
      try (RawClient client = node.client()) {
        client.get("/");
        await().until(() -> node.stats().active() == 1);
      }
      ended.await();
      await().until(() -> node.stats().aborted() == 1);
      assertThat(node.stats().active()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void anUpgradedConnectionCarriesWhatBothSidesSay(TransportChoice transport) throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              assertThat(peer.readHead()).contains("Connection: upgrade\r\nUpgrade: websocket\r\n");
              peer.send(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\nhi");
              peer.send("<" + peer.read(4) + ">");
            });
        TestNode node = TestNode.before(transport, s -> s, server.address());
        RawClient client = node.client()) {
      client.send(
          "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Key: k\r\n\r\n");
      assertThat(client.readHead())
          .isEqualTo(
              "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n"
                  + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.read(2)).isEqualTo("hi");
      client.send("ping");
      assertThat(client.readAll()).isEqualTo("<ping>");
      await().until(() -> node.stats().active() == 0);
      assertThat(node.stats().tunnels()).isEqualTo(1);
    }
  }

  @Test
  void anUpgradeToHttp2IsNeverPassedOn() throws Exception {
    try (RawServer server = RawServer.saying("h1");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
      assertThat(client.readResponse()).endsWith("h1");
      assertThat(server.received().toLowerCase(Locale.ROOT))
          .doesNotContain("upgrade")
          .doesNotContain("http2");
    }
  }

  @Test
  void anUpgradeThatTheServerDeclinesIsAnOrdinaryResponse() throws Exception {
    try (RawServer server = RawServer.saying("no");
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.readResponse()).endsWith("no");
      assertThat(client.get("/").readResponse()).endsWith("no");
    }
  }

  @Test
  void closingLetsAResponseFinish() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
          FailureTest.awaitQuietly(finish);
          peer.send("def");
          peer.in().readAllBytes();
        })) {
      TestNode node = TestNode.before(server.address());
      try (RawClient busy = node.client();
          RawClient idle = node.client();
          RawClient late = node.client()) {
        busy.get("/").readUntil("abc");
        await().until(() -> node.stats().connections() == 3);
        Thread closing = Thread.ofVirtual().start(() -> node.node().close(Duration.ofSeconds(20)));
        assertThat(idle.readAll()).as("idle clients leave first").isEmpty();
        assertThatThrownBy(() -> new RawClient(node.address())).isInstanceOf(IOException.class);
        assertThat(late.readAll()).isEmpty();
        finish.countDown();
        assertThat(busy.readAll()).isEqualTo("def");
        closing.join(Duration.ofSeconds(10));
        assertThat(closing.isAlive()).isFalse();
      }
      node.close();
    }
  }

  @Test
  void responsesWhileClosingSayThatTheConnectionCloses() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(peer -> {
          peer.readHead();
          asked.countDown();
          FailureTest.awaitQuietly(answer);
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          peer.in().readAllBytes();
        })) {
      TestNode node = TestNode.before(server.address());
      try (RawClient busy = node.client();
          RawClient idle = node.client()) {
        busy.get("/");
        asked.await();
        Thread closing = Thread.ofVirtual().start(() -> node.node().close(Duration.ofSeconds(20)));
        idle.readAll();
        answer.countDown();
        assertThat(busy.readAll()).contains("Connection: close\r\n").endsWith("ok");
        closing.join();
      }
      node.close();
    }
  }

  @Test
  void aClientWhoseFirstRequestIsOnItsWayWhileTheNodeClosesIsAnswered() throws Exception {
    Duration hour = Duration.ofHours(1);
    Timeouts patient = new Timeouts(hour, hour, hour, hour, hour, hour, hour, hour, hour, hour);
    try (RawServer server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          peer.in().readAllBytes();
        })) {
      TestNode node = TestNode.before(s -> s.with(patient), server.address());
      try (RawClient between = node.client();
          RawClient fresh = node.client()) {
        between.get("/").readUntil("ok");
        await().until(() -> node.stats().connections() == 2);
        Thread.ofVirtual().start(() -> node.node().close(Duration.ofSeconds(20)));
        assertThat(between.readAll()).as("between two requests: leaves at once").isEmpty();
        fresh.get("/");
        assertThat(fresh.readAll()).contains("Connection: close\r\n").endsWith("ok");
      }
      node.close();
    }
  }
}
