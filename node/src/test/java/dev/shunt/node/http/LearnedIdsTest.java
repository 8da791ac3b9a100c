package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.StageConfig;
import dev.shunt.replication.Binding;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claim A5: an application's session id leads to the server that has the session. */
class LearnedIdsTest {

  private static final String TABLE = TestNode.SERVICE + "/session-id";

  private final SharedTables tables = new SharedTables();
  private RawServer one;
  private RawServer two;
  private RawServer three;

  @BeforeEach
  void startServers() throws Exception {
    one = application("1");
    two = application("2");
    three = application("3");
  }

  @AfterEach
  void stopServers() throws Exception {
    one.close();
    two.close();
    three.close();
  }

  /** Begins a session at {@code /login?ID}, and at {@code /header?ID} tells it in a header. */
  private static RawServer application(String name) throws Exception {
    return new RawServer(peer -> {
      for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
        String target = head.split(" ", 3)[1];
        if (target.equals("/wait")) {
          // Until the other side has enough of it.
          String _ = peer.readHead();
          return;
        }
        String id = target.substring(target.indexOf('?') + 1);
        String session =
            target.startsWith("/login")
                ? "Set-Cookie: JSESSIONID=" + id + "; Path=/; HttpOnly\r\n"
                : target.startsWith("/header") ? "X-Session: " + id + "\r\n" : "";
        peer.send(
            "HTTP/1.1 200 OK\r\n"
                + session
                + "Content-Length: "
                + name.length()
                + "\r\n\r\n"
                + name);
      }
    });
  }

  private TestNode node(Map<String, String> settings) throws Exception {
    UnaryOperator<HttpService> change = s -> s.withStages(new StageConfig("session-id", settings));
    return TestNode.sharing(tables, change, one.address(), two.address(), three.address());
  }

  private static String get(RawClient client, String target, String headers) throws Exception {
    client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    return client.readResponse();
  }

  private static String server(RawClient client, String target, String headers) throws Exception {
    String response = get(client, target, headers);
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  private static String cookie(String id) {
    return "Cookie: x=1; JSESSIONID=" + id + "\r\n";
  }

  @Test
  void aSessionThatOneNodeLearnedLeadsToItsServerThroughAnother() throws Exception {
    try (TestNode node = node(Map.of());
        TestNode other = node(Map.of());
        RawClient client = node.client();
        RawClient otherClient = other.client()) {
      Set<String> servers = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        String its = server(client, "/login?id" + i, "");
        servers.add(its);
        for (int j = 0; j < 4; j++) {
          assertThat(server(otherClient, "/", cookie("id" + i))).isEqualTo(its);
          assertThat(server(client, "/x;jsessionid=id" + i + "?y", "")).isEqualTo(its);
          assertThat(server(client, "/x;jsessionid=i%64" + i, "")).isEqualTo(its);
        }
      }
      assertThat(servers).hasSize(3);
      assertThat(other.stats().stages().counters()).containsEntry("session_id_hit", 24L);
      assertThat(node.stats().stages().counters()).containsEntry("session_id_learned", 6L);
      assertThat(node.stats().stages().gauges()).containsEntry("session_id_entries", 6L);
    }
  }

  @Test
  void theCookieGoesToTheServerAndToTheClientAsItIs() throws Exception {
    try (TestNode node = node(Map.of());
        RawClient client = node.client()) {
      assertThat(get(client, "/login?abc", ""))
          .contains("Set-Cookie: JSESSIONID=abc; Path=/; HttpOnly\r\n");
      get(client, "/", cookie("abc"));
      assertThat(one.received() + two.received() + three.received()).contains(cookie("abc"));
    }
  }

  @Test
  void placesAreLookedAtInTheirOrderUntilAnIdIsKnown() throws Exception {
    Map<String, String> settings =
        Map.of(
            "find", "header:X-Session query:sid cookie:JSESSIONID",
            "learn", "header:X-Session, cookie:JSESSIONID");
    try (TestNode node = node(settings);
        RawClient client = node.client()) {
      String first = server(client, "/header?aaa", "");
      String second = server(client, "/login?bbb", "");
      assertThat(first).isNotEqualTo(second);
      for (int i = 0; i < 4; i++) {
        assertThat(server(client, "/", "X-Session: aaa\r\n" + cookie("bbb"))).isEqualTo(first);
        assertThat(server(client, "/?sid=bbb", "X-Session: unknown\r\n")).isEqualTo(second);
        assertThat(server(client, "/", "Cookie: JSESSIONID=old; JSESSIONID=bbb\r\n"))
            .isEqualTo(second);
      }
    }
  }

  @Test
  void aClientThatSendsManyIdsCostsNoMoreThanEightSearches() throws Exception {
    try (TestNode node = node(Map.of());
        RawClient client = node.client()) {
      String its = server(client, "/login?abc", "");
      String seven = "JSESSIONID=no; ".repeat(7);
      assertThat(server(client, "/", "Cookie: " + seven + "JSESSIONID=abc\r\n")).isEqualTo(its);
      long hits = node.stats().stages().counters().getOrDefault("session_id_hit", 0L);
      server(client, "/", "Cookie: JSESSIONID=no; " + seven + "JSESSIONID=abc\r\n");
      assertThat(node.stats().stages().counters())
          .containsEntry("session_id_hit", hits)
          .containsEntry("session_id_miss", 1L);
    }
  }

  @Test
  void aDrainedServerKeepsItsSessionsAndGetsNoNewOnes() throws Exception {
    try (TestNode node = node(Map.of());
        RawClient client = node.client()) {
      String its = server(client, "/login?abc", "");
      node.node().drainServer(TestNode.SERVICE, "s" + its);
      for (int i = 0; i < 6; i++) {
        assertThat(server(client, "/", cookie("abc"))).isEqualTo(its);
        assertThat(server(client, "/", "")).isNotEqualTo(its);
      }
    }
  }

  @Test
  void aDeadServersSessionMovesOnceAndStaysWhereItIs() throws Exception {
    try (TestNode node = node(Map.of());
        TestNode other = node(Map.of());
        RawClient client = node.client();
        RawClient otherClient = other.client()) {
      String id = "abc";
      while (!server(client, "/login?" + id, "").equals("1")) {
        id += "x";
      }
      one.close();
      String moved = server(client, "/", cookie(id));
      assertThat(moved).isNotEqualTo("1");
      for (int i = 0; i < 4; i++) {
        assertThat(server(otherClient, "/", cookie(id))).isEqualTo(moved);
        assertThat(server(client, "/", cookie(id))).isEqualTo(moved);
      }
      assertThat(node.stats().stages().counters()).containsEntry("session_id_moved", 1L);
    }
  }

  @Test
  void aSessionStaysWithAServerThatOnlyHasNoRoom() throws Exception {
    UnaryOperator<HttpService> narrow =
        s ->
            s.with(Limits.ofConnections(100, 1000, 1, 1))
                .withStages(new StageConfig("session-id", Map.of()));
    try (TestNode node = TestNode.sharing(tables, narrow, one.address(), two.address());
        RawClient client = node.client();
        RawClient busy = node.client()) {
      String its = server(client, "/login?abc", "");
      busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n" + cookie("abc") + "\r\n");
      await().until(() -> node.stats().active() == 1);

      assertThat(server(client, "/", cookie("abc"))).isNotEqualTo(its);

      busy.socket().close();
      await().until(() -> node.stats().active() == 0);
      assertThat(server(client, "/", cookie("abc"))).isEqualTo(its);
      assertThat(node.stats().stages().counters()).containsEntry("session_id_moved", 0L);
    }
  }

  @Test
  void aRouteInTheIdNeedsNoTable() throws Exception {
    try (TestNode node = node(Map.of("route", "true"));
        RawClient client = node.client()) {
      for (int i = 0; i < 4; i++) {
        assertThat(server(client, "/", cookie("abc.s2"))).isEqualTo("2");
        assertThat(server(client, "/", cookie("a.b.s3"))).isEqualTo("3");
      }
      // Only an id whose route is another server's is learned.
      server(client, "/login?x.s1", "");
      server(client, "/login?x.s1", "");
      server(client, "/login?x.s1", "");
      assertThat(tables.table(TABLE).size()).isEqualTo(1);
      assertThat(node.stats().stages().counters()).containsEntry("session_id_routed", 8L);
    }
  }

  @Test
  void whereARoutesServerIsDeadTheTableSaysWhoHasTheSession() throws Exception {
    try (TestNode node = node(Map.of("route", "true", "learn_requests", "true"));
        RawClient client = node.client()) {
      one.close();
      String moved = server(client, "/", cookie("abc.s1"));
      assertThat(moved).isNotEqualTo("1");
      for (int i = 0; i < 4; i++) {
        assertThat(server(client, "/", cookie("abc.s1"))).isEqualTo(moved);
      }
    }
  }

  @Test
  void anIdThatNobodyKnowsIsBoundOnlyWhereThatIsAskedFor() throws Exception {
    try (TestNode node = node(Map.of());
        RawClient client = node.client()) {
      server(client, "/", cookie("abc"));
      assertThat(tables.table(TABLE).size()).isZero();
    }
    SharedTables fresh = new SharedTables();
    UnaryOperator<HttpService> learning =
        s -> s.withStages(new StageConfig("session-id", Map.of("learn_requests", "true")));
    try (TestNode node = TestNode.sharing(fresh, learning, one.address(), two.address());
        RawClient client = node.client()) {
      String its = server(client, "/", cookie("abc"));
      for (int i = 0; i < 4; i++) {
        assertThat(server(client, "/", cookie("abc"))).isEqualTo(its);
      }
    }
  }

  @Test
  void theTableHasNothingOfAnId() throws Exception {
    try (TestNode node = node(Map.of());
        RawClient client = node.client()) {
      server(client, "/login?JustSomeId", "");
      Binding[] only = new Binding[1];
      tables.table(TABLE).forEach(binding -> only[0] = binding);
      assertThat(only[0].high()).isNotZero().isNotEqualTo("JustSomeId".hashCode());
      assertThat(only[0].low()).isNotZero().isNotEqualTo(only[0].high());
    }
  }

  @Test
  void servicesOfOneApplicationShareATable() throws Exception {
    try (TestNode node = node(Map.of("table", "app"));
        TestNode other = node(Map.of("table", "app"));
        TestNode apart = node(Map.of());
        RawClient client = node.client();
        RawClient otherClient = other.client();
        RawClient apartClient = apart.client()) {
      String its = server(client, "/login?abc", "");
      for (int i = 0; i < 4; i++) {
        assertThat(server(otherClient, "/", cookie("abc"))).isEqualTo(its);
      }
      server(apartClient, "/", cookie("abc"));
      assertThat(apart.stats().stages().counters()).containsEntry("session_id_miss", 1L);
      assertThat(tables.table("app/session-id").size()).isEqualTo(1);
    }
  }

  @Test
  void settingsThatAreWrongAreRefused() {
    String[][] settings = {
      {
        "find",
        "body:x",
        "find: found 'body:x', allowed is a list of cookie:NAME, path:NAME,"
            + " query:NAME, header:NAME"
      },
      {"learn", "path:x", "learn: found 'path:x', allowed is a list of cookie:NAME, header:NAME"},
      {"entries", "0", "entries: found '0', allowed is 16 to 1048576"},
      {"entries", "many", "entries: found 'many', allowed is 16 to 1048576"},
      {"idle", "1", "idle: found '1', allowed is a duration from 2s to 30d (units ms, s, m, h, d)"},
      {"route", "yes", "route: found 'yes', allowed is true or false"},
      {
        "names",
        "x",
        "found key 'names', allowed is [entries, find, idle, learn, learn_requests,"
            + " route, table]"
      },
    };
    for (String[] each : settings) {
      assertThatThrownBy(() -> node(Map.of(each[0], each[1])).close())
          .hasMessage("service 'web', stage 'session-id': " + each[2]);
    }
  }
}
