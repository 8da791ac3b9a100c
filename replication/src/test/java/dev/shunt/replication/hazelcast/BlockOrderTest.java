package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockOrderTest {

  private static final List<MemberId> MEMBERS =
      List.of(new MemberId("m1"), new MemberId("m2"), new MemberId("m3"));

  @Test
  void everyMemberWouldTakeEveryBlockAndNoneTwice() {
    assertThat(order(0)).hasSize(LabelBlock.COUNT).doesNotHaveDuplicates();
  }

  @Test
  void membersThatDoNotHearEachOtherTakeDifferentBlocks() {
    Set<Integer> taken = new HashSet<>();
    int each = LabelBlock.COUNT / MEMBERS.size() * 9 / 10;

    for (int member = 0; member < MEMBERS.size(); member++) {
      taken.addAll(order(member).subList(0, each));
    }

    assertThat(taken).hasSize(each * MEMBERS.size());
  }

  private static List<Integer> order(int member) {
    BlockOrder order = new BlockOrder(MEMBERS.get(member), MEMBERS);
    List<Integer> all = new ArrayList<>();
    order.first(block -> !all.add(block));
    return all;
  }
}
