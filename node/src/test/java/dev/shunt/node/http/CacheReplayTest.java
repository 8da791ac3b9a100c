package dev.shunt.node.http;

import static dev.shunt.node.http.CachedPages.ok;
import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.WINDOW_UPDATE;
import static dev.shunt.node.http.Http2Frames.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.http.Http2Frames.Frame;
import java.util.Map;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class CacheReplayTest {

  private static final String MINUTE = "Cache-Control: max-age=60\r\n";
  private static final int WINDOW = 65_535;

  private static String large() {
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      page.append("line ").append(i).append('\n');
    }
    return page.toString();
  }

  @Test
  void aLargePageIsGivenAsFastAsTheClientTakesIt() throws Exception {
    String page = large();
    try (CachedPages pages = CachedPages.saying(MINUTE, page)) {
      assertThat(pages.get("/")).endsWith(page);
      for (int i = 0; i < 3; i++) {
        assertThat(pages.get("/")).contains("; hit;").endsWith(page);
      }
      assertThat(pages.asked()).isEqualTo(1);
    }
  }

  @Test
  void aStreamGetsAsMuchAsItsWindowLets() throws Exception {
    String page = large();
    try (CachedPages pages = CachedPages.saying(MINUTE, page);
        Http2Frames client = new Http2Frames(pages.node().address())) {
      assertThat(pages.request("GET", "/", "X: y")).endsWith(page);
      client.get(1, "/");
      StringBuilder body = new StringBuilder();
      while (body.length() < WINDOW) {
        Frame frame = client.read();
        body.append(frame.type == DATA ? frame.text() : "");
      }
      client.send(WINDOW_UPDATE, 0, 0, bytes(page.length()));
      client.send(WINDOW_UPDATE, 0, 1, bytes(page.length()));
      body.append(client.body(1));
      assertThat(body.toString()).isEqualTo(page);
    }
  }

  @Test
  void requestsThatComeAtOnceAreAnsweredInTheirOrder() throws Exception {
    try (CachedPages pages =
            new CachedPages(
                head -> ok(MINUTE, head.substring(0, head.indexOf(" HTTP"))), Map.of());
        RawClient client = pages.client()) {
      for (int i = 0; i < 2; i++) {
        client.get("/a").get("/b").get("/a");
        assertThat(client.readResponse()).endsWith("GET /a");
        assertThat(client.readResponse()).endsWith("GET /b");
        assertThat(client.readResponse()).contains("; hit;").endsWith("GET /a");
      }
      assertThat(pages.asked()).isEqualTo(2);
      client.send("GET /a HTTP/1.0\r\nHost: a.example\r\n\r\n");
      assertThat(client.readAll()).contains("; hit;", "Connection: close").endsWith("GET /a");
    }
  }

  @Test
  void trailersPassWhileABodyIsKept() throws Exception {
    String chunked =
        "HTTP/1.1 200 OK\r\n"
            + MINUTE
            + "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\npage\r\n0\r\nX-Sum: 7\r\n\r\n";
    try (CachedPages pages = new CachedPages(_ -> chunked, Map.of());
        RawClient client = pages.client()) {
      assertThat(client.get("/").readUntil("X-Sum: 7\r\n\r\n"))
          .contains("Trailer: X-Sum\r\n", "4\r\npage\r\n0\r\n");
      assertThat(client.get("/").readResponse())
          .contains("; hit;", "Content-Length: 4\r\n")
          .doesNotContain("Trailer")
          .endsWith("page");
    }
  }
}
