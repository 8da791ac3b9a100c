package dev.shunt.node.http;

import static dev.shunt.node.http.CachedPages.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.AddressRange;
import dev.shunt.node.CachePurge;
import dev.shunt.node.Forwarding;
import dev.shunt.node.NodeException;
import dev.shunt.node.RequestIds;
import dev.shunt.node.StageConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class CacheTest {

  private static final String MINUTE = "Cache-Control: max-age=60\r\n";
  private static final StageConfig CACHE = new StageConfig("cache", Map.of());

  @Test
  void aFreshResponseIsGivenAgainWithItsAge() throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE + "ETag: \"1\"\r\n", "page")) {
      assertThat(pages.get("/p"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Cache-Status: shunt; fwd=uri-miss; stored\r\n")
          .doesNotContain("Age:")
          .endsWith("\r\n\r\npage");
      pages.pass(7);
      assertThat(pages.get("/p"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("ETag: \"1\"\r\n", "Age: 7\r\n", "Content-Length: 4\r\n", "\r\nDate: ")
          .contains("Cache-Status: shunt; hit; ttl=53\r\n")
          .endsWith("\r\n\r\npage");
      assertThat(pages.request("HEAD", "/p"))
          .contains("Content-Length: 4\r\n", "; hit; ttl=53")
          .endsWith("\r\n\r\n");
      assertThat(pages.asked()).isEqualTo(1);
      await().until(() -> pages.stats().hits() == 2 && pages.stats().misses() == 1);
      assertThat(pages.stats().stored()).isEqualTo(1);
      assertThat(pages.stats().entries()).isEqualTo(1);
      assertThat(pages.stats().bytes()).isBetween(4L, 8192L);
      pages.pass(60);
      assertThat(pages.get("/p")).contains("fwd=stale");
      assertThat(pages.asked()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: no-store, max-age=60",
        "Cache-Control: private, max-age=60",
        "Cache-Control: max-age=60, max-age=0",
        "Cache-Control: max-age=a",
        "Cache-Control: max-age=60\r\nSet-Cookie: a=b",
        "Cache-Control: max-age=60\r\nVary: *",
        "Cache-Control: max-age=60\r\nVary: Cookie",
        "Expires: 0",
        "X-Nothing: said"
      })
  void whatMayNotBeKeptIsAskedForEachTime(String headers) throws Exception {
    try (CachedPages pages = CachedPages.saying(headers + "\r\n", "page")) {
      assertThat(pages.get("/")).endsWith("page");
      assertThat(pages.get("/")).endsWith("page").doesNotContain("stored", "hit");
      assertThat(pages.asked()).isEqualTo(2);
      await().until(() -> pages.stats().refused() == 2);
      assertThat(pages.stats().entries()).isZero();
    }
  }

  @Test
  void fieldsThatAreOnlyForOneClientAreNotKept() throws Exception {
    String headers = "Cache-Control: max-age=60, no-cache=\"set-cookie\"\r\nSet-Cookie: a=b\r\n";
    try (CachedPages pages = CachedPages.saying(headers, "page")) {
      assertThat(pages.get("/")).contains("Set-Cookie: a=b\r\n");
      assertThat(pages.get("/")).contains("; hit;").doesNotContain("Set-Cookie");
    }
  }

  @ParameterizedTest
  @CsvSource({"max-age=60,2", "'public, max-age=60',1", "s-maxage=60,1"})
  void aResponseToCredentialsIsKeptIfItAllowsThat(String control, int asked) throws Exception {
    try (CachedPages pages = CachedPages.saying("Cache-Control: " + control + "\r\n", "page")) {
      String credentials = "Authorization: Basic eDp5";
      assertThat(pages.get("/", credentials)).endsWith("page");
      assertThat(pages.get("/", credentials)).endsWith("page");
      assertThat(pages.asked()).isEqualTo(asked);
    }
  }

  @Test
  void eachKindOfRequestHasItsOwnResponse() throws Exception {
    String vary = MINUTE + "Vary: Accept-Encoding, X-Kind\r\n";
    try (CachedPages pages =
        new CachedPages(head -> ok(vary, head.contains("X-Kind: b") ? "b" : "a"), Map.of())) {
      assertThat(pages.get("/", "X-Kind: a", "Accept-Encoding: gzip, br")).endsWith("\na");
      assertThat(pages.get("/", "X-Kind: b", "Accept-Encoding: gzip, br"))
          .contains("fwd=vary-miss; stored")
          .endsWith("\nb");
      assertThat(pages.get("/", "X-Kind: a", "Accept-Encoding: br,gzip"))
          .contains("; hit;")
          .endsWith("\na");
      assertThat(pages.get("/", "X-Kind: b", "Accept-Encoding: br,gzip"))
          .contains("; hit;")
          .endsWith("\nb");
      assertThat(pages.asked()).isEqualTo(2);
    }
  }

  @Test
  void addressesAreNotTakenForEachOther() throws Exception {
    try (CachedPages pages =
        new CachedPages(head -> ok(MINUTE, head.substring(0, head.indexOf('\r'))), Map.of())) {
      for (String path : new String[] {"/a", "/b", "/a?x", "/a?X", "//a", "/%61", "/b/../a"}) {
        assertThat(pages.get(path)).endsWith("GET " + path + " HTTP/1.1");
        assertThat(pages.get(path)).contains("; hit;").endsWith("GET " + path + " HTTP/1.1");
      }
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.URL, "http://a.example/a")))
          .isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Original-URL: /admin",
        "X_Rewrite_Url: /admin",
        "X-HTTP-Method-Override: DELETE",
        "Range: bytes=0-1",
        "If-Match: \"1\"",
        "Upgrade: thing\r\nConnection: upgrade",
        "Content-Length: 1\r\n\r\nx"
      })
  void aRequestThatAServerMayTakeForAnotherNeitherGetsNorLeavesAnything(String header)
      throws Exception {
    try (CachedPages pages = CachedPages.saying(MINUTE, "page")) {
      try (RawClient client = pages.client()) {
        client.send("GET / HTTP/1.1\r\nHost: a.example\r\n" + header + "\r\n\r\n");
        assertThat(client.readHead()).contains("fwd=bypass").doesNotContain("stored");
      }
      assertThat(pages.get("/")).contains("fwd=uri-miss; stored");
      await().until(() -> pages.stats().bypassed() == 1);
    }
  }

  @Test
  void whatIsSaidOfTheAddressCountsOnlyIfItReachesTheServer() throws Exception {
    for (String trusted : new String[] {"127.0.0.0/8", "192.0.2.0/24"}) {
      boolean reaches = trusted.startsWith("127");
      Forwarding forwarding =
          new Forwarding(List.of(AddressRange.parse(trusted)), false, RequestIds.OFF);
      try (RawServer server = RawServer.answering(ok(MINUTE, "page"));
          TestNode node =
              TestNode.before(s -> s.withStages(CACHE).with(forwarding), server.address());
          RawClient client = node.client()) {
        String get = "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 192.0.2.1\r\n";
        assertThat(client.send(get + "\r\n").readResponse()).contains("stored");
        assertThat(client.send(get + "X-Forwarded-Host: evil\r\n\r\n").readResponse())
            .contains(reaches ? "fwd=vary-miss; stored" : "; hit;");
        assertThat(client.send(get.replace("2.1", "2.2") + "\r\n").readResponse())
            .contains("; hit;");
        assertThat(server.received().contains("evil")).isEqualTo(reaches);
      }
    }
  }

  @Test
  void aClientThatHasThePageIsToldSo() throws Exception {
    String headers = MINUTE + "ETag: W/\"1\"\r\nLast-Modified: Sat, 01 Nov 2025 00:00:00 GMT\r\n";
    try (CachedPages pages = CachedPages.saying(headers, "page")) {
      assertThat(pages.get("/")).endsWith("page");
      for (String has :
          new String[] {
            "If-None-Match: \"0\", \"1\"",
            "If-None-Match: *",
            "If-Modified-Since: Sat, 01 Nov 2025 00:00:00 GMT"
          }) {
        assertThat(pages.get("/", has))
            .startsWith("HTTP/1.1 304 Not Modified\r\n")
            .contains("ETag: W/\"1\"\r\n", "; hit;")
            .endsWith("\r\n\r\n");
      }
      assertThat(pages.get("/", "If-None-Match: \"2\"")).endsWith("page");
      assertThat(pages.asked()).isEqualTo(1);
    }
  }

  @Test
  void anUnsafeRequestDropsWhatItMayHaveChanged() throws Exception {
    try (CachedPages pages =
        new CachedPages(head -> ok(MINUTE + "Location: /b\r\n", "page"), Map.of())) {
      assertThat(pages.get("/a")).endsWith("page");
      assertThat(pages.get("/b")).endsWith("page");
      assertThat(pages.request("POST", "/a", "Content-Length: 0")).contains("fwd=method");
      assertThat(pages.get("/a")).contains("fwd=uri-miss");
      assertThat(pages.get("/b")).contains("fwd=uri-miss");
      assertThat(pages.stats().purged()).isEqualTo(2);
    }
  }

  @Test
  void purgesForgetWhatTheyName() throws Exception {
    try (CachedPages pages =
        new CachedPages(
            head ->
                ok(
                    MINUTE
                        + (head.contains(" /a")
                            ? "Cache-Tag: one,two\r\n"
                            : "Surrogate-Key: two three\r\n"),
                    "page"),
            Map.of())) {
      for (String path : new String[] {"/a/1", "/a/2", "/b"}) {
        assertThat(pages.get(path)).endsWith("page");
      }
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.TAG, "four"))).isZero();
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.TAG, "three"))).isEqualTo(1);
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.URL, "http://A.example:80/a/./1")))
          .isEqualTo(1);
      assertThat(pages.purge(new CachePurge(CachePurge.Kind.PREFIX, "http://a.example/a/")))
          .isEqualTo(1);
      assertThat(pages.get("/b")).contains("fwd=uri-miss");
      assertThat(pages.purge(CachePurge.all())).isEqualTo(1);
      assertThat(pages.stats().entries()).isZero();
      assertThat(pages.stats().purged()).isEqualTo(4);
    }
  }

  @Test
  void whatIsTooLargeOrBreaksOffIsNotKept() throws Exception {
    String large = "x".repeat(2000);
    try (CachedPages pages =
        new CachedPages(
            head ->
                head.contains(" /chunked")
                    ? "HTTP/1.1 200 OK\r\n"
                        + MINUTE
                        + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n"
                        + large
                        + "\r\n0\r\n\r\n"
                    : ok(MINUTE, large),
            Map.of("max_object", "1KiB"))) {
      for (int i = 0; i < 2; i++) {
        assertThat(pages.get("/")).endsWith(large);
        String chunks = pages.get("/chunked").split("\r\n\r\n", 2)[1];
        assertThat(chunks.replaceAll("[^x]", "")).isEqualTo(large);
      }
      assertThat(pages.asked()).isEqualTo(4);
      assertThat(pages.stats().entries()).isZero();
    }
    try (RawServer server =
            new RawServer(peer -> {
              String _ = peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\n" + MINUTE + "Content-Length: 9\r\n\r\nhalf");
            });
        TestNode node = TestNode.before(s -> s.withStages(CACHE), server.address());
        RawClient client = node.client()) {
      assertThat(catchThrowable(() -> client.get("/").readAll())).isNotNull();
      await().until(() -> CachedPages.storeOf(node).stats().refused() == 1);
      assertThat(CachedPages.storeOf(node).stats().entries()).isZero();
    }
  }

  @Test
  void itKeepsNoMoreThanItMay() throws Exception {
    String page = "x".repeat(50_000);
    Map<String, String> settings = Map.of("size", "256KiB", "max_object", "64KiB");
    try (CachedPages pages = new CachedPages(_ -> ok(MINUTE, page), settings)) {
      for (int i = 0; i < 20; i++) {
        assertThat(pages.get("/" + i)).endsWith(page);
        assertThat(pages.stats().bytes()).isLessThanOrEqualTo(256 * 1024);
      }
      assertThat(pages.stats().evicted()).isPositive();
      assertThat(pages.stats().entries()).isBetween(1L, 5L);
    }
  }

  @Test
  void onlyKindsThatAreNamedAreKept() throws Exception {
    try (CachedPages pages =
        new CachedPages(
            head ->
                ok(
                    MINUTE
                        + "Content-Type: "
                        + (head.contains(" /i") ? "image/png" : "text/css; charset=utf-8")
                        + "\r\n",
                    "page"),
            Map.of("kinds", "text/html\nimage/*"))) {
      assertThat(pages.get("/i")).contains("stored");
      assertThat(pages.get("/c")).doesNotContain("stored");
    }
  }

  @Test
  void stagesBehindItChangeWhatIsKeptAndStagesBeforeItWhatIsGiven() throws Exception {
    StageConfig before = new StageConfig("headers", Map.of("response", "set X-Before {client}"));
    try (CachedPages pages =
        new CachedPages(
            _ -> ok(MINUTE + "Content-Type: text/html\r\n", "<img src=/a.png>"),
            before,
            new StageConfig("cookie", Map.of()),
            CACHE,
            new StageConfig("cdn", Map.of("hosts", "https://cdn.example")))) {
      for (int i = 0; i < 2; i++) {
        assertThat(pages.get("/"))
            .contains("X-Before: 127.0.0.1\r\n", "<img src=https://cdn.example/a.png>")
            .contains(i == 0 ? "Set-Cookie: SHUNT=" : "; hit;");
      }
      assertThat(pages.get("/")).doesNotContain("Set-Cookie");
      assertThat(pages.asked()).isEqualTo(1);
    }
  }

  @Test
  void mistakesInSettingsAreToldWithWhatIsAllowed() {
    assertMistake(Map.of("size", "64"), "size: found '64', allowed is a number of KiB, MiB or GiB");
    assertMistake(Map.of("size", "1KiB"), "max_object: found '1MiB', allowed is at most size");
    assertMistake(Map.of("kinds", "html"), "kinds: found 'html', allowed are media types");
    assertMistake(Map.of("default_ttl", "1"), "default_ttl: found '1', allowed is a duration");
    assertMistake(Map.of("client_directives", "no"), "found 'no', allowed is obey or ignore");
    assertMistake(Map.of("ttl", "1s"), "found key 'ttl', allowed is [client_directives");
  }

  private static void assertMistake(Map<String, String> settings, String told) {
    assertThatThrownBy(() ->
            TestNode.before(
                    s -> s.withStages(new StageConfig("cache", settings)), TestNode.loopback(1))
                .close())
        .isInstanceOf(NodeException.class)
        .hasMessageContaining(told);
  }
}
