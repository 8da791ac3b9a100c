package dev.shunt.node.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.Exchange;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RendezvousTest {

  private static final int KEYS = 4096;

  private static Server server(String name, int weight) {
    return new Server(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), weight);
  }

  private static List<String> owners(ServerPool pool) {
    ServerNumbers numbers = new ServerNumbers(pool.servers());
    List<String> owners = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      owners.add(pool.server(Rendezvous.choose(key, pool, numbers)).name());
    }
    return owners;
  }

  @Test
  void everyServerHasItsShareByWeight() {
    List<String> owners =
        owners(new ServerPool(List.of(server("a", 1), server("b", 1), server("c", 2))));
    assertThat(owners.stream().filter("a"::equals).count()).isBetween(900L, 1150L);
    assertThat(owners.stream().filter("c"::equals).count()).isBetween(1900L, 2200L);
  }

  @Test
  void theOrderInWhichServersAreConfiguredDoesNotMatter() {
    List<Server> servers = List.of(server("a", 1), server("b", 3), server("c", 2));
    assertThat(owners(new ServerPool(servers.reversed())))
        .isEqualTo(owners(new ServerPool(servers)));
  }

  @Test
  void aServerThatGoesMovesItsOwnKeysAndNoOther() {
    ServerPool all = new ServerPool(List.of(server("a", 1), server("b", 1), server("c", 1)));
    List<String> before = owners(all);
    for (ServerPool less : List.of(all.withHealthy(1, false), all.withDrained(1, true))) {
      List<String> after = owners(less);
      for (int key = 0; key < KEYS; key++) {
        if (before.get(key).equals("b")) {
          assertThat(after.get(key)).isNotEqualTo("b");
        } else {
          assertThat(after.get(key)).isEqualTo(before.get(key));
        }
      }
    }
  }

  @Test
  void withoutServersThereIsNone() {
    ServerPool none = new ServerPool(List.of(server("a", 1))).withHealthy(0, false);
    assertThat(Rendezvous.choose(1, none, new ServerNumbers(none.servers())))
        .isEqualTo(Exchange.NO_SERVER);
  }
}
