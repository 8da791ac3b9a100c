package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Balancing;
import dev.shunt.node.HashKey;
import dev.shunt.node.HashKey.By;
import dev.shunt.node.HttpService;
import dev.shunt.node.Routing;
import dev.shunt.node.ServerStats;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which server real requests get by hash and by response time. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class BalancingTest {

  private final List<RawServer> servers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (RawServer server : servers) {
      server.close();
    }
  }

  /** Servers that say their names, in the order of their names. */
  private InetSocketAddress[] three() throws Exception {
    for (int i = 1; i <= 3; i++) {
      servers.add(RawServer.saying("s" + i));
    }
    return servers.stream().map(RawServer::address).toArray(InetSocketAddress[]::new);
  }

  private static UnaryOperator<HttpService> by(HashKey key) {
    return s -> s.with(Routing.DEFAULT.with(key));
  }

  private static String ask(RawClient client, String path, String header) throws Exception {
    String answer =
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + header + "\r\n").readResponse();
    return answer.substring(answer.length() - 2);
  }

  @Test
  void equalHeadersGetTheSameServerOnEveryNode() throws Exception {
    InetSocketAddress[] addresses = three();
    HashKey key = new HashKey(By.HEADER, "X-User", false, HashKey.USUAL_LOAD);
    Set<String> all = new HashSet<>();
    try (TestNode one = TestNode.before(by(key), addresses);
        TestNode other = TestNode.before(by(key), addresses);
        RawClient first = one.client();
        RawClient second = other.client()) {
      for (int i = 0; i < 40; i++) {
        String header = "x-user: u" + i + "\r\n";
        String server = ask(first, "/" + i, header);
        assertThat(ask(first, "/other", header)).isEqualTo(server);
        assertThat(ask(second, "/third", header)).isEqualTo(server);
        all.add(server);
      }
      assertThat(all).hasSize(3);
      Set<String> inTurn = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        inTurn.add(ask(first, "/", ""));
      }
      assertThat(inTurn).as("without the header").hasSize(3);
    }
  }

  @Test
  void onlyTheKeysOfAServerThatIsGoneMoveAndTheyMoveBack() throws Exception {
    HashKey key = new HashKey(By.HEADER, "X-User", false, HashKey.USUAL_LOAD);
    try (TestNode node = TestNode.before(by(key), three());
        RawClient client = node.client()) {
      List<String> before = askAll(client);
      node.node().drainServer(TestNode.SERVICE, "s2");
      List<String> meanwhile = askAll(client);
      node.node().undrainServer(TestNode.SERVICE, "s2");
      assertThat(askAll(client)).isEqualTo(before);
      assertThat(meanwhile).doesNotContain("s2").contains("s1", "s3");
      for (int i = 0; i < before.size(); i++) {
        if (!before.get(i).equals("s2")) {
          assertThat(meanwhile.get(i)).isEqualTo(before.get(i));
        }
      }
    }
  }

  private static List<String> askAll(RawClient client) throws Exception {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      chosen.add(ask(client, "/", "X-User: u" + i + "\r\n"));
    }
    return chosen;
  }

  @Test
  void aCookieIsFoundAmongOthersByItsWholeName() throws Exception {
    HashKey key = new HashKey(By.COOKIE, "id", false, HashKey.USUAL_LOAD);
    try (TestNode node = TestNode.before(by(key), three());
        RawClient client = node.client()) {
      Set<String> all = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        String server = ask(client, "/", "Cookie: id=" + i + "\r\n");
        assertThat(ask(client, "/", "Cookie: xid=9; idx=8;  id=" + i + "; a=b\r\n"))
            .isEqualTo(server);
        assertThat(ask(client, "/", "Cookie: a=b\r\nCookie: id=" + i + "\r\n")).isEqualTo(server);
        all.add(server);
      }
      assertThat(all).hasSize(3);
    }
  }

  @Test
  void anUrlHasItsServerHoweverItIsWrittenAndItsQueryCountsOnlyIfItIsToCount() throws Exception {
    HashKey key = new HashKey(By.URL, "", false, HashKey.USUAL_LOAD);
    HashKey withQuery = new HashKey(By.URL, "", true, HashKey.USUAL_LOAD);
    InetSocketAddress[] addresses = three();
    try (TestNode plain = TestNode.before(by(key), addresses);
        TestNode query = TestNode.before(by(withQuery), addresses);
        RawClient client = plain.client();
        RawClient asking = query.client()) {
      Set<String> all = new HashSet<>();
      Set<String> ofQueries = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        String server = ask(client, "/a/" + i, "");
        assertThat(ask(client, "/x/../%61/" + i + "?q=1", "")).isEqualTo(server);
        all.add(server);
        ofQueries.add(ask(asking, "/a?q=" + i, ""));
      }
      assertThat(all).hasSize(3);
      assertThat(ofQueries).hasSize(3);
    }
  }

  @Test
  void aClientKeepsItsServerOverItsConnections() throws Exception {
    try (TestNode node = TestNode.before(by(HashKey.SOURCE), three())) {
      Set<String> servers = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        try (RawClient client = node.client()) {
          servers.add(ask(client, "/" + i, ""));
        }
      }
      assertThat(servers).hasSize(1);
    }
  }

  @Test
  void aKeyThatIsTooPopularOverflowsToItsNextServer() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    for (int i = 0; i < 3; i++) {
      servers.add(
          new RawServer(peer -> {
            peer.readHead();
            FailureTest.awaitQuietly(answer);
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          }));
    }
    InetSocketAddress[] addresses =
        servers.stream().map(RawServer::address).toArray(InetSocketAddress[]::new);
    List<RawClient> clients = new ArrayList<>();
    try (TestNode node = TestNode.before(by(HashKey.SOURCE), addresses)) {
      for (int i = 1; i <= 60; i++) {
        RawClient client = node.client();
        clients.add(client);
        client.get("/");
        int expected = i;
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> node.stats().active() == expected);
      }
      List<Long> active =
          node.stats().servers().stream().map(ServerStats::active).sorted().toList();
      answer.countDown();
      // A third of 60 is 20; 1.25 times as much is 25.
      assertThat(active).containsExactly(10L, 25L, 25L);
      for (RawClient client : clients) {
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void theServerThatRespondsFasterGetsMostAndTheOtherIsNotForgotten() throws Exception {
    RawServer slow =
        new RawServer(peer -> {
          while (!peer.readHead().isEmpty()) {
            RawServer.takeTime(100);
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\ns1");
          }
        });
    servers.add(slow);
    servers.add(RawServer.saying("s2"));
    try (TestNode node =
            TestNode.before(
                s -> s.with(Balancing.RESPONSE_TIME), slow.address(), servers.get(1).address());
        RawClient client = node.client()) {
      for (int i = 0; i < 60; i++) {
        ask(client, "/", "");
      }
      assertThat(node.stats().servers().get(0).requests()).isBetween(1L, 15L);
    }
  }

  @Test
  void aServerThatFailsQuicklyDrawsNoRequests() throws Exception {
    try (RawServer good = RawServer.saying("ok");
        TestNode node =
            TestNode.before(
                s -> s.with(Balancing.RESPONSE_TIME), TestNode.deadAddress(), good.address());
        RawClient client = node.client()) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.get("/").readResponse()).endsWith("ok");
      }
      assertThat(node.stats().servers().get(0).requests()).isBetween(1L, 5L);
    }
  }
}
