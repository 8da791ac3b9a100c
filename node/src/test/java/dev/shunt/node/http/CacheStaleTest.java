package dev.shunt.node.http;

import static dev.shunt.node.http.CachedPages.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class CacheStaleTest {

  private static final String ERROR = "HTTP/1.1 503 Unavailable\r\nContent-Length: 2\r\n\r\nno";

  private static String tagged(String head) {
    String headers = "Cache-Control: max-age=60\r\nETag: \"1\"\r\n";
    return head.contains("If-None-Match: \"1\"")
        ? "HTTP/1.1 304 Not Modified\r\n" + headers + "X-New: yes\r\n\r\n"
        : ok(headers, "page");
  }

  @Test
  void aStaleResponseIsConfirmedAndFreshAgain() throws Exception {
    try (CachedPages pages = new CachedPages(CacheStaleTest::tagged, Map.of())) {
      assertThat(pages.get("/")).endsWith("page");
      pages.pass(61);
      assertThat(pages.get("/", "If-None-Match: \"0\""))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Cache-Status: shunt; fwd=stale; fwd-status=304; stored\r\n", "X-New: yes\r\n")
          .contains("Age: 0\r\n")
          .endsWith("page");
      assertThat(pages.last()).contains("If-None-Match: \"1\"\r\n").doesNotContain("\"0\"");
      assertThat(pages.get("/")).contains("; hit;", "X-New: yes\r\n").endsWith("page");
      assertThat(pages.asked()).isEqualTo(2);
      pages.pass(61);
      assertThat(pages.get("/", "If-None-Match: \"1\"")).startsWith("HTTP/1.1 304 ");
      await().until(() -> pages.stats().validated() == 2);
    }
  }

  @Test
  void aReloadAsksTheServer() throws Exception {
    try (CachedPages pages = new CachedPages(CacheStaleTest::tagged, Map.of())) {
      assertThat(pages.get("/")).endsWith("page");
      for (String control : new String[] {"no-cache", "max-age=0", "min-fresh=100"}) {
        assertThat(pages.get("/", "Cache-Control: " + control)).contains("fwd=request");
      }
      assertThat(pages.get("/", "Pragma: no-cache")).contains("fwd=request");
      assertThat(pages.asked()).isEqualTo(5);
      assertThat(pages.get("/", "Cache-Control: only-if-cached")).contains("; hit;");
      assertThat(pages.get("/x", "Cache-Control: only-if-cached")).startsWith("HTTP/1.1 504 ");
      pages.pass(70);
      assertThat(pages.get("/", "Cache-Control: max-stale=20")).contains("; hit; ttl=-10");
      assertThat(pages.get("/", "Cache-Control: max-stale")).contains("; hit; ttl=-10");
      assertThat(pages.asked()).isEqualTo(5);
      assertThat(pages.get("/", "Cache-Control: max-stale=x")).contains("fwd=stale");
    }
    try (CachedPages pages =
        new CachedPages(CacheStaleTest::tagged, Map.of("client_directives", "ignore"))) {
      assertThat(pages.get("/")).endsWith("page");
      assertThat(pages.get("/", "Cache-Control: no-cache")).contains("; hit;");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'max-age=60, stale-if-error=100',0s,true",
    "'max-age=60, stale-if-error=5',1h,false",
    "max-age=60,1h,true",
    "max-age=60,0s,false",
    "s-maxage=60,1h,false",
    "'s-maxage=60, stale-if-error=100',0s,true",
    "'max-age=60, must-revalidate, stale-if-error=100',1h,false",
    "'max-age=60, proxy-revalidate',1h,false"
  })
  void anErrorIsCoveredByWhatIsKept(String control, String setting, boolean covered)
      throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    try (CachedPages pages =
        new CachedPages(
            _ -> broken.get() ? ERROR : ok("Cache-Control: " + control + "\r\n", "page"),
            Map.of("stale_if_error", setting))) {
      assertThat(pages.get("/")).endsWith("page");
      pages.pass(80);
      broken.set(true);
      assertThat(pages.get("/"))
          .startsWith(covered ? "HTTP/1.1 200 " : "HTTP/1.1 503 ")
          .contains(covered ? "fwd=stale; fwd-status=503" : "fwd=stale");
      pages.serverDies();
      assertThat(pages.get("/")).startsWith(covered ? "HTTP/1.1 200 " : "HTTP/1.1 502 ");
      await().until(() -> pages.stats().stale() == (covered ? 2 : 0));
    }
  }

  @Test
  void whileOneRequestAsksTheServerOthersGetTheStaleOne() throws Exception {
    CountDownLatch goesOn = new CountDownLatch(1);
    AtomicBoolean slow = new AtomicBoolean();
    AtomicReference<String> body = new AtomicReference<>("old");
    try (CachedPages pages =
        new CachedPages(
            _ -> {
              if (slow.get()) {
                wait(goesOn);
              }
              return ok("Cache-Control: max-age=60, stale-while-revalidate=60\r\n", body.get());
            },
            Map.of())) {
      assertThat(pages.get("/")).endsWith("old");
      pages.pass(70);
      slow.set(true);
      body.set("new");
      try (RawClient first = pages.client()) {
        first.get("/");
        await().until(() -> pages.asked() == 2);
        assertThat(pages.get("/")).contains("; hit; ttl=-10").endsWith("old");
        goesOn.countDown();
        assertThat(first.readResponse()).endsWith("new");
      }
      assertThat(pages.get("/")).contains("; hit;").endsWith("new");
      assertThat(pages.asked()).isEqualTo(2);
    } finally {
      goesOn.countDown();
    }
  }

  private static void wait(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
