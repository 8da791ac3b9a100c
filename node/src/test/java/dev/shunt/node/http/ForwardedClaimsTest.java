package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.AddressRange;
import dev.shunt.node.Forwarding;
import dev.shunt.node.HttpService;
import dev.shunt.node.RequestIds;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients say of themselves by headers that servers take for the word of a proxy. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class ForwardedClaimsTest {

  private static final String CLAIM = "6.6.6.6";

  private static HttpService trusting(HttpService service) {
    return service.with(
        new Forwarding(List.of(AddressRange.parse("127.0.0.0/8")), false, RequestIds.OFF));
  }

  /** What a server gets of a request with these headers. */
  private static String sent(UnaryOperator<HttpService> change, String headers) throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = TestNode.before(change, server.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n").readResponse();
      return server.received();
    }
  }

  private static String sentOverHttp2(String name) throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS | END_STREAM, 1, request("GET", "/", name, CLAIM));
      client.body(1);
      return server.received();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-Server",
        "X-Forwarded-Ssl",
        "X-Forwarded-Client-Cert",
        "X-Forwarded-Tls-Client-Cert-Info",
        "x-forwarded-",
        "X-Forwarded",
        "Forwarded",
        "X-Real-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "X-Original-Forwarded-For",
        "X-Scheme",
        "X-Url-Scheme",
        "Front-End-Https",
        "Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "Fastly-Client-IP"
      })
  void aStrangersWordReachesNoServer(String name) throws Exception {
    for (String spelt : List.of(name, name.toUpperCase(Locale.ROOT), name.replace('-', '_'))) {
      assertThat(sent(UnaryOperator.identity(), spelt + ": " + CLAIM + "\r\n"))
          .as(spelt)
          .contains("X-Forwarded-For: 127.0.0.1\r\n")
          .doesNotContain(CLAIM);
    }
    assertThat(sentOverHttp2(name.toLowerCase(Locale.ROOT))).doesNotContain(CLAIM);
    assertThat(sentOverHttp2(name.toLowerCase(Locale.ROOT).replace('-', '_')))
        .doesNotContain(CLAIM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", "True-Client-IP"})
  void aTrustedProxysWordIsPassedOnUnlessItsNameCouldBeTakenForAnother(String name)
      throws Exception {
    assertThat(sent(ForwardedClaimsTest::trusting, name + ": " + CLAIM + "\r\n"))
        .contains(name + ": " + CLAIM + "\r\n", "X-Forwarded-For: 127.0.0.1\r\n");
    assertThat(
            sent(
                ForwardedClaimsTest::trusting,
                name.replace('-', '_') + ": " + CLAIM + "\r\nX-Forwarded-For: 10.1.1.1\r\n"))
        .contains("X-Forwarded-For: 10.1.1.1, 127.0.0.1\r\n")
        .doesNotContain(CLAIM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forward-For",
        "X-Forwarded2-For",
        "X-Forwardedfor",
        "XX-Forwarded-For",
        "X-Real-IPs",
        "Content_Type",
        "X_Request",
        "Client-IPs",
        "Y-Forwarded-For"
      })
  void whatIsNoneOfThemIsPassedOnAsItCame(String name) throws Exception {
    assertThat(sent(UnaryOperator.identity(), name + ": " + CLAIM + "\r\n"))
        .contains(name + ": " + CLAIM + "\r\n");
  }

  @Test
  void whatAConnectionHeaderTookAwayTheNodeSays() throws Exception {
    assertThat(
            sent(
                ForwardedClaimsTest::trusting,
                "X-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\n"
                    + "Connection: X-Forwarded-Proto, X-Forwarded-Host\r\n"))
        .contains("X-Forwarded-Proto: http\r\n", "X-Forwarded-Host: a\r\n");
  }

  @Test
  void whatIsClaimedOnlyInTrailersIsRefused() throws Exception {
    try (RawServer server = new RawServer(peer -> peer.readUntil("an answer is never sent"));
        TestNode node = TestNode.before(server.address());
        RawClient client = node.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
              + "X_Forwarded-For: 6.6.6.6\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 400");
      assertThat(server.received()).doesNotContain(CLAIM);
    }
  }

  @Test
  void aNameIsTheSameWhereverItStands() {
    byte[] bytes = "..X-Forwarded-For:".getBytes(ISO_8859_1);
    assertThat(KnownHeader.at(KnownHeader.ordinalOf(bytes, 2, bytes.length - 1)))
        .isEqualTo(KnownHeader.X_FORWARDED_FOR);
    assertThat(KnownHeader.at(KnownHeader.ordinalOf(bytes, 2, bytes.length - 2)))
        .as("one letter less")
        .isEqualTo(KnownHeader.X_FORWARDED_ANY);
    assertThat(KnownHeader.count()).as("bits of a long").isLessThanOrEqualTo(Long.SIZE);
  }
}
