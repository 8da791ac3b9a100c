package dev.shunt.cluster.election;

import static dev.shunt.cluster.election.HandArray.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionMachineTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void theRaftLeaderNamesItselfIfNobodyHoldsTheLease(int members) {
    HandArray array = HandArray.settled(members);
    assertThat(array.holders()).containsExactly(1);
    for (int n = 1; n <= members; n++) {
      assertThat(array.machine(n).leadership())
          .isEqualTo(new Leadership(Term.of(1, 1), Optional.of(id(1)), n == 1));
    }
  }

  @Test
  void nobodyIsSchedulerBeforeEveryForgottenPromiseHasRunOut() {
    HandArray array = new HandArray(1);
    array.eligible(1, true);
    array.raftLeader(1, 1);
    array.pass(149);
    assertThat(array.holders()).isEmpty();
    array.pass(12);
    assertThat(array.holders()).containsExactly(1);
  }

  @Test
  void aMinorityNeverHolds() {
    HandArray array = new HandArray(5);
    array.cut(3);
    array.cut(4);
    array.cut(5);
    array.present(1, 2);
    array.eligible(1, true);
    array.raftLeader(1, 1);
    array.pass(3_000);
    assertThat(array.holders()).isEmpty();
  }

  @Test
  void aSchedulerCutOffLosesItsLeaseByItself() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.pass(148);
    assertThat(array.holders()).isEmpty();
    assertThat(array.machine(1).leadership().mine()).isFalse();
  }

  @Test
  void theNextOneWaitsUntilThePromisesToTheLastHaveRunOut() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.present(2, 3);
    array.raftLeader(2, 2);
    array.pass(100);
    assertThat(array.holders()).containsExactly(1);
    array.pass(60);
    assertThat(array.holders()).containsExactly(2);
    assertThat(array.machine(3).leadership().scheduler()).contains(id(2));
  }

  @Test
  void aFrozenSchedulerAnnouncesItsLossBeforeAnythingElse() {
    HandArray array = HandArray.settled(3);
    array.pass(1_000, 1);
    array.forgetHeard();
    array.machine(1).onMessage(id(2), new Message.Ack(Term.of(1, 1), array.now), array.now);
    assertThat(array.heard(1).subList(0, 2))
        .containsExactly("lease 1.1", "leadership 1.1 none false");
    assertThat(array.machine(1).lease().heldAt(array.now)).isFalse();
  }

  @Test
  void theSchedulerGoesOnWithoutARaftLeader() {
    HandArray array = HandArray.settled(3);
    array.machine(1).onRaftRole(false, 1, array.now);
    array.pass(10_000);
    assertThat(array.holders()).containsExactly(1);
  }

  @Test
  void aMajorityInWhichRaftElectsNobodyNamesASchedulerByItself() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.present(2, 3);
    array.pass(700);
    assertThat(array.holders()).isEmpty();
    array.pass(200);
    assertThat(array.holders()).containsExactly(2);
    assertThat(array.machine(3).leadership().scheduler()).contains(id(2));
  }

  @Test
  void whoStoodInGoesBackToSilenceWhenRaftHasALeaderAgain() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.present(2, 3);
    array.pass(1_000);
    array.raftLeader(3, 2);
    array.pass(5_000);
    assertThat(array.holders()).containsExactly(2);
    assertThat(array.machine(2).lease().term()).isEqualTo(Term.of(2, 3));
  }

  @Test
  void aMinorityWithoutARaftLeaderNamesNobody() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.cut(3);
    array.present(2);
    array.pass(5_000);
    assertThat(array.holders()).isEmpty();
    assertThat(array.machine(2).leadership().term()).isEqualTo(Term.of(1, 1));
  }

  @Test
  void aNewRaftLeaderKeepsTheSchedulerWithoutAGap() {
    HandArray array = HandArray.settled(3);
    array.forgetHeard();
    array.raftLeader(2, 2);
    array.pass(200);
    assertThat(array.holders()).containsExactly(1);
    assertThat(array.machine(1).lease().term()).isEqualTo(Term.of(2, 2));
    assertThat(array.heard(1)).doesNotContain("leadership 2.2 none false");
  }

  @Test
  void aSchedulerThatStepsDownIsReplacedWithinMilliseconds() {
    HandArray array = HandArray.settled(3);
    assertThat(array.machine(1).stepDown(array.now)).isTrue();
    array.pass(12);
    assertThat(array.holders()).containsExactly(2);
    array.pass(2_000);
    assertThat(array.holders()).as("it stays there").containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aSchedulerThatStepsDownWithoutARaftLeaderIsReplaced(int scheduler) {
    HandArray array = new HandArray(3);
    array.present(1, 2, 3);
    array.eligible(scheduler, true);
    array.raftLeader(scheduler, 1);
    array.pass(400);
    array.eligible(1, true);
    array.eligible(2, true);
    array.eligible(3, true);
    array.machine(scheduler).onRaftRole(false, 1, array.now);
    array.pass(1_000);
    assertThat(array.holders()).containsExactly(scheduler);

    assertThat(array.machine(scheduler).stepDown(array.now)).isTrue();
    array.pass(800);

    assertThat(array.holders()).hasSize(1).doesNotContain(scheduler);
    int next = array.holders().getFirst();
    array.pass(5_000);
    assertThat(array.holders()).as("it stays there").containsExactly(next);
  }

  @Test
  void aSchedulerThatStepsDownUnderAnOutrankedLeaderIsReplaced() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 9);
    array.pass(200);
    array.raftLeader(3, 1); // raft has forgotten its terms
    assertThat(array.holders()).containsExactly(1);

    array.machine(1).stepDown(array.now);
    array.pass(800);

    assertThat(array.holders()).hasSize(1).doesNotContain(1);
    int next = array.holders().getFirst();
    array.pass(5_000);
    assertThat(array.holders()).as("it stays there").containsExactly(next);
  }

  @Test
  void anIneligibleSchedulerIsReplacedWithoutARaftLeader() {
    HandArray array = HandArray.settled(3);
    array.machine(1).onRaftRole(false, 1, array.now);
    array.eligible(1, false);
    array.pass(800);
    assertThat(array.holders()).hasSize(1).doesNotContain(1);
  }

  @Test
  void aWishThatNoLeaderHeardStandsInTheNextTerm() {
    HandArray array = HandArray.settled(3);
    array.machine(1).onRaftRole(false, 1, array.now);
    array.machine(1).stepDown(array.now);
    array.raftLeader(3, 2); // names m1 anew, and was not there when m1 asked
    array.pass(150);
    assertThat(array.holders()).hasSize(1).doesNotContain(1);
  }

  @Test
  void theLeaseIsOverBeforeItIsReleased() {
    HandArray array = HandArray.settled(3);
    array.forgetHeard();
    array.machine(1).stepDown(array.now);
    array.deliver();
    assertThat(array.heard(1)).contains("lease 1.1", "send Release");
    assertThat(array.heard(1).indexOf("lease 1.1"))
        .isLessThan(array.heard(1).indexOf("send Release"));
  }

  @Test
  void nobodyStepsDownForNobody() {
    HandArray array = HandArray.settled(3);
    array.eligible(2, false);
    array.eligible(3, false);
    assertThat(array.machine(1).stepDown(array.now)).isFalse();
    assertThat(array.machine(2).stepDown(array.now)).isFalse();
  }

  @Test
  void anIneligibleSchedulerStaysUntilThereIsAnEligibleOne() {
    HandArray array = HandArray.settled(3);
    array.eligible(2, false);
    array.eligible(3, false);
    array.eligible(1, false);
    array.pass(1_000);
    assertThat(array.holders()).containsExactly(1);
    array.eligible(3, true);
    array.pass(12);
    assertThat(array.holders()).containsExactly(3);
  }

  @Test
  void anIneligibleMemberDoesNotBegin() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.present(2, 3);
    array.machine(2).publish(false, Map.of(), array.now);
    array.machine(3).publish(false, Map.of(), array.now);
    array
        .machine(2)
        .onMessage(id(3), new Message.Appoint(new Appointment(Term.of(2, 1), id(2))), array.now);
    array.pass(1_000);
    assertThat(array.holders()).isEmpty();
    array.eligible(2, true);
    array.pass(12);
    assertThat(array.holders()).containsExactly(2);
  }

  @Test
  void aSchedulerThatLeavesIsReplacedAndNotNamedAgain() {
    HandArray array = HandArray.settled(3);
    array.machine(1).leave(array.now);
    array.pass(12);
    assertThat(array.holders()).containsExactly(2);
    array.machine(2).leave(array.now);
    array.pass(12);
    assertThat(array.holders()).containsExactly(3);
  }

  @Test
  void anAbandonedLeaseIsFreeAtOnce() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.machine(1).abandon(array.now);
    array.cut(1);
    array.present(2, 3);
    array.deliver();
    array.pass(160);
    assertThat(array.holders()).containsExactly(2);
  }

  @Test
  void aMemberThatNeverGetsItsLeaseIsReplaced() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.pass(50);
    array.cut(1); // still in everybody's view
    array.pass(590);
    assertThat(array.holders()).isEmpty();
    array.pass(300);
    assertThat(array.holders()).containsExactly(2);
  }

  @Test
  void aRaftLeaderThatSleptDoesNotBlameTheScheduler() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.pass(50);
    array.pass(3_000, 2);
    array.pass(1_000);
    assertThat(array.holders()).containsExactly(1);
    assertThat(array.machine(1).lease().term()).isEqualTo(Term.of(2, 2));
  }

  @Test
  void aNewRaftLeaderKeepsWhoWasAppointedEvenIfItsLeaseJustLapsed() {
    HandArray array = HandArray.settled(3);
    array.pass(200, 1);
    assertThat(array.holders()).isEmpty();
    array.raftLeader(2, 2);
    array.pass(50);
    assertThat(array.holders()).containsExactly(1);
  }

  @Test
  void twoRaftLeadersDoNotOutbidEachOther() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.pass(200);
    array.machine(3).onRaftRole(true, 1, array.now);
    array.pass(20_000);
    assertThat(array.holders()).containsExactly(1);
    assertThat(array.machine(1).lease().term()).isEqualTo(Term.of(2, 2));
  }

  @Test
  void aStaleRaftLeaderIsNotHeard() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.pass(200);
    array.machine(3).onRaftRole(true, 1, array.now); // a former leader that just woke
    array.eligible(1, false);
    array.pass(100);
    assertThat(array.holders()).containsExactly(2);
    assertThat(array.machine(2).leadership().term()).isEqualTo(Term.of(2, 5));
  }

  @Test
  void raftTermsThatBeganAnewDoNotStopTheArray() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 9);
    array.pass(100);
    array.raftLeader(3, 1); // all state directories were lost
    array.present(2, 3);
    array.cut(1);
    array.pass(1_000);
    assertThat(array.holders()).hasSize(1).doesNotContain(1); // either may stand in
    assertThat(array.machine(3).leadership().term().raftTerm()).isEqualTo(9);
  }

  @Test
  void aLeaderThatNeverHeardOfTheNewTermStandsInWhenTheNewLeaderIsGone() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.eligible(1, false);
    array.pass(200);
    assertThat(array.holders()).containsExactly(2);
    array.machine(1).onRaftRole(true, 1, array.now); // still, after its sleep
    array.eligible(1, true);
    array.cut(2);
    array.present(1, 3);
    array.pass(1_000);
    assertThat(array.holders()).hasSize(1).doesNotContain(2);
    assertThat(array.machine(3).leadership().term()).isEqualTo(Term.of(2, 7));
  }

  @Test
  void termsGoOnWhenTheAppointmentsOfARaftTermAreUsedUp() {
    HandArray array = HandArray.settled(3);
    Term last = Term.of(1, Term.MAX_APPOINTMENT);
    array.machine(1).onMessage(id(2), new Message.Appoint(new Appointment(last, id(2))), array.now);
    array.pass(200);
    assertThat(array.holders()).hasSize(1);
    assertThat(array.machine(3).leadership().term()).isEqualTo(Term.of(2, 1));
  }

  @Test
  void theLastTermOfAllIsTheLast() {
    HandArray array = HandArray.settled(3);
    Term last = Term.of(Term.MAX_RAFT_TERM, Term.MAX_APPOINTMENT);
    array.machine(1).onMessage(id(2), new Message.Appoint(new Appointment(last, id(2))), array.now);
    array.pass(3_000);
    assertThat(array.machine(1).leadership().term()).isEqualTo(last);
  }

  @Test
  void aReturningSchedulerLearnsThatItWasReplaced() {
    HandArray array = HandArray.settled(3);
    array.cut(1);
    array.present(2, 3);
    array.raftLeader(2, 2);
    array.pass(1_000);
    array.mend(1);
    array.pass(110);
    assertThat(array.machine(1).leadership())
        .isEqualTo(new Leadership(Term.of(2, 2), Optional.of(id(2)), false));
    assertThat(array.holders()).containsExactly(2);
  }

  @Test
  void aRestartedSchedulerIsNamedInANewTerm() {
    HandArray array = HandArray.settled(3);
    array.raftLeader(2, 2);
    array.eligible(2, false);
    array.eligible(3, false);
    array.pass(200);
    array.present(2, 3);
    array.start(id(1));
    array.present(1, 2, 3);
    array.eligible(1, true);
    array.pass(400);
    assertThat(array.holders()).containsExactly(1);
    assertThat(array.machine(1).lease().term()).isEqualTo(Term.of(2, 5));
  }

  @Test
  void strangersAreNotHeard() {
    HandArray array = HandArray.settled(3);
    Appointment usurper = new Appointment(Term.of(99, 1), new MemberId("stranger"));
    array.machine(1).onMessage(new MemberId("stranger"), new Message.Appoint(usurper), array.now);
    array.pass(500);
    assertThat(array.holders()).containsExactly(1);
  }

  @Test
  void leadershipComesBeforeTheFirstLeaseOfTheTerm() {
    HandArray array = HandArray.settled(1);
    assertThat(array.heard(1))
        .containsSubsequence("leadership 1.1 none false", "leadership 1.1 m1 true", "lease 1.1");
  }
}
