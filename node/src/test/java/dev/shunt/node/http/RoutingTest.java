package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.Balancing;
import dev.shunt.node.HeaderMatch;
import dev.shunt.node.HttpService;
import dev.shunt.node.Routing;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.StageConfig;
import dev.shunt.node.TextMatch;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claim A10: servers are chosen by what a request asks for. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class RoutingTest {

  @RegisterExtension private final ThreeServers servers = new ThreeServers();

  private TestNode node(UnaryOperator<HttpService> change, RoutingRule... rules) throws Exception {
    return servers.node(service -> change.apply(service.with(Routing.DEFAULT.withRules(rules))));
  }

  private TestNode node(RoutingRule... rules) throws Exception {
    return node(UnaryOperator.identity(), rules);
  }

  private static String bodyOf(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  /** Who answers: of many requests, so that others have their chance. */
  private static Set<String> answering(RawClient client, String head) throws Exception {
    Set<String> bodies = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      bodies.add(bodyOf(client.send(head + "\r\n\r\n").readResponse()));
    }
    return bodies;
  }

  private static Set<String> forPath(RawClient client, String path) throws Exception {
    return answering(client, "GET " + path + " HTTP/1.1\r\nHost: a");
  }

  private static RoutingRule ofHosts(List<String> hosts, String server) {
    return new RoutingRule(hosts, Optional.empty(), List.of(), List.of(), List.of(server));
  }

  private static RoutingRule ofHeader(HeaderMatch header, String server) {
    return new RoutingRule(
        List.of(), Optional.empty(), List.of(), List.of(header), List.of(server));
  }

  @Test
  void theFirstRuleThatHoldsDecides() throws Exception {
    try (TestNode node =
            node(
                RoutingRule.ofPath(TextMatch.Kind.EXACT, "/static/not", "s3"),
                RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/static/", "s1"),
                RoutingRule.ofPath(TextMatch.Kind.REGEX, "/item/[0-9]+", "s2", "s3"));
        RawClient client = node.client()) {
      assertThat(forPath(client, "/static/x.css?a=/item/1")).containsExactly("1");
      assertThat(forPath(client, "/static/not")).containsExactly("3");
      assertThat(forPath(client, "/static/not?x")).containsExactly("3");
      assertThat(forPath(client, "/item/17")).containsExactlyInAnyOrder("2", "3");
      assertThat(forPath(client, "/item/17/x")).as("no rule").hasSize(3);
      assertThat(forPath(client, "/")).as("no rule").hasSize(3);
    }
  }

  @Test
  void anotherSpellingOfAPathIsThatPathAndServersSeeItAsItWasSent() throws Exception {
    try (TestNode node = node(RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/admin/", "s1"));
        RawClient client = node.client()) {
      for (String path :
          List.of("//admin/x", "/%61dmin/x", "/y/../admin/x", "/y/%2e%2e/admin/x", "/./admin//x")) {
        assertThat(forPath(client, path)).as(path).containsExactly("1");
        assertThat(servers.first().received()).contains("GET " + path + " HTTP/1.1\r\n");
      }
      assertThat(answering(client, "GET http://a/admin/x HTTP/1.1\r\nHost: a"))
          .containsExactly("1");
      assertThat(forPath(client, "/admin%2fx")).as("an encoded slash is none").hasSize(3);
      assertThat(answering(client, "OPTIONS * HTTP/1.1\r\nHost: a")).hasSize(3);
    }
  }

  @Test
  void hostsAreComparedWithoutCasePortAndEndingDot() throws Exception {
    try (TestNode node =
            node(
                ofHosts(List.of("a.example", "b.example"), "s1"),
                ofHosts(List.of("*.example"), "s2"));
        RawClient client = node.client()) {
      for (String host : List.of("a.example", "B.EXAMPLE:8080", "a.example.")) {
        assertThat(answering(client, "GET / HTTP/1.1\r\nHost: " + host))
            .as(host)
            .containsExactly("1");
      }
      assertThat(answering(client, "GET / HTTP/1.1\r\nHost: C.example")).containsExactly("2");
      for (String host : List.of("example", "x.c.example", "c.example.org", "[::1]:80")) {
        assertThat(answering(client, "GET / HTTP/1.1\r\nHost: " + host)).as(host).hasSize(3);
      }
    }
  }

  @Test
  void methodsAndHeadersHaveASay() throws Exception {
    HeaderMatch beta =
        new HeaderMatch(
            "X-Version", Optional.of(new TextMatch(TextMatch.Kind.REGEX, "beta|2\\.[0-9]+")));
    try (TestNode node =
            node(
                new RoutingRule(
                    List.of(),
                    Optional.empty(),
                    List.of("PUT", "DELETE"),
                    List.of(),
                    List.of("s3")),
                ofHeader(beta, "s1"),
                ofHeader(new HeaderMatch("x-debug", Optional.empty()), "s2"));
        RawClient client = node.client()) {
      assertThat(answering(client, "DELETE / HTTP/1.1\r\nHost: a\r\nX-Debug: 1"))
          .containsExactly("3");
      assertThat(answering(client, "GET / HTTP/1.1\r\nHost: a\r\nX-Version: 1\r\nx-version: 2.7"))
          .containsExactly("1");
      assertThat(answering(client, "GET / HTTP/1.1\r\nHost: a\r\nX-DEBUG:")).containsExactly("2");
      assertThat(answering(client, "GET / HTTP/1.1\r\nHost: a\r\nX-Version: 22.7")).hasSize(3);
    }
  }

  @Test
  void aRulesServersAreTriedAndNoOthers() throws Exception {
    servers.third().close();
    try (TestNode node =
        node(
            service -> service.with(Balancing.LEAST_CONNECTIONS),
            RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/a", "s2", "s3"),
            RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/b", "s3"))) {
      for (int i = 0; i < 6; i++) {
        try (RawClient client = node.client()) {
          assertThat(bodyOf(client.get("/a").readResponse())).isEqualTo("2");
        }
      }
      try (RawClient client = node.client()) {
        assertThat(client.get("/b").readHead()).startsWith("HTTP/1.1 502 ");
      }
      node.node().drainServer(TestNode.SERVICE, "s2");
      node.node().drainServer(TestNode.SERVICE, "s3");
      try (RawClient client = node.client()) {
        assertThat(client.get("/a").readHead()).startsWith("HTTP/1.1 503 ");
      }
    }
  }

  @Test
  void aCookieOfAServerThatIsNotForARequestIsKeptForThoseThatItIsFor() throws Exception {
    try (TestNode node =
            node(
                service -> service.withStages(new StageConfig("cookie", Map.of())),
                RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/static/", "s1"),
                RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/", "s2", "s3"));
        RawClient client = node.client()) {
      String first = client.get("/").readResponse();
      int at = first.indexOf("SHUNT=");
      String cookie = "\r\nCookie: " + first.substring(at, first.indexOf(';', at)) + "\r\n\r\n";
      for (int i = 0; i < 4; i++) {
        String other = client.send("GET /static/x HTTP/1.1\r\nHost: a" + cookie).readResponse();
        assertThat(other).endsWith("\r\n\r\n1").doesNotContain("Set-Cookie");
        assertThat(servers.first().received()).doesNotContain("SHUNT");
        String own = client.send("GET / HTTP/1.1\r\nHost: a" + cookie).readResponse();
        assertThat(bodyOf(own)).isEqualTo(bodyOf(first));
        assertThat(own).doesNotContain("Set-Cookie");
      }
    }
  }

  @Test
  void aRuleNamesServersOfItsService() {
    assertThatThrownBy(() -> node(RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/", "s9")).close())
        .hasMessage("service 'web', rules: found server 's9', allowed is one of [s1, s2, s3]");
    assertThatThrownBy(() -> node(RoutingRule.ofPath(TextMatch.Kind.REGEX, "(a", "s1")).close())
        .hasMessage("regular expression: found '(a', allowed is RE2's syntax: missing closing )");
  }
}
