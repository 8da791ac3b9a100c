package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shunt.node.Server;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which server a key has: the same everywhere, its share of all keys, and no more moves than must.
 */
class HashRanksTest {

  private static final int KEYS = 20_000;

  private static Server server(String name, int weight) {
    return new Server(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), weight);
  }

  private static List<Server> servers(int count) {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      servers.add(server("s" + i, 1));
    }
    return servers;
  }

  private static String name(List<Server> servers, HashRanks ranks, int key, int step) {
    return servers.get(ranks.server(KeyHash.of("key" + key), step)).name();
  }

  @Test
  void eachServerHasItsShareByWeight() {
    List<Server> servers = List.of(server("a", 1), server("b", 2), server("c", 5));
    HashRanks ranks = new HashRanks(servers);
    int[] counts = new int[3];
    for (int key = 0; key < KEYS; key++) {
      counts[ranks.server(KeyHash.of("key" + key), 0)]++;
    }
    assertThat((double) counts[0] / KEYS).isCloseTo(1.0 / 8, within(0.01));
    assertThat((double) counts[1] / KEYS).isCloseTo(2.0 / 8, within(0.01));
    assertThat((double) counts[2] / KEYS).isCloseTo(5.0 / 8, within(0.01));
  }

  @Test
  void amongManyServersNoneHasMuchMoreThanItsShare() {
    HashRanks ranks = new HashRanks(servers(256));
    int[] counts = new int[256];
    for (int key = 0; key < 256_000; key++) {
      counts[ranks.server(KeyHash.of("key" + key), 0)]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(600);
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(1500);
  }

  @Test
  void theOrderOfTheServersDoesNotMatter() {
    List<Server> one = servers(7);
    List<Server> other = one.reversed();
    HashRanks ranks = new HashRanks(one);
    HashRanks reversed = new HashRanks(other);
    for (int key = 0; key < 1000; key++) {
      for (int step = 0; step < 4; step++) {
        assertThat(name(other, reversed, key, step)).isEqualTo(name(one, ranks, key, step));
      }
    }
  }

  @Test
  void anotherServerTakesItsShareFromAllAndNothingElseMoves() {
    List<Server> before = servers(9);
    List<Server> after = servers(10);
    HashRanks ranks = new HashRanks(before);
    HashRanks more = new HashRanks(after);
    int moved = 0;
    for (int key = 0; key < KEYS; key++) {
      String now = name(after, more, key, 0);
      if (!now.equals(name(before, ranks, key, 0))) {
        assertThat(now).isEqualTo("s9");
        moved++;
      }
    }
    assertThat((double) moved / KEYS).isCloseTo(0.1, within(0.015));
  }

  @Test
  void theKeysOfAServerThatIsDownSpreadOverAllOthersAsIfItWereNotThere() {
    List<Server> all = servers(5);
    List<Server> rest = all.subList(0, 4);
    HashRanks ranks = new HashRanks(all);
    HashRanks without = new HashRanks(rest);
    for (int key = 0; key < KEYS; key++) {
      String first = name(all, ranks, key, 0);
      assertThat(name(rest, without, key, 0))
          .isEqualTo(first.equals("s4") ? name(all, ranks, key, 1) : first);
    }
  }

  @Test
  void aKeyFindsTheOneServerOfManyThatIsLeft() {
    HashRanks ranks = new HashRanks(servers(20));
    for (int key = 0; key < 200; key++) {
      boolean found = false;
      for (int step = 0; step < HashRanks.STEPS && !found; step++) {
        found = ranks.server(KeyHash.of("key" + key), step) == 13;
      }
      assertThat(found).isTrue();
    }
  }

  /** Members of different versions must agree: these values are part of the protocol. */
  @Test
  void choicesStayTheSameFromVersionToVersion() {
    List<Server> servers = servers(3);
    HashRanks ranks = new HashRanks(servers);
    StringBuilder chosen = new StringBuilder();
    for (int key = 0; key < 16; key++) {
      chosen.append(name(servers, ranks, key, 0).charAt(1));
    }
    assertThat(chosen).hasToString("0010221202202011");
  }
}
