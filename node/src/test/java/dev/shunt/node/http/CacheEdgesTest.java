package dev.shunt.node.http;

import static dev.shunt.node.http.CachedPages.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.CachePurge;
import dev.shunt.node.HeaderMatch;
import dev.shunt.node.Routing;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.StageConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Where a response could be given to the wrong one, or pushed out, or asked for too often. */
class CacheEdgesTest {

  private static final String MINUTE = "Cache-Control: max-age=60\r\n";
  private static final StageConfig CACHE = new StageConfig("cache", Map.of());

  @Test
  void requestsForDifferentRulesHaveResponsesOfTheirOwn() throws Exception {
    HeaderMatch beta = new HeaderMatch("X-Beta", Optional.empty());
    RoutingRule rule =
        new RoutingRule(List.of(), Optional.empty(), List.of(), List.of(beta), List.of("s1"));
    try (CachedPages pages =
        new CachedPages(
            head -> ok(MINUTE, head.contains("X-Beta") ? "beta" : "page"),
            service -> service.withStages(CACHE).with(Routing.DEFAULT.withRules(rule)))) {
      for (int i = 0; i < 2; i++) {
        assertThat(pages.get("/", "X-Beta: 1")).endsWith("\nbeta");
        assertThat(pages.get("/")).endsWith("\npage");
      }
      assertThat(pages.asked()).isEqualTo(2);
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.URL, "http://a.example/")))
          .isEqualTo(2);
    }
  }

  @Test
  void whatGoesByWhatALaterStageSaidIsNotKept() throws Exception {
    StageConfig later = new StageConfig("headers", Map.of("request", "set X-Who {client}"));
    try (CachedPages pages =
        new CachedPages(_ -> ok(MINUTE + "Vary: X-Who\r\n", "page"), CACHE, later)) {
      assertThat(pages.get("/")).doesNotContain("stored");
      assertThat(pages.get("/")).doesNotContain("; hit;");
      assertThat(pages.asked()).isEqualTo(2);
    }
  }

  @Test
  void whatGoesByAVeryLongHeaderIsNotKept() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE + "Vary: X-Long\r\n", "page")) {
      assertThat(pages.get("/", "X-Long: " + "x".repeat(3_000))).doesNotContain("stored");
      assertThat(pages.get("/", "X-Long: " + "x".repeat(300))).contains("stored");
    }
  }

  @Test
  void manySpellingsOfAPathDoNotPushItOut() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE, "page")) {
      assertThat(pages.get("/p")).contains("stored");
      for (int i = 1; i <= 40; i++) {
        assertThat(pages.get("/" + "./".repeat(i) + "p")).contains("fwd=vary-miss");
      }
      assertThat(pages.get("/p")).contains("; hit;");
      assertThat(pages.stats().entries()).isEqualTo(32);
    }
  }

  @Test
  void whoWantsNothingTransformedIsAskedForAlone() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE, "page")) {
      assertThat(pages.get("/", "Cache-Control: no-transform")).contains("fwd=bypass");
      assertThat(pages.get("/")).contains("fwd=uri-miss; stored");
      assertThat(pages.get("/", "Cache-Control: no-transform")).contains("fwd=bypass");
      assertThat(pages.get("/")).contains("; hit;");
    }
  }

  @Test
  void howLongAResponseToCookiesIsFreshIsNotGuessed() throws Exception {
    try (CachedPages pages =
        CachedPages.saying("Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n", "page")) {
      assertThat(pages.get("/a")).contains("stored");
      assertThat(pages.get("/a")).contains("; hit;");
      assertThat(pages.get("/b", "Cookie: a=b")).contains("stored");
      assertThat(pages.get("/b", "Cookie: a=c")).contains("fwd=stale");
      assertThat(pages.last()).contains("If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT");
    }
  }

  @Test
  void theFirstWhoAsksFetchesTheWholeForAll() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE + "ETag: \"1\"\r\n", "page")) {
      assertThat(pages.get("/", "If-None-Match: \"1\"")).contains("200 OK", "stored");
      assertThat(pages.last()).doesNotContain("If-None-Match");
      assertThat(pages.get("/", "If-None-Match: \"1\"")).contains("304 Not Modified", "; hit;");
      assertThat(pages.get("/")).contains("; hit;").endsWith("page");
    }
  }

  @Test
  void whatIsNeverFreshCanBeStaleWhileOneAsks() throws Exception {
    CountDownLatch goesOn = new CountDownLatch(1);
    AtomicBoolean slow = new AtomicBoolean();
    try (CachedPages pages =
        new CachedPages(
            _ -> {
              if (slow.get()) {
                pause(goesOn);
              }
              return ok("Cache-Control: max-age=0, stale-while-revalidate=60\r\n", "page");
            },
            Map.of())) {
      assertThat(pages.get("/")).contains("stored");
      slow.set(true);
      try (RawClient first = pages.client()) {
        first.get("/");
        await().until(() -> pages.asked() == 2);
        assertThat(pages.get("/")).contains("; hit; ttl=0").endsWith("page");
        goesOn.countDown();
        assertThat(first.readResponse()).endsWith("page");
      }
    } finally {
      goesOn.countDown();
    }
  }

  private static void pause(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aHostsOwnPageIsPurgedWithoutItsSlashAndAllOfAHostByItsUsualPort() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE, "page")) {
      assertThat(pages.get("/")).contains("stored");
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.URL, "http://a.example"))).isEqualTo(1);
      assertThat(pages.get("/x")).contains("stored");
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.PREFIX, "http://a.example:80")))
          .isEqualTo(1);
    }
  }

  @Test
  void anUnsafeRequestWithAWholeUrlDropsWhatIsKeptOfIt() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE, "page")) {
      assertThat(pages.get("/p")).contains("stored");
      assertThat(pages.request("POST", "http://a.example/p", "Content-Length: 0"))
          .contains("fwd=method");
      assertThat(pages.get("/p")).contains("fwd=uri-miss");
      assertThat(pages.get("/p", "X-HTTP-Method-Override: DELETE")).contains("fwd=bypass");
      assertThat(pages.get("/p")).contains("fwd=uri-miss");
    }
  }
}
