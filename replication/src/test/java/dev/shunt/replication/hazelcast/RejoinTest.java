package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RejoinTest {

  private static final Set<MemberId> NOBODY = Set.of();
  private static final Duration ANSWERED = Duration.ZERO;
  private static final Duration STEP = Duration.ofSeconds(1);

  private long nanos;
  private boolean complete = true;
  private final Rejoin rejoin = new Rejoin(() -> nanos);

  @Test
  void whoStaysAloneWhileMembershipSeesMoreJoinsAnewWithMorePatienceEachTime() {
    assertThat(seconds(ids(1), ids(2, 3), ANSWERED, 1_000))
        .containsExactly(20, 61, 142, 303, 604, 905);
  }

  @Test
  void whoeverIsWithTheGreaterPartStays() {
    assertThat(seconds(ids(1, 2), ids(3), ANSWERED, 600)).isEmpty();
    assertThat(seconds(ids(3), ids(1, 2), ANSWERED, 30)).containsExactly(20);
  }

  @Test
  void ofTwoEqualPartsThatOfTheFirstMemberStays() {
    assertThat(seconds(ids(1), ids(2), ANSWERED, 600)).isEmpty();
    assertThat(seconds(ids(2), ids(1), ANSWERED, 30)).containsExactly(20);
    assertThat(seconds(ids(1, 4), ids(2, 3), ANSWERED, 600)).isEmpty();
  }

  @Test
  void tablesThatNeverAnswerAreJoinedAnewThoughAllAreSeen() {
    assertThat(seconds(ids(1, 2, 3), NOBODY, Rejoin.FIRST, 600)).isEmpty();
    assertThat(seconds(ids(1, 2, 3), NOBODY, Rejoin.FIRST.plusMillis(1), 30)).containsExactly(20);
  }

  @Test
  void tablesThatNeverComeToRestAreJoinedAnewThoughNobodyIsMissing() {
    complete = false;
    assertThat(seconds(ids(2), NOBODY, ANSWERED, 19)).isEmpty();
    complete = true;
    assertThat(seconds(ids(2), NOBODY, ANSWERED, 600)).isEmpty();
    complete = false;
    assertThat(seconds(ids(2), NOBODY, ANSWERED, 70)).containsExactly(20, 61);
  }

  @Test
  void whatHealsByItselfInTimeIsLeftToDoSo() {
    assertThat(seconds(ids(1), ids(2, 3), ANSWERED, 19)).isEmpty();
    assertThat(seconds(ids(1, 2, 3), NOBODY, ANSWERED, 1)).isEmpty();
    assertThat(seconds(ids(1), ids(2, 3), ANSWERED, 19)).isEmpty();
  }

  @Test
  void tablesThatWereWholeAgainMakeTheNextWaitShort() {
    assertThat(seconds(ids(1), ids(2, 3), ANSWERED, 70)).containsExactly(20, 61);
    assertThat(seconds(NOBODY, ids(2, 3), ANSWERED, 5)).isEmpty();
    assertThat(seconds(ids(1, 2, 3), NOBODY, ANSWERED, 1)).isEmpty();
    assertThat(seconds(ids(1), ids(2, 3), ANSWERED, 30)).containsExactly(20);
  }

  /** After how many seconds it was due. */
  private List<Integer> seconds(
      Set<MemberId> seen, Set<MemberId> missing, Duration stalled, int seconds) {
    List<Integer> due = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      if (rejoin.due(seen, missing, stalled, complete)) {
        due.add(second);
      }
      nanos += STEP.toNanos();
    }
    return due;
  }
}
