package dev.shunt.cluster.election;

import static dev.shunt.cluster.election.HandArray.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two members that do not hear each other, in a group that a third one keeps together. */
class HearingTest {

  /** What absence takes to be noticed and told. */
  private static final int NOTICED = 2_600;

  private final HandArray array = HandArray.settled(3);

  private List<MemberId> present(int number) {
    return array.machine(number).view().present().stream().map(Member::id).toList();
  }

  private void part(int one, int other) {
    array.mute(one, other);
    array.mute(other, one);
  }

  @Test
  void twoThatDoNotHearEachOtherAreAbsentForEachOtherAndPresentForTheThird() {
    part(1, 2);
    array.pass(NOTICED);
    assertThat(present(1)).containsExactly(id(1), id(3));
    assertThat(present(2)).containsExactly(id(2), id(3));
    assertThat(present(3)).containsExactly(id(1), id(2), id(3));

    array.mend(1);
    array.pass(600);
    assertThat(present(1)).hasSize(3);
    assertThat(present(2)).hasSize(3);
  }

  /** What the scheduler sends there would be lost, though it hears the member well. */
  @Test
  void aMemberThatSaysItDoesNotHearThisOneIsAbsentToo() {
    array.mute(1, 2);
    array.pass(NOTICED);
    assertThat(present(2)).containsExactly(id(2), id(3));
    assertThat(present(1)).containsExactly(id(1), id(3));
  }

  @Test
  void whoSleptDoesNotTakeTheOthersForAbsent() {
    array.pass(5_000, 1);
    array.forgetHeard();
    array.machine(1).tick(array.now);
    assertThat(present(1)).hasSize(3);
    array.pass(1_000);
    assertThat(array.heard(1)).doesNotContain("view");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "3, 1", "3, 2"})
  void theTwoDoNotTakeTheRoleFromEachOtherAgainAndAgain(int raftLeader, int scheduler) {
    if (scheduler != 1) {
      array.eligible(3, false);
      assertThat(array.machine(1).stepDown(array.now)).isTrue();
      array.pass(400);
      array.eligible(3, true);
    }
    array.raftLeader(raftLeader, 2);
    array.pass(400);
    assertThat(array.holders()).containsExactly(scheduler);

    part(1, 2);
    array.pass(2 * NOTICED);
    assertThat(array.holders()).hasSize(1);
    Term settled = array.machine(3).leadership().term();
    int holder = array.holders().getFirst();
    array.pass(20_000);
    assertThat(array.holders()).containsExactly(holder);
    assertThat(array.machine(3).leadership().term()).isEqualTo(settled);
  }
}
