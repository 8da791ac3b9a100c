package dev.shunt.cluster.election;

import static dev.shunt.cluster.election.HandArray.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.MemberAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two members and a witness, which is {@code m3}. */
class WitnessTest {

  private static final int WITNESS = 3;

  private final HandArray array =
      new HandArray(List.of(Simulation.address(1), Simulation.address(2), witness(WITNESS)));

  private static MemberAddress witness(int number) {
    return new MemberAddress(id(number), InetAddress.getLoopbackAddress(), true);
  }

  /** All present, both members eligible, the witness leads raft. */
  private void settle() {
    array.present(1, 2, WITNESS);
    array.eligible(1, true);
    array.eligible(2, true);
    array.raftLeader(WITNESS, 1);
    array.pass(400);
  }

  @Test
  void aWitnessThatLeadsRaftNamesAMemberAndItsVoteMakesTheMajority() {
    settle();
    assertThat(array.holders()).containsExactly(1);

    array.cut(1);
    array.present(2, WITNESS);
    array.pass(400);
    assertThat(array.holders()).containsExactly(2);
    assertThat(array.machine(WITNESS).leadership().scheduler()).isEqualTo(Optional.of(id(2)));
  }

  @Test
  void withoutTheWitnessTheTwoGoOn() {
    settle();
    array.cut(WITNESS);
    array.present(1, 2);
    array.raftLeader(2, 2);
    array.pass(1_000);
    assertThat(array.holders()).containsExactly(1);
  }

  @Test
  void oneMemberWithoutTheWitnessHoldsNothing() {
    settle();
    array.cut(1);
    array.cut(WITNESS);
    array.present(2);
    array.raftLeader(2, 2);
    array.pass(3_000);
    assertThat(array.holders()).isEmpty();
  }

  /** One with a wrong configuration, say. */
  @Test
  void aWitnessThatSaysItMayBeSchedulerIsNotBelieved() {
    array.present(1, 2, WITNESS);
    array.eligible(WITNESS, true);
    array.raftLeader(WITNESS, 1);
    array.pass(3_000);
    assertThat(array.holders()).isEmpty();
    assertThat(array.machine(1).view().member(id(WITNESS)).orElseThrow().eligible()).isFalse();
    assertThat(array.machine(WITNESS).view().nodes()).hasSize(2);

    array.eligible(2, true);
    array.pass(400);
    assertThat(array.holders()).containsExactly(2);
  }

  @Test
  void witnessesAloneAreNoArray() {
    List<MemberAddress> witnesses = List.of(witness(1));
    assertThatThrownBy(() -> Simulation.config(id(1), witnesses))
        .hasMessage("members: all are witnesses, allowed is all but one");
  }
}
