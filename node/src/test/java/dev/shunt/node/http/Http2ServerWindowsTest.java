package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.WINDOW_UPDATE;
import static dev.shunt.node.http.Http2Frames.bytes;
import static dev.shunt.node.http.Http2Frames.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import dev.shunt.node.http.Http2Frames.Frame;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Windows of HTTP/2 towards servers: whoever is slow stops nobody else. */
class Http2ServerWindowsTest {

  private static TestNode before(InetSocketAddress... servers) throws Exception {
    return TestNode.before(s -> s.with(ToServers.of(ServerProtocol.H2C)), servers);
  }

  @Test
  void aSlowClientStopsItsOwnStreamOnly() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    Http2Peer.Script script =
        peer -> {
          int slow = peer.request();
          peer.head(slow, false, ":status", "200");
          byte[] part = new byte[16_384];
          int stream = ToServers.DEFAULT_WINDOW;
          int all = 65_535;
          int fast = 0;
          // Sends to the slow one until its window stays shut, then serves the others.
          while (fast == 0) {
            while (stream >= part.length && all >= part.length) {
              peer.send(DATA, 0, slow, part);
              stream -= part.length;
              all -= part.length;
              sent.addAndGet(part.length);
            }
            Frame frame = peer.read();
            if (frame.type == WINDOW_UPDATE && frame.stream == slow) {
              stream += frame.increment();
            } else if (frame.type == WINDOW_UPDATE && frame.stream == 0) {
              all += frame.increment();
            } else if (frame.type == HEADERS) {
              fast = frame.stream;
            }
          }
          peer.answer(fast, "hello");
          peer.answerAll("hello");
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        RawClient slow = node.client();
        RawClient fast = node.client()) {
      slow.get("/").readHead();
      AtomicInteger before = new AtomicInteger(-1);
      // Until no more is taken: what the kernel has room for, and the window.
      await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(30))
          .until(() -> before.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
      assertThat(fast.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
      assertThat(sent.get()).isLessThan(64 << 20);
    }
  }

  @Test
  void aServerWhoseWindowIsShutStopsItsOwnClientOnly() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    Http2Peer.Script script =
        peer -> {
          int shut = peer.request();
          int other = peer.request();
          peer.answer(other, "hello");
          FailureTest.awaitQuietly(open);
          peer.send(WINDOW_UPDATE, 0, 0, bytes(1 << 20));
          peer.send(WINDOW_UPDATE, 0, shut, bytes(1 << 20));
          int got = 0;
          while (got < 100_000) {
            Frame frame = peer.await(DATA);
            got += frame.payload.length;
          }
          peer.answer(shut, "got " + got);
          peer.answerAll("more");
        };
    try (RawServer server = Http2Peer.server(script, setting(Http2Frames.INITIAL_WINDOW_SIZE, 0));
        TestNode node = before(server.address());
        RawClient client = node.client();
        RawClient other = node.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100000\r\n\r\n");
      await().until(() -> node.stats().active() == 1);
      client.send("x".repeat(100_000));
      assertThat(other.get("/").readUntil("hello")).startsWith("HTTP/1.1 200");
      open.countDown();
      assertThat(client.readUntil("got 100000")).startsWith("HTTP/1.1 200");
    }
  }
}
