package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.session;
import static dev.shunt.replication.Sessions.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.IntSummaryStatistics;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PartsTest {

  @Test
  void theLargerTheTableTheMoreParts() {
    assertThat(Parts.all(0).count()).isEqualTo(64);
    assertThat(Parts.all(10_000).count()).isEqualTo(1024);
    assertThat(Parts.all(1_000_000).count()).isEqualTo(65_536);
    assertThat(Parts.all(Integer.MAX_VALUE).count()).isEqualTo(65_536);
  }

  @Test
  void sessionsSpreadEvenlyOverParts() {
    Parts parts = Parts.all(64_000);
    IntSummaryStatistics sizes =
        sessions(64_000, FIRST).stream()
            .map(session -> parts.of(session.flow()))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
            .values()
            .stream()
            .collect(Collectors.summarizingInt(Long::intValue));

    assertThat(sizes.getCount()).isEqualTo(parts.count());
    assertThat(sizes.getMax()).isLessThan(4 * 64_000 / parts.count());
  }

  @Test
  void aSessionIsInOnePart() {
    Parts all = Parts.all(0);
    BitSet its = new BitSet();
    its.set(all.of(session(7, FIRST).flow()));

    Parts one = new Parts(all.bits(), its);
    assertThat(one.contains(session(7, FIRST).flow())).isTrue();
    its.flip(0, all.count());
    assertThat(new Parts(all.bits(), its).contains(session(7, FIRST).flow())).isFalse();
  }

  @Test
  void onlyChosenPartsCanDiffer() {
    BitSet chosen = new BitSet();
    chosen.set(1, 3);
    long[] one = new long[64];
    long[] other = new long[64];
    one[0] = 5;
    one[2] = 5;

    assertThat(new Parts(6, chosen).differing(one, other).chosen().stream()).containsExactly(2);
  }

  @Test
  void anImpossibleNumberOfPartsIsRefused() {
    assertThatThrownBy(() -> new Parts(17, new BitSet()))
        .hasMessage("2^17 parts: allowed is 2^6 to 2^16");
  }
}
