package dev.shunt.node.http;

import static dev.shunt.node.http.CachedPages.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.CachePurge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class CacheCollapseTest {

  private static final int MANY = 8;
  private static final String MINUTE = "Cache-Control: max-age=60\r\n";

  private final Semaphore answers = new Semaphore(0);
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    answers.release(1000);
    for (RawClient client : clients) {
      client.close();
    }
  }

  private String slowly(String response) throws IOException {
    try {
      answers.acquire();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return response;
  }

  private void ask(CachedPages pages) throws IOException {
    for (int i = 0; i < MANY; i++) {
      RawClient client = pages.client();
      clients.add(client);
      client.get("/");
    }
  }

  @Test
  void oneRequestAsksForAll() throws Exception {
    try (CachedPages pages = new CachedPages(_ -> slowly(ok(MINUTE, "page")), Map.of())) {
      ask(pages);
      await().until(() -> pages.asked() == 1 && pages.node().stats().requests() == MANY);
      answers.release();
      for (RawClient client : clients) {
        assertThat(client.readResponse()).endsWith("page");
      }
      assertThat(pages.asked()).isEqualTo(1);
      // One that was counted and had not asked yet is a hit.
      await().until(() -> pages.stats().collapsed() + pages.stats().hits() == MANY - 1);
      assertThat(pages.stats().collapsed()).isPositive();
      assertThat(pages.stats().misses()).isEqualTo(1);
    }
  }

  @Test
  void whatIsForOneAloneIsNotWaitedForTwice() throws Exception {
    try (CachedPages pages =
        new CachedPages(_ -> slowly(ok("Cache-Control: private\r\n", "page")), Map.of())) {
      ask(pages);
      await().until(() -> pages.node().stats().requests() == MANY);
      assertThat(pages.asked()).isEqualTo(1);
      answers.release();
      await().until(() -> pages.asked() == MANY);
      answers.release(MANY);
      for (RawClient client : clients) {
        assertThat(client.readResponse()).endsWith("page");
      }
      clients.clear();
      ask(pages);
      await().until(() -> pages.asked() == 2 * MANY);
    }
  }

  @Test
  void whoeverWaitsGoesOnWhenTheFirstOneLeaves() throws Exception {
    try (CachedPages pages = new CachedPages(_ -> slowly(ok(MINUTE, "page")), Map.of())) {
      RawClient first = pages.client();
      first.get("/");
      await().until(() -> pages.asked() == 1);
      ask(pages);
      await().until(() -> pages.node().stats().requests() == MANY + 1);
      first.close();
      await().until(() -> pages.asked() == 2);
      answers.release(2);
      for (RawClient client : clients) {
        assertThat(client.readResponse()).endsWith("page");
      }
      assertThat(pages.asked()).isEqualTo(2);
    }
  }

  @Test
  void whoeverWaitsIsAnsweredByTheFirstResponseThatComes() throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    String page = ok(MINUTE, "page");
    try (CachedPages pages =
        new CachedPages(_ -> first.getAndSet(false) ? slowly(page) : page, Map.of())) {
      try (RawClient slow = pages.client()) {
        slow.get("/");
        await().until(() -> pages.asked() == 1);
        ask(pages);
        await().until(() -> pages.node().stats().requests() == MANY + 1);
        assertThat(pages.get("/", "Cache-Control: no-cache")).endsWith("page");
        for (RawClient client : clients) {
          assertThat(client.readResponse()).endsWith("page");
        }
        assertThat(pages.asked()).isEqualTo(2);
      }
    }
  }

  @Test
  void nobodyWaitsLongerThanItMay() throws Exception {
    try (CachedPages pages =
        new CachedPages(_ -> slowly(ok(MINUTE, "page")), Map.of("collapse_wait", "50ms"))) {
      ask(pages);
      await().until(() -> pages.asked() == MANY);
    }
  }

  @Test
  void aPurgeReachesWhatIsUnderWay() throws Exception {
    try (CachedPages pages = new CachedPages(_ -> slowly(ok(MINUTE, "old")), Map.of())) {
      try (RawClient first = pages.client()) {
        first.get("/");
        await().until(() -> pages.asked() == 1);
        assertThat(pages.purge(new CachePurge(CachePurge.Kind.TAG, "any"))).isZero();
        answers.release();
        assertThat(first.readResponse()).endsWith("old");
      }
      await().until(() -> pages.stats().misses() == 1);
      assertThat(pages.stats().entries()).isZero();
    }
  }
}
