package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shunt.node.NodeException;
import dev.shunt.node.StageConfig;
import dev.shunt.node.cdn.Codings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Claim A14: links in pages lead to the CDN, whatever form the page comes in. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class CdnTest {

  private static final String PAGE = "<p>text</p><img src=/a.png><script src=/b.js></script>";
  private static final String REWRITTEN =
      "<p>text</p><img src=https://cdn.example/a.png><script src=https://cdn.example/b.js></script>";
  private static final String HTML = "Content-Type: text/html; charset=utf-8\r\n";

  private static TestNode node(InetSocketAddress server) throws NodeException {
    StageConfig cdn = new StageConfig("cdn", Map.of("hosts", "https://cdn.example"));
    return TestNode.before(s -> s.withStages(cdn), server);
  }

  private static RawServer server(String status, String headers, byte[] body) throws IOException {
    return RawServer.answering(
        "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(status, headers, body.length, new String(body, ISO_8859_1)));
  }

  /**
   * Head and body that a client of HTTP/1.0 gets, where the end of the connection ends the body.
   */
  private static String got(String headers, byte[] body, String asks) throws Exception {
    try (RawServer server = server("200 OK", headers, body);
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      return client.send("GET /x HTTP/1.0\r\nHost: h\r\n" + asks + "\r\n").readAll();
    }
  }

  private static String got(String headers, String body) throws Exception {
    return got(headers, body.getBytes(ISO_8859_1), "");
  }

  private static byte[] body(String message) {
    return message.substring(message.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
  }

  @Test
  void aPagesLinksLeadToTheCdnAndItsHeadSaysNothingThatIsNoLongerTrue() throws Exception {
    String sums = "ETag: \"v1\"\r\nContent-MD5: x\r\nRepr-Digest: y\r\nAccept-Ranges: bytes\r\n";
    assertThat(got(HTML + sums, PAGE))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\n"
                + HTML
                + "ETag: W/\"v1\"\r\nConnection: close\r\n\r\n"
                + REWRITTEN);
  }

  @Test
  void styleSheetsAreRewrittenToo() throws Exception {
    assertThat(got("Content-Type: text/css\r\n", "a{b:url(c.png)}"))
        .endsWith("a{b:url(https://cdn.example/c.png)}");
  }

  @ParameterizedTest
  @EnumSource(Codings.class)
  void aCodedPageIsRewrittenAndCodedAgain(Codings coding) throws Exception {
    String page = "<!-- %s -->%s".formatted("much the same ".repeat(20_000), PAGE);
    String headers = HTML + "Content-Encoding: " + coding.label() + "\r\n";
    String got = got(headers, coding.encode(page.getBytes(ISO_8859_1)), "");
    assertThat(got).contains("Content-Encoding: " + coding.label() + "\r\n");
    assertThat(body(got)).hasSizeLessThan(page.length() / 50);
    assertThat(new String(coding.decode(body(got)), ISO_8859_1))
        .isEqualTo(page.replace(PAGE, REWRITTEN));
  }

  @Test
  void aFileOfSeveralGzipMembersIsRewrittenWhole() throws Exception {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(Codings.GZIP.encode("<img src=/a.".getBytes(ISO_8859_1)));
    both.writeBytes(Codings.GZIP.encode("png>".getBytes(ISO_8859_1)));
    String got = got(HTML + "Content-Encoding: gzip\r\n", both.toByteArray(), "");
    assertThat(new String(Codings.GZIP.decode(body(got)), ISO_8859_1))
        .isEqualTo("<img src=https://cdn.example/a.png>");
  }

  @ParameterizedTest
  @EnumSource(Codings.class)
  void whatCameOfASlowPageGoesOnBeforeTheRestIsThere(Codings coding) throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    byte[][] parts = coding.encodeInParts(PAGE.getBytes(ISO_8859_1), "<p".getBytes(ISO_8859_1));
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send(
                  "HTTP/1.1 200 OK\r\n%sContent-Encoding: %s\r\nConnection: close\r\n\r\n"
                      .formatted(HTML, coding.label()));
              peer.send(parts[0], parts[0].length);
              FailureTest.awaitQuietly(seen);
              peer.send(parts[1], parts[1].length);
            });
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n").readHead();
      try (Codings.Coming coming = coding.coming()) {
        String text = "";
        while (text.length() < REWRITTEN.length()) {
          byte[] one = client.in().readNBytes(1);
          assertThat(one).as("after '%s'", text).hasSize(1);
          text = coming.take(one);
        }
        assertThat(text).isEqualTo(REWRITTEN);
        seen.countDown();
        assertThat(coming.take(client.in().readAllBytes())).isEqualTo(REWRITTEN + "<p");
      }
    }
  }

  static Stream<Arguments> untouched() {
    return Stream.of(
        Arguments.of("200 OK", "Content-Type: text/plain\r\n", ""),
        Arguments.of("200 OK", "", ""),
        Arguments.of("200 OK", "Content-Type: image/svg+xml\r\n", ""),
        Arguments.of("200 OK", HTML + "Cache-Control: max-age=1, No-Transform\r\n", ""),
        Arguments.of("200 OK", HTML, "Cache-Control: no-transform\r\n"),
        Arguments.of("200 OK", HTML + "Content-Encoding: compress\r\n", ""),
        Arguments.of("200 OK", HTML + "Content-Encoding: gzip, br\r\n", ""),
        Arguments.of("200 OK", "Content-Type: text/html; charset=\"UTF-16le\"\r\n", ""),
        Arguments.of("206 Partial Content", HTML + "Content-Range: bytes 0-53/99\r\n", ""));
  }

  @ParameterizedTest
  @MethodSource
  void untouched(String status, String headers, String asks) throws Exception {
    String sums = headers + "ETag: \"v1\"\r\nContent-MD5: x\r\n";
    try (RawServer server = server(status, sums, PAGE.getBytes(ISO_8859_1));
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      client.send("GET /x HTTP/1.1\r\nHost: h\r\n" + asks + "\r\n");
      assertThat(client.readResponse())
          .isEqualTo(
              "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
                  .formatted(status, sums, PAGE.length(), PAGE));
    }
  }

  @Test
  void aPageInUtf16SaysSoByItsFirstBytesAndPasses() throws Exception {
    assertThat(got(HTML, "\u00ff\u00fe" + PAGE)).endsWith("\u00ff\u00fe" + PAGE);
    assertThat(got(HTML, "\u00fe\u00ff" + PAGE)).endsWith("\u00fe\u00ff" + PAGE);
    assertThat(got(HTML, "\u00ff")).endsWith("\r\n\r\n\u00ff");
    String utf8 = "\u00ef\u00bb\u00bf";
    assertThat(got(HTML, utf8 + PAGE)).endsWith(utf8 + REWRITTEN);
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws Exception {
    String headers = HTML + "Content-Encoding: gzip\r\nETag: \"v1\"\r\n";
    try (RawServer server =
            RawServer.answering("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 77\r\n\r\n");
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.readHead())
          .contains("Content-Encoding: gzip\r\n", "ETag: W/\"v1\"\r\n")
          .doesNotContain("Content-Length");
      client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aClientFindsItsPageFreshByTheTagThatItGot() throws Exception {
    String answer = "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n";
    try (RawServer server = RawServer.answering(answer);
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"a\", W/\"v1\"\r\n\r\n");
      assertThat(client.readHead()).contains("ETag: W/\"v1\"\r\n");
      client.send("GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"v1\"\r\n\r\n");
      assertThat(client.readHead()).contains("ETag: \"v1\"\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip, sdch;q=0.5, br;q=0.9 -> gzip, br;q=0.9",
        "* -> identity",
        "compress -> identity",
        "deflate, zstd -> deflate, zstd",
        " -> "
      })
  void serversAreAskedForCodingsThatCanBeUndone(String row) throws Exception {
    String[] both = row.split("->");
    String asked = both[0].isBlank() ? "" : "Accept-Encoding: " + both[0].strip() + "\r\n";
    try (RawServer server = RawServer.saying("");
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.1\r\nHost: h\r\n" + asked + "\r\n").readResponse();
      assertThat(server.received().lines().filter(l -> l.startsWith("Accept-Encoding: ")))
          .containsExactlyElementsOf(
              both[1].isBlank()
                  ? Arrays.<String>asList()
                  : Arrays.asList("Accept-Encoding: " + both[1].strip()));
    }
  }

  @Test
  void linksInTheHeadLeadWhereThoseOfThePageDo() throws Exception {
    String links =
        "Link: </a.css>; rel=preload; as=style, <b.js>; rel=\"modulepreload x\"\r\n"
            + "Link: </page>; rel=next, </c.png>; title=\"a, <b>\"; rel=icon\r\n";
    assertThat(got(HTML + links, PAGE))
        .contains(
            "Link: <https://cdn.example/a.css>; rel=preload; as=style,"
                + " <https://cdn.example/b.js>; rel=\"modulepreload x\"\r\n",
            "Link: </page>; rel=next, <https://cdn.example/c.png>; title=\"a, <b>\"; rel=icon\r\n");
  }

  @Test
  void linksStayThatThePagesPolicyWouldNotLetABrowserFollow() throws Exception {
    String policy = "Content-Security-Policy: script-src 'self'; img-src *.example\r\n";
    try (RawServer server = server("200 OK", HTML + policy, PAGE.getBytes(ISO_8859_1));
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      assertThat(client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n").readAll())
          .endsWith(REWRITTEN.replace("https://cdn.example/b.js", "/b.js"));
      assertThat(node.stats().stages().counters())
          .containsEntry("cdn_pages", 1L)
          .containsEntry("cdn_links", 1L)
          .containsEntry("cdn_links_kept_for_policy", 1L)
          .containsEntry("cdn_untouched", 0L);
    }
  }

  @Test
  void aPageThatIsNotCodedAsItSaysHasNoCleanEnd() throws Exception {
    String headers = HTML + "Content-Encoding: gzip\r\n";
    try (RawServer server = server("200 OK", headers, PAGE.getBytes(ISO_8859_1));
        TestNode node = node(server.address());
        RawClient client = node.client()) {
      assertThat(catchThrowable(() -> client.get("/").readAll()))
          .isInstanceOf(SocketException.class);
      assertThat(node.stats().stageErrors()).isEqualTo(1);
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(Map.of(), "hosts: found none, allowed is a list of URLs"),
        Arguments.of(
            Map.of("hosts", "cdn.example"), "hosts: found 'cdn.example', allowed is a URL"),
        Arguments.of(Map.of("rules", "to=cdn"), "to: found 'cdn', allowed is a URL"),
        Arguments.of(Map.of("host", "//c"), "found key 'host', allowed is [hosts, origins"),
        Arguments.of(Map.of("hosts", "//c", "version", "x"), "version: found 'x', allowed is a"),
        Arguments.of(Map.of("hosts", "//c", "rules", "kind=pic"), "kind: found 'pic', allowed"),
        Arguments.of(Map.of("hosts", "//c", "rules", "path=a"), "path: found 'a', allowed is"),
        Arguments.of(Map.of("hosts", "//c", "rules", "path=~("), "which is no regular expression"),
        Arguments.of(Map.of("hosts", "//c", "rules", "elements=a"), "found 'elements=a', allowed"),
        Arguments.of(Map.of("hosts", "//c", "rules", "element=a,,b"), "element: found 'a,,b'"));
  }

  @ParameterizedTest
  @MethodSource
  void mistakes(Map<String, String> settings, String told) {
    assertThatThrownBy(() ->
            TestNode.before(
                    s -> s.withStages(new StageConfig("cdn", settings)), TestNode.loopback(1))
                .close())
        .isInstanceOf(NodeException.class)
        .hasMessageContaining(told);
  }
}
