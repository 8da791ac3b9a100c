package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Routing;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.ServerState;
import dev.shunt.node.StageConfig;
import dev.shunt.node.TextMatch;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claims A11 and A12: what is kept is which server has which group, and not clients. */
class HashGroupsTest {

  private static final String TABLE = TestNode.SERVICE + "/hash-groups";
  private static final int CLIENTS = 300;
  private static final int GROUPS = 64;
  private static final HealthCheck CHECK =
      HealthCheck.tcp().every(Duration.ofMillis(30), Duration.ofSeconds(5), 2, 2);

  private final SharedTables tables = new SharedTables();
  @RegisterExtension private final ThreeServers servers = new ThreeServers();

  private TestNode node(Map<String, String> settings, UnaryOperator<HttpService> change)
      throws Exception {
    UnaryOperator<HttpService> grouped =
        s -> change.apply(s.withStages(new StageConfig("hash-groups", settings)));
    return servers.node(tables, grouped);
  }

  private TestNode node() throws Exception {
    return node(
        Map.of("key", "header:X-Client address", "groups", "" + GROUPS), UnaryOperator.identity());
  }

  private static String server(RawClient client, String target, String headers) throws Exception {
    client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    String response = client.readResponse();
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  private static String[] servers(RawClient client) throws Exception {
    String[] servers = new String[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      servers[i] = server(client, "/", "X-Client: c" + i + "\r\n");
    }
    return servers;
  }

  @Test
  void theTableDoesNotGrowWithClientsAndEveryNodeSendsThemToTheSameServers() throws Exception {
    try (TestNode node = node();
        TestNode other = node();
        RawClient client = node.client();
        RawClient otherClient = other.client()) {
      String[] its = servers(client);
      assertThat(tables.table(TABLE).size()).isBetween(GROUPS / 2, GROUPS);
      assertThat(servers(otherClient)).isEqualTo(its);
      assertThat(new HashSet<>(List.of(its))).containsExactlyInAnyOrder("1", "2", "3");
      for (int i = 0; i < 2000; i++) {
        server(client, "/", "X-Client: more" + i + "\r\n");
      }
      assertThat(tables.table(TABLE).size()).isEqualTo(GROUPS);
      Map<String, Long> gauges = node.stats().stages().gauges();
      assertThat(gauges).containsEntry("hash_group_entries", (long) GROUPS);
      long sum = 0;
      for (int i = 1; i <= 3; i++) {
        assertThat(gauges.get("hash_group_of_s" + i)).isPositive();
        sum += gauges.getOrDefault("hash_group_of_s" + i, 0L);
      }
      assertThat(sum).isEqualTo(GROUPS);
    }
  }

  @Test
  void nodesThatHaveHeardNothingOfEachOtherGiveGroupsToTheSameServers() throws Exception {
    String[] its;
    try (TestNode node = node();
        RawClient client = node.client()) {
      its = servers(client);
    }
    SharedTables unheard = new SharedTables();
    UnaryOperator<HttpService> grouped =
        s ->
            s.withStages(
                new StageConfig(
                    "hash-groups", Map.of("key", "header:X-Client", "groups", "" + GROUPS)));
    try (TestNode node = servers.node(unheard, grouped);
        RawClient client = node.client()) {
      assertThat(servers(client)).isEqualTo(its);
    }
  }

  @Test
  void aDrainedServerKeepsItsGroupsUntilTheyAreIdle() throws Exception {
    try (TestNode node = node();
        RawClient client = node.client()) {
      String[] before = servers(client);
      node.node().drainServer(TestNode.SERVICE, "s2");
      assertThat(servers(client)).isEqualTo(before);

      tables.advance(Duration.ofMinutes(10));
      String[] after = servers(client);

      assertThat(after).doesNotContain("2");
      for (int i = 0; i < CLIENTS; i++) {
        if (!before[i].equals("2")) {
          assertThat(after[i]).isEqualTo(before[i]);
        }
      }
      node.node().undrainServer(TestNode.SERVICE, "s2");
      assertThat(servers(client)).as("groups in use stay").isEqualTo(after);
      tables.advance(Duration.ofMinutes(10));
      assertThat(servers(client)).as("idle ones are where they would be").isEqualTo(before);
    }
  }

  @Test
  void aDeadServersGroupsMoveAndNoOthersAndStayWhenItComesBack() throws Exception {
    try (TestNode node =
            node(Map.of("key", "header:X-Client", "groups", "" + GROUPS), s -> s.with(CHECK));
        RawClient client = node.client()) {
      String[] before = servers(client);
      int port = servers.second().address().getPort();
      servers.second().close();
      awaitState(node, ServerState.DOWN);

      String[] after = servers(client);

      assertThat(after).doesNotContain("2");
      for (int i = 0; i < CLIENTS; i++) {
        if (!before[i].equals("2")) {
          assertThat(after[i]).isEqualTo(before[i]);
        }
      }
      assertThat(tables.table(TABLE).size()).isLessThanOrEqualTo(GROUPS);
      assertThat(servers(client)).isEqualTo(after);
      try (RawServer _ = new RawServer(peer -> answer(peer, "2"), port)) {
        awaitState(node, ServerState.UP);
        assertThat(servers(client)).isEqualTo(after);
      }
    }
  }

  private static void answer(RawServer.Peer peer, String body) throws IOException {
    while (!peer.readHead().isEmpty()) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + body);
    }
  }

  private static void awaitState(TestNode node, ServerState state) {
    await().until(() -> node.node().servers(TestNode.SERVICE).get(1).state() == state);
  }

  @Test
  void theFirstOfTheKeysThatARequestHasIsHashed() throws Exception {
    Map<String, String> settings = Map.of("key", "cookie:user, query:u, path:u, url");
    try (TestNode node = node(settings, UnaryOperator.identity());
        RawClient client = node.client()) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        String its = server(client, "/", "Cookie: user=u" + i + "\r\n");
        assertThat(server(client, "/x?u=other", "Cookie: user=u" + i + "\r\n")).isEqualTo(its);
        assertThat(server(client, "/y?u=u" + i, "")).isEqualTo(its);
        assertThat(server(client, "/z;u=%75" + i, "")).isEqualTo(its);
        seen.add(its);
        String url = server(client, "/page" + i, "");
        assertThat(server(client, "/page" + i + "?q=1", "")).isEqualTo(url);
      }
      assertThat(seen).hasSize(3);
    }
  }

  @Test
  void clientsWithoutAKeyAreBalancedAndTakeNoGroup() throws Exception {
    try (TestNode node = node(Map.of("key", "cookie:user"), UnaryOperator.identity());
        RawClient client = node.client()) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        seen.add(server(client, "/", ""));
      }
      assertThat(seen).hasSize(3);
      assertThat(tables.table(TABLE).size()).isZero();
    }
  }

  @Test
  void oneAddressIsOneGroup() throws Exception {
    try (TestNode node = node(Map.of(), UnaryOperator.identity())) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        try (RawClient client = node.client()) {
          seen.add(server(client, "/", ""));
        }
      }
      assertThat(seen).hasSize(1);
      assertThat(tables.table(TABLE).size()).isEqualTo(1);
    }
  }

  @Test
  void eachRulesServersHaveGroupsOfTheirOwn() throws Exception {
    UnaryOperator<HttpService> rules =
        s ->
            s.with(
                Routing.DEFAULT.withRules(
                    RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/a/", "s1", "s2"),
                    RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/b/", "s2", "s1"),
                    RoutingRule.ofPath(TextMatch.Kind.PREFIX, "/c/", "s3")));
    try (TestNode node = node(Map.of("key", "header:X-Client"), rules);
        RawClient client = node.client()) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        String who = "X-Client: c" + i + "\r\n";
        String its = server(client, "/a/", who);
        seen.add(its);
        assertThat(server(client, "/b/", who)).isEqualTo(its);
        assertThat(server(client, "/c/", who)).isEqualTo("3");
        assertThat(server(client, "/a/x", who)).isEqualTo(its);
      }
      assertThat(seen).containsExactlyInAnyOrder("1", "2");
    }
  }

  @Test
  void settingsThatAreWrongAreRefused() {
    String[][] settings = {
      {"groups", "1000", "groups: found '1000', allowed is a power of two"},
      {"groups", "8", "groups: found '8', allowed is 16 to 65536"},
      {
        "key",
        "host",
        "key: found 'host', allowed is a list of cookie:NAME, path:NAME,"
            + " query:NAME, header:NAME, url, address"
      },
      {"size", "8", "found key 'size', allowed is [groups, idle, key]"},
    };
    for (String[] each : settings) {
      assertThatThrownBy(() -> node(Map.of(each[0], each[1]), UnaryOperator.identity()).close())
          .hasMessage("service 'web', stage 'hash-groups': " + each[2]);
    }
  }
}
