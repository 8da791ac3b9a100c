package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private final List<Integer> asked = new ArrayList<>();
  private int pauses;

  @Test
  void equalTablesAreComparedOnce() throws InterruptedException {
    assertThat(differing(_ -> new long[64]).isEmpty()).isTrue();
    assertThat(asked).containsExactly(64);
    assertThat(pauses).isZero();
  }

  @Test
  void whatDiffersEachTimeIsFound() throws InterruptedException {
    Parts differing =
        differing(_ -> {
          long[] sums = new long[64];
          sums[9] = 1;
          return sums;
        });

    assertThat(differing.chosen().stream()).containsExactly(9);
    assertThat(asked).containsExactly(64, 1, 1, 1, 1);
    assertThat(pauses).isEqualTo(Comparison.ROUNDS - 1);
  }

  @Test
  void whatWasOnItsWayIsNot() throws InterruptedException {
    Parts differing =
        differing(_ -> {
          long[] sums = new long[64];
          // Another part in each round, as while sessions come and go.
          sums[asked.size()] = 1;
          return sums;
        });

    assertThat(differing.isEmpty()).isTrue();
    assertThat(asked).containsExactly(64, 1);
  }

  private Parts differing(Comparison.Side table) throws InterruptedException {
    Comparison comparison =
        new Comparison(
            parts -> {
              asked.add(parts.chosen().cardinality());
              return table.digests(parts);
            },
            _ -> new long[64],
            () -> pauses++);
    return comparison.differing(Parts.all(0));
  }
}
