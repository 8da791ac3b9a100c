package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.ServerState;
import dev.shunt.node.StageConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claim A6: an injected cookie maps a client to a server. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class CookieTest {

  private static HttpService sticky(HttpService service) {
    return service.withStages(new StageConfig("cookie", Map.of()));
  }

  @RegisterExtension private final ThreeServers servers = new ThreeServers();

  private TestNode node(UnaryOperator<HttpService> change) throws Exception {
    return servers.node(change);
  }

  private static String get(RawClient client, String cookieHeaders) throws Exception {
    client.send("GET / HTTP/1.1\r\nHost: a\r\n" + cookieHeaders + "\r\n");
    return client.readResponse();
  }

  private static String cookieOf(String response) {
    int at = response.indexOf("Set-Cookie: ");
    assertThat(at).as(response).isPositive();
    return response.substring(at + 12, response.indexOf(';', at));
  }

  private static String bodyOf(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void aClientWithACookieStaysWithItsServer() throws Exception {
    try (TestNode node = node(CookieTest::sticky);
        RawClient client = node.client()) {
      String first = get(client, "");
      assertThat(first)
          .containsPattern(
              "Set-Cookie: SHUNT=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; SameSite=Lax\r\n");
      for (int i = 0; i < 6; i++) {
        String next = get(client, "Cookie: " + cookieOf(first) + "\r\n");
        assertThat(bodyOf(next)).isEqualTo(bodyOf(first));
        assertThat(next).doesNotContain("Set-Cookie");
      }
    }
  }

  @Test
  void everyMemberSendsACookieToTheSameServer() throws Exception {
    try (TestNode node = node(CookieTest::sticky);
        TestNode other = node(CookieTest::sticky);
        RawClient client = node.client();
        RawClient otherClient = other.client()) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        String response = get(client, "");
        seen.add(bodyOf(response));
        for (int j = 0; j < 4; j++) {
          assertThat(bodyOf(get(otherClient, "Cookie: " + cookieOf(response) + "\r\n")))
              .isEqualTo(bodyOf(response));
        }
      }
      assertThat(seen).hasSize(3);
    }
  }

  @Test
  void theServerNeverSeesTheCookie() throws Exception {
    try (TestNode node = node(CookieTest::sticky);
        RawClient client = node.client()) {
      String cookie = cookieOf(get(client, ""));
      String[][] headersAndRest = {
        {"Cookie: " + cookie + "\r\n", ""},
        {"Cookie: a=1; " + cookie + "; b=2\r\n", "Cookie: a=1; b=2\r\n"},
        {"Cookie: " + cookie + "; b=2\r\n", "Cookie: b=2\r\n"},
        {"Cookie: a=1; " + cookie + "\r\n", "Cookie: a=1\r\n"},
        {"Cookie: SHUNT=bad; " + cookie + "; c=3; SHUNT=\r\n", "Cookie: c=3\r\n"},
        {"Cookie: a=1;" + cookie + ";b=2\r\n", "Cookie: a=1;b=2\r\n"},
        {"Cookie: SHUN=1; SHUNTX=2\r\n", "Cookie: SHUN=1; SHUNTX=2\r\n"},
        {"Cookie: a=1\r\nCookie: " + cookie + "\r\n", "Cookie: a=1\r\n"},
        {"Cookie: ;; " + cookie + " ;\r\n", "Cookie: ;;\r\n"},
      };
      for (int i = 0; i < headersAndRest.length; i++) {
        String number = "X-Case: " + i + "\r\n";
        get(client, headersAndRest[i][0] + number);
        assertThat(all())
            .contains("Host: a\r\n" + headersAndRest[i][1] + number)
            .doesNotContain(cookie)
            .doesNotContain("SHUNT=");
      }
    }
  }

  private String all() {
    return servers.received();
  }

  @Test
  void aWrongCookieIsReplaced() throws Exception {
    try (TestNode node = node(CookieTest::sticky);
        RawClient client = node.client()) {
      String cookie = cookieOf(get(client, ""));
      String changed = cookie.substring(0, 10) + (cookie.charAt(10) == 'A' ? 'B' : 'A');
      for (String bad :
          new String[] {
            "SHUNT=", "SHUNT=x", changed + cookie.substring(11), cookie + "A", "SHUNT=s1"
          }) {
        assertThat(get(client, "Cookie: " + bad + "\r\n")).contains("Set-Cookie: SHUNT=");
      }
    }
  }

  @Test
  void theCookieIsSetOnEveryStatus() throws Exception {
    for (String status :
        new String[] {"404 Not Found", "304 Not Modified", "500 Oh", "302 Found"}) {
      try (RawServer server =
              RawServer.answering("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
          TestNode node = TestNode.before(CookieTest::sticky, server.address());
          RawClient client = node.client()) {
        assertThat(get(client, "")).contains("Set-Cookie: SHUNT=");
      }
    }
  }

  @Test
  void nameAndSecureAreSettings() throws Exception {
    try (TestNode node =
            node(s ->
                s.withStages(new StageConfig("cookie", Map.of("name", "lb", "secure", "true"))));
        RawClient client = node.client()) {
      assertThat(get(client, ""))
          .containsPattern("Set-Cookie: lb=[^;]*; Path=/; HttpOnly; SameSite=Lax; Secure\r\n");
    }
  }

  @Test
  void aDrainedServerKeepsItsSessionsAndGetsNoNewOnes() throws Exception {
    try (TestNode node = node(CookieTest::sticky);
        RawClient client = node.client()) {
      String first = get(client, "");
      String drained = "s" + bodyOf(first);
      node.node().drainServer(TestNode.SERVICE, drained);
      for (int i = 0; i < 6; i++) {
        assertThat(bodyOf(get(client, ""))).isNotEqualTo(bodyOf(first));
        assertThat(bodyOf(get(client, "Cookie: " + cookieOf(first) + "\r\n")))
            .isEqualTo(bodyOf(first));
      }
      node.node().undrainServer(TestNode.SERVICE, drained);
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        seen.add(bodyOf(get(client, "")));
      }
      assertThat(seen).contains(bodyOf(first));
    }
  }

  @Test
  void aDeadServersClientsMoveWithAFreshCookie() throws Exception {
    HealthCheck check = HealthCheck.tcp().every(Duration.ofMillis(30), Duration.ofSeconds(5), 2, 2);
    try (TestNode node = node(s -> sticky(s).with(check));
        RawClient client = node.client()) {
      String old;
      do {
        old = get(client, "");
      } while (!bodyOf(old).equals("1"));
      servers.first().close();
      String moved = get(client, "Cookie: " + cookieOf(old) + "\r\n");
      assertThat(moved).as("at once, though no check has failed").startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(cookieOf(moved)).isNotEqualTo(cookieOf(old));
      await()
          .until(
              () -> node.node().servers(TestNode.SERVICE).getFirst().state() == ServerState.DOWN);
      String later = get(client, "Cookie: " + cookieOf(old) + "\r\n");
      assertThat(later).startsWith("HTTP/1.1 200 OK\r\n").contains("Set-Cookie: SHUNT=");
      assertThat(bodyOf(get(client, "Cookie: " + cookieOf(later) + "\r\n")))
          .isEqualTo(bodyOf(later));
    }
  }
}
