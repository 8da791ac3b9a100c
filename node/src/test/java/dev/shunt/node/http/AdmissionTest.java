package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.AdmissionStats;
import dev.shunt.node.LatencyGoal;
import dev.shunt.node.ServerPolicy;
import dev.shunt.node.StageConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A server that can do little, real clients that want much of it, and sessions that it must keep.
 */
class AdmissionTest {

  private static final Duration GOAL = Duration.ofMillis(150);
  private static final int SESSIONS = 4;
  private static final int CROWD = 40;

  private final ConcurrentLinkedQueue<Long> took = new ConcurrentLinkedQueue<>();
  private final AtomicInteger existingRefused = new AtomicInteger();
  private final AtomicInteger newRefused = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicInteger newServed = new AtomicInteger();
  private volatile boolean running = true;
  private volatile boolean crowded = true;

  /** Two requests at a time, ten milliseconds each. */
  private static RawServer weak() throws IOException {
    Semaphore workers = new Semaphore(2, true);
    return new RawServer(peer -> {
      while (!peer.readHead().isEmpty()) {
        workers.acquireUninterruptibly();
        RawServer.takeTime(10);
        workers.release();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    });
  }

  private static TestNode node(RawServer server) throws Exception {
    LatencyGoal goal = new LatencyGoal(GOAL, Duration.ofMillis(250), 2);
    return TestNode.before(
        s ->
            s.with(ServerPolicy.DEFAULT.with(goal)).withStages(new StageConfig("cookie", Map.of())),
        server.address());
  }

  @Test
  void existingSessionsAreServedInTimeWhileNewOnesAreRefusedUntilTheCrowdIsGone() throws Exception {
    List<Thread> threads = new ArrayList<>();
    try (RawServer server = weak();
        TestNode node = node(server)) {
      String cookie;
      try (RawClient client = node.client()) {
        cookie = cookieOf(client.get("/").readResponse());
      }
      for (int i = 0; i < SESSIONS; i++) {
        boolean byCookie = i % 2 == 0;
        threads.add(Thread.ofVirtual().start(() -> session(node, byCookie ? cookie : "")));
      }
      await().until(() -> took.size() > 20);
      for (int i = 0; i < CROWD; i++) {
        threads.add(Thread.ofVirtual().start(() -> crowd(node)));
      }
      await().until(() -> admission(node).limiting());
      await().until(() -> newRefused.get() > 500);
      took.clear();
      await().until(() -> took.size() > 300);
      assertThat(p90()).isLessThan(GOAL.toNanos());
      assertThat(existingRefused.get()).isZero();
      assertThat(newServed.get()).isPositive();
      assertThat(broken.get()).isZero();
      assertThat(admission(node).refused()).isGreaterThan(500);

      crowded = false;
      await().atMost(Duration.ofSeconds(20)).until(() -> !admission(node).limiting());
      try (RawClient client = node.client()) {
        assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200");
      }
    } finally {
      running = false;
      crowded = false;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static AdmissionStats admission(TestNode node) {
    return node.stats().policy().admission().orElseThrow();
  }

  private long p90() {
    List<Long> sorted = took.stream().sorted().toList();
    return sorted.get(sorted.size() * 9 / 10);
  }

  private static String cookieOf(String response) {
    int at = response.indexOf("Set-Cookie: ") + "Set-Cookie: ".length();
    return response.substring(at, response.indexOf(';', at));
  }

  /** With a cookie on new connections, or without one on the same connection. */
  private void session(TestNode node, String cookie) {
    String header = cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n";
    try {
      RawClient client = node.client();
      while (running) {
        long began = System.nanoTime();
        String answer =
            client.send("GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n").readResponse();
        took.add(System.nanoTime() - began);
        if (!answer.startsWith("HTTP/1.1 200")) {
          existingRefused.incrementAndGet();
        }
        RawServer.takeTime(20);
        if (!cookie.isEmpty()) {
          client.close();
          client = node.client();
        }
      }
      client.close();
    } catch (IOException e) {
      existingRefused.incrementAndGet();
    }
  }

  /** New sessions, one after the other, of three requests each. */
  private void crowd(TestNode node) {
    while (crowded) {
      try (RawClient client = node.client()) {
        String answer = client.get("/").readResponse();
        if (answer.startsWith("HTTP/1.1 503")) {
          assertThat(answer).contains("Retry-After: ");
          newRefused.incrementAndGet();
          RawServer.takeTime(20);
        } else {
          newServed.incrementAndGet();
          client.get("/").readResponse();
          client.get("/").readResponse();
        }
      } catch (IOException e) {
        broken.incrementAndGet();
      }
    }
  }
}
