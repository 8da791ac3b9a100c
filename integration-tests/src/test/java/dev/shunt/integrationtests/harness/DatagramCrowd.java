package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.integrationtests.harness.Datagrams.Echo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Clients of datagrams with sessions, and what each was answered last. */
public final class DatagramCrowd implements AutoCloseable {

  public static final int SESSIONS = 16;

  private final Map<Datagrams, Echo> last = new HashMap<>();

  /** All ask once. */
  public DatagramCrowd(TestArray array, InetSocketAddress service) throws Exception {
    for (int i = 0; i < SESSIONS; i++) {
      Datagrams client = Datagrams.open(array, service);
      last.put(client, client.ask("first"));
    }
  }

  /** Of a member, as servers see its node. */
  public static String address(TestArray array, String member) {
    return array.lab().topology().require(member).address();
  }

  public List<Datagrams> all() {
    return List.copyOf(last.keySet());
  }

  public Echo last(Datagrams client) {
    return Objects.requireNonNull(last.get(client));
  }

  /** Those whose last answer came through a node of that address. */
  public List<Datagrams> of(String node) {
    return last.keySet().stream().filter(c -> last(c).node().equals(node)).toList();
  }

  public List<Datagrams> notOf(String node) {
    return last.keySet().stream().filter(c -> !last(c).node().equals(node)).toList();
  }

  /** Addresses of the nodes that they have. */
  public Set<String> nodes() {
    return distinct(Echo::node);
  }

  /** Names of the servers that they have. */
  public Set<String> servers() {
    return distinct(Echo::server);
  }

  private Set<String> distinct(Function<Echo, String> part) {
    return last.values().stream().map(part).collect(Collectors.toSet());
  }

  /** Their sessions are the same: the same server hears of the same node and port. */
  public void assertGoOn(List<Datagrams> clients) throws IOException {
    for (Datagrams client : clients) {
      Echo before = last(client);
      Echo now = client.ask("more");
      assertThat(List.of(now.server(), now.node(), now.port()))
          .isEqualTo(List.of(before.server(), before.node(), before.port()));
    }
  }

  @Override
  public void close() throws IOException {
    for (Datagrams client : last.keySet()) {
      client.close();
    }
  }
}
