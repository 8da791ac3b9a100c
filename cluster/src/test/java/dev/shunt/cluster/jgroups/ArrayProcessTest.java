package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One array of three real processes goes through leave, crash, freeze and return, one after the
 * other; each test leaves it complete.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArrayProcessTest {

  private static final Duration FAILOVER_BOUND = Duration.ofSeconds(1);

  private ProcessArray array;
  private boolean failed;

  @RegisterExtension
  AfterTestExecutionCallback evidence =
      context -> {
        if (context.getExecutionException().isPresent()) {
          failed = true;
          System.err.println(array.evidence());
        }
      };

  @BeforeAll
  void start() throws IOException {
    array = ProcessArray.onLoopback();
  }

  @AfterEach
  void neverTwoSchedulers() {
    array.assertNoTwoSchedulers();
  }

  @AfterAll
  void end() throws IOException {
    if (!failed) {
      array.passed();
    }
    array.close();
  }

  @Test
  @Order(1)
  void threeMembersElectExactlyOneScheduler() {
    MemberProcess scheduler = array.awaitScheduler();
    array.awaitView("m1+,m2+,m3+");
    assertThat(array.others(scheduler)).noneMatch(MemberProcess::hasAuthority);
  }

  @Test
  @Order(2)
  void steppingDownMovesTheRoleAndTheOldSchedulerStaysAMember() throws IOException {
    MemberProcess former = array.schedulerThatIsRaftLeader(true);
    long term = former.term();
    long asked = System.nanoTime();
    former.say("step-down");
    MemberProcess scheduler = array.awaitScheduler(m -> m != former);
    assertThat(scheduler.term()).isGreaterThan(term);
    assertThat(former.firstSince(asked, "step-down").orElseThrow().field("accepted"))
        .isEqualTo("true");
    array.awaitView("m1+,m2+,m3+");
  }

  @Test
  @Order(3)
  void aKilledSchedulerThatIsNotTheRaftLeaderIsReplaced() throws Exception {
    killAndReplace(array.schedulerThatIsRaftLeader(false));
  }

  @Test
  @Order(4)
  void aRestartedMemberIsNotAppointedWhileItIsNotEligible() throws IOException {
    String gone = array.absent();
    MemberProcess returned = array.start(gone, ProcessArray.SECRET, false);
    array.awaitView("m1+,m2+,m3+".replace(gone + "+", gone + "-"));
    MemberProcess scheduler = array.awaitScheduler();
    assertThat(scheduler).isNotSameAs(returned);
    scheduler.say("step-down");
    MemberProcess next = array.awaitScheduler(m -> m != scheduler);
    assertThat(next).isNotSameAs(returned);
    returned.say("eligible");
    array.awaitView("m1+,m2+,m3+");
    assertThat(returned.claims()).isEmpty();
  }

  @Test
  @Order(5)
  void aKilledSchedulerThatIsTheRaftLeaderIsReplaced() throws Exception {
    MemberProcess killed = array.schedulerThatIsRaftLeader(true);
    killAndReplace(killed);
    array.start(killed.name, ProcessArray.SECRET, true);
    array.awaitView("m1+,m2+,m3+");
  }

  @Test
  @Order(6)
  void aKilledRaftLeaderThatIsNotSchedulerCostsTheSchedulerNothing() throws Exception {
    MemberProcess scheduler = array.schedulerThatIsRaftLeader(false);
    MemberProcess leader = raftLeader();
    long claimed = scheduler.claims().getLast().from();
    array.forget(leader);
    leader.signal("KILL");
    array.awaitScheduler(m -> m == scheduler && m.term() > leader.term());
    assertThat(scheduler.claims().getLast().from())
        .as("one lease without a gap")
        .isEqualTo(claimed);
    array.start(leader.name, ProcessArray.SECRET, true);
    array.awaitView("m1+,m2+,m3+");
  }

  @Test
  @Order(7)
  void aFrozenSchedulerIsReplacedAndWakesWithoutAuthority() throws Exception {
    MemberProcess frozen = array.awaitScheduler();
    long stopped = frozen.signal("STOP");
    array.awaitAuthority(array.others(frozen), stopped);
    long woken = frozen.signal("CONT");
    MemberProcess scheduler = array.awaitScheduler(m -> m != frozen);
    MemberProcess.Event first = frozen.firstSince(woken, "authority").orElseThrow();
    assertThat(first.field("held")).isEqualTo("false");
    assertThat(frozen.claims().getLast().until()).isLessThan(woken);
    assertThat(scheduler.term()).isEqualTo(frozen.term());
  }

  @Test
  @Order(8)
  void aSchedulerThatLeavesHandsOverFirst() throws Exception {
    MemberProcess leaving = array.awaitScheduler();
    long asked = System.nanoTime();
    leaving.say("close");
    MemberProcess.Event authority = array.awaitAuthority(array.others(leaving), asked);
    leaving.awaitExit();
    array.forget(leaving);
    assertThat(leaving.last("closed").orElseThrow().field("held")).isEqualTo("false");
    assertThat(Duration.ofNanos(authority.nanos() - asked)).isLessThan(FAILOVER_BOUND);
    array.start(leaving.name, ProcessArray.SECRET, true);
    array.awaitScheduler();
  }

  @Test
  @Order(9)
  void aMemberWithAnotherSecretCannotJoin() throws Exception {
    MemberProcess absent = array.others(array.awaitScheduler()).getFirst();
    absent.say("close");
    absent.awaitExit();
    array.forget(absent);
    List<MemberProcess> rest = array.members();
    try (MemberProcess rogue = array.start(absent.name, "not the secret of all", true)) {
      await().atMost(ProcessArray.PATIENCE).until(() -> rogue.last("started").isPresent());
      await().atMost(ProcessArray.PATIENCE).until(() -> array.complaints("another secret") > 0);
      assertThat(rogue.view()).isEqualTo(rogue.name + "+");
      assertThat(rest).allMatch(m -> m.view().split(",").length == 2);
      assertThat(rogue.claims()).isEmpty();
    }
  }

  private void killAndReplace(MemberProcess killed) throws Exception {
    array.forget(killed);
    long instant = killed.signal("KILL");
    MemberProcess.Event authority = array.awaitAuthority(array.members(), instant);
    assertThat(Duration.ofNanos(authority.nanos() - instant)).isLessThan(FAILOVER_BOUND);
    array.awaitScheduler();
  }

  private MemberProcess raftLeader() throws IOException {
    for (MemberProcess member : array.members()) {
      if (array.isRaftLeader(member)) {
        return member;
      }
    }
    throw new AssertionError("no raft leader");
  }
}
