package dev.shunt.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ServerPoolTest {

  private static ServerPool pool(List<Integer> weights) {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
      servers.add(new Server("s" + i, address, weights.get(i)));
    }
    return new ServerPool(servers);
  }

  private static List<Integer> round(ServerPool pool) {
    List<Integer> turns = new ArrayList<>();
    for (int i = 0; i < pool.turns(); i++) {
      turns.add(pool.turn(i));
    }
    return turns;
  }

  @Test
  void equalWeightsTakeTurns() {
    assertThat(round(pool(List.of(7, 7, 7)))).containsExactly(0, 1, 2);
    assertThat(pool(List.of(1, 1, 1)).turn(-1)).as("the counter may wrap").isBetween(0, 2);
  }

  @Test
  void unequalWeightsAreSpreadSmoothly() {
    assertThat(round(pool(List.of(5, 1, 1)))).containsExactly(0, 0, 1, 0, 2, 0, 0);
  }

  @Property(tries = 50)
  void eachServerGetsItsShareOfARound(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 20) Integer> weights) {
    ServerPool pool = pool(weights);
    int total = weights.stream().mapToInt(w -> w).sum();
    List<Integer> round = round(pool);
    assertThat(total % round.size()).isZero();
    for (int i = 0; i < weights.size(); i++) {
      int server = i;
      long got = round.stream().filter(t -> t == server).count();
      assertThat(got * (total / round.size())).isEqualTo((long) weights.get(i));
    }
  }

  @Test
  void ofAGroupOnlyItsServersTakeNewSessionsAndAllKeepTheirIndex() {
    ServerPool pool = pool(List.of(1, 1, 1)).withHealthy(2, false);
    ServerPool group = pool.only(BitSet.valueOf(new long[] {0b110}));
    assertThat(round(group)).containsExactly(1);
    assertThat(group.server(0).state()).isEqualTo(ServerState.DRAINED);
    assertThat(group.server(2).state()).isEqualTo(ServerState.DOWN);
    assertThat(round(pool.only(new BitSet()))).isEmpty();
  }

  @Test
  void drainedAndDeadServersGetNoTurns() {
    ServerPool pool = pool(List.of(1, 1, 1));
    ServerPool drained = pool.withDrained(1, true);
    assertThat(round(drained)).containsExactly(0, 2);
    assertThat(drained.server(1).state()).isEqualTo(ServerState.DRAINED);
    assertThat(drained.server(1).state().keepsSessions()).isTrue();
    ServerPool dead = drained.withHealthy(1, false).withHealthy(0, false);
    assertThat(dead.server(1).state()).isEqualTo(ServerState.DOWN);
    assertThat(dead.server(1).state().keepsSessions()).isFalse();
    assertThat(round(dead)).containsExactly(2);
    assertThat(dead.withHealthy(2, false).turn(0)).isEqualTo(-1);
    assertThat(dead.withHealthy(1, true).server(1).state()).isEqualTo(ServerState.DRAINED);
    assertThat(round(pool)).as("a pool never changes").containsExactly(0, 1, 2);
  }
}
