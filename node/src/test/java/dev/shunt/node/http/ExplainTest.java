package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.AddressRange;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import dev.shunt.node.Forwarding;
import dev.shunt.node.HttpService;
import dev.shunt.node.RequestIds;
import dev.shunt.node.Routing;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.StageConfig;
import dev.shunt.node.TextMatch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was done with a request, and why, is told by its id. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class ExplainTest {

  private static final Pattern ID = Pattern.compile("X-Request-Id: ([^\r]*)\r\n");

  @RegisterExtension private final ThreeServers servers = new ThreeServers();

  private static HttpService telling(HttpService service) {
    return service.with(new Forwarding(List.of(), false, RequestIds.BOTH));
  }

  private static HttpService trusting(HttpService service) {
    return service.with(
        new Forwarding(List.of(AddressRange.parse("127.0.0.0/8")), false, RequestIds.BOTH));
  }

  private static String ask(RawClient client, String headers) throws Exception {
    client.send("GET /a?b HTTP/1.1\r\nHost: shop.example\r\n" + headers + "\r\n");
    return client.readResponse();
  }

  private static String idOf(String message) {
    Matcher matcher = ID.matcher(message);
    assertThat(matcher.find()).as(message).isTrue();
    return matcher.group(1);
  }

  private static ExplainedRequest explained(TestNode node, String id) {
    return node.node().explain(id).orElseThrow();
  }

  @Test
  void serverAndClientAreToldTheIdByWhichTheRequestIsExplained() throws Exception {
    try (TestNode node = servers.node(ExplainTest::telling);
        RawClient client = node.client()) {
      String id = idOf(ask(client, "X-Request-Id: forged\r\n"));

      assertThat(servers.received()).contains("X-Request-Id: " + id + "\r\n");
      assertThat(servers.received()).doesNotContain("forged");
      ExplainedRequest request = explained(node, id);
      assertThat(request.id()).isEqualTo(id).matches("[0-9a-f]{16}");
      assertThat(request.began()).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
      assertThat(request.method()).isEqualTo("GET");
      assertThat(request.target()).isEqualTo("/a?b");
      assertThat(request.host()).isEqualTo("shop.example");
      assertThat(request.protocol()).isEqualTo("http/1.1");
      assertThat(request.service()).isEqualTo(TestNode.SERVICE);
      assertThat(request.client()).isEqualTo(client.socket().getLocalSocketAddress());
      assertThat(request.status()).isEqualTo(200);
      assertThat(request.rule()).isEmpty();
      assertThat(request.preferred()).isEmpty();
      assertThat(request.attempts()).hasSize(1);
      assertThat(request.attempts().getFirst())
          .returns(Why.BALANCED, ExplainedRequest.Attempt::why)
          .returns(false, ExplainedRequest.Attempt::reused)
          .returns(Result.RESPONDED, ExplainedRequest.Attempt::result);
      // Equal where all of a response comes at once: an event has one time.
      assertThat(request.firstByte().orElseThrow())
          .isPositive()
          .isLessThanOrEqualTo(request.total());
      assertThat(request.underWay()).isFalse();
    }
  }

  @Test
  void nobodyIsToldWhereNobodyShallBeAndWhatTheySayPasses() throws Exception {
    try (TestNode node = servers.node(service -> service);
        RawClient client = node.client()) {
      assertThat(ask(client, "X-Request-Id: mine\r\n")).doesNotContain("X-Request-Id");
      assertThat(servers.received()).contains("X-Request-Id: mine\r\n");
    }
  }

  @Test
  void aTrustedProxysIdIsKeptAndLeadsToTheRequestToo() throws Exception {
    try (TestNode node = servers.node(ExplainTest::trusting);
        RawClient client = node.client()) {
      String id = idOf(ask(client, "X-Request-Id: of-the-proxy\r\n"));

      assertThat(servers.received()).contains("X-Request-Id: of-the-proxy\r\n");
      assertThat(explained(node, "of-the-proxy")).isEqualTo(explained(node, id));
      assertThat(explained(node, id).toldId()).contains("of-the-proxy");
      assertThat(node.node().explain("of-another")).isEmpty();
    }
  }

  @Test
  void whichStageAskedForWhichServerAndWhichRuleHeldIsTold() throws Exception {
    Routing rules =
        Routing.DEFAULT.withRules(
            RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/other", "s1"),
            RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/a", "s2", "s3"));
    try (TestNode node =
            servers.node(
                s -> telling(s.with(rules).withStages(new StageConfig("cookie", Map.of()))));
        RawClient client = node.client()) {
      String first = ask(client, "");
      String server = "s" + first.substring(first.indexOf("\r\n\r\n") + 4);
      int at = first.indexOf("Set-Cookie: ") + 12;
      String cookie = first.substring(at, first.indexOf(';', at));
      ExplainedRequest request = explained(node, idOf(ask(client, "Cookie: " + cookie + "\r\n")));

      assertThat(request.rule()).contains(1);
      assertThat(request.preferred()).contains(server);
      assertThat(request.preferredBy()).contains("cookie");
      assertThat(request.attempts().getFirst())
          .returns(server, ExplainedRequest.Attempt::server)
          .returns(Why.PREFERRED, ExplainedRequest.Attempt::why)
          .returns(true, ExplainedRequest.Attempt::reused);
    }
  }

  @Test
  void everyServerThatWasTriedIsToldWithWhatCameOfIt() throws Exception {
    try (RawServer living = RawServer.saying("1");
        TestNode node =
            TestNode.before(ExplainTest::telling, TestNode.deadAddress(), living.address());
        RawClient client = node.client()) {
      ExplainedRequest request = explained(node, idOf(ask(client, "")));

      assertThat(request.attempts())
          .extracting(ExplainedRequest.Attempt::server, ExplainedRequest.Attempt::result)
          .containsExactly(tuple("s1", Result.CONNECT_FAILED), tuple("s2", Result.RESPONDED));
    }
  }

  @Test
  void theIdOfAnErrorsPageLeadsToItsReason() throws Exception {
    try (TestNode node = TestNode.before(TestNode.deadAddress());
        RawClient client = node.client();
        RawClient other = node.client()) {
      ExplainedRequest unserved = explained(node, idOf(ask(client, "")));
      other.send("GET  / HTTP/1.1\r\n\r\n");
      ExplainedRequest unread = explained(node, idOf(other.readResponse()));

      assertThat(unserved.status()).isEqualTo(502);
      assertThat(unserved.reason()).contains("no server accepted a connection");
      assertThat(unread.status()).isEqualTo(400);
      assertThat(unread.reason()).isNotEmpty();
      assertThat(unread.protocol()).isEmpty();
      assertThat(unread.attempts()).isEmpty();
    }
  }

  @Test
  void aRequestUnderWayIsExplainedHoweverManyCameAfterIt() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (RawServer slow =
            new RawServer(peer -> {
              while (true) {
                String head = peer.readHead();
                if (head.isEmpty()) {
                  return;
                }
                if (head.startsWith("GET /slow")) {
                  awaitThat(goOn);
                }
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              }
            });
        TestNode node = TestNode.before(ExplainTest::trusting, slow.address());
        RawClient waiting = node.client();
        RawClient client = node.client()) {
      waiting.send("GET /slow HTTP/1.1\r\nHost: a\r\nX-Request-Id: slow\r\n\r\n");
      await().until(() -> node.node().explain("slow").isPresent());
      await()
          .untilAsserted(() ->
              assertThat(explained(node, "slow"))
                  .returns(true, ExplainedRequest::underWay)
                  .returns(0, ExplainedRequest::status)
                  .returns(Result.SENT, request -> request.attempts().getFirst().result()));
      String oldest = idOf(ask(client, ""));
      for (int i = 0; i < RequestHistory.ENTRIES; i++) {
        ask(client, "");
      }
      assertThat(node.node().explain(oldest)).isEmpty();
      goOn.countDown();
      waiting.readResponse();

      await().until(() -> node.node().explain("slow").isPresent());
      assertThat(explained(node, "slow").status()).isEqualTo(200);
    }
  }

  private static void awaitThat(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
