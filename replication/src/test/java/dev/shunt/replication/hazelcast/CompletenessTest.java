package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CompletenessTest {

  private static final long SETTLED = Completeness.SETTLE.toNanos();

  private final Completeness machine = new Completeness(TestTables.id(1), false);
  private long now = TimeUnit.HOURS.toNanos(1);
  private boolean hasSessions;

  @Test
  void nothingIsCompleteBeforeMembershipHasSaidWhomToExpect() {
    machine.joined();
    scan(ids(1, 2));

    assertThat(step()).isFalse();
    machine.expect(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void nothingIsCompleteBeforeAScan() {
    machine.expect(ids(1, 2));
    machine.joined();
    machine.seen(ids(1, 2));

    assertThat(step()).isFalse();
    machine.scanned(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void aScanThatBeganBeforeAnExpectedMemberWasSeenDoesNotCount() {
    machine.expect(ids(1, 2));
    machine.joined();
    machine.scanned(ids(1));
    machine.seen(ids(1, 2));

    assertThat(step()).isFalse();
    machine.scanned(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void aLoneFirstMemberIsCompleteOnlyAfterBeingAloneForAWhile() {
    machine.expect(ids(1));
    machine.joined();
    scan(ids(1));

    assertThat(step()).isFalse();
    now += SETTLED - 1;
    assertThat(step()).isFalse();
    now += 1;
    assertThat(step()).isTrue();
  }

  @Test
  void theOnlyConfiguredMemberIsCompleteAtOnce() {
    Completeness only = new Completeness(TestTables.id(1), true);
    only.expect(Set.of());
    only.joined();
    only.scanned(ids(1));

    assertThat(only.step(now, false)).isTrue();
  }

  @Test
  void aRestartedMemberThatFindsTheOthersLateWaitsForThem() {
    machine.expect(ids(1));
    machine.joined();
    scan(ids(1));
    now += SETTLED / 2;
    assertThat(step()).isFalse();

    machine.expect(ids(1, 2, 3));
    now += 10 * SETTLED;
    assertThat(step()).isFalse();
    assertThat(machine.missing()).isEqualTo(ids(2, 3));
    scan(ids(1, 2, 3));
    assertThat(step()).isTrue();
  }

  @Test
  void aMemberCompleteAllAloneGivesItUpWhenSomebodyUnknownIsThere() {
    becomeCompleteAlone();

    machine.expect(ids(1, 2));
    assertThat(step()).isFalse();
    scan(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void aMemberCompleteAloneThatHasSessionsKeepsItWhenSomebodyComes() {
    becomeCompleteAlone();
    hasSessions = true;
    assertThat(step()).isTrue();

    machine.expect(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void membersThatComeGoOrHangDoNotTakeCompletenessAway() {
    machine.expect(ids(1, 2));
    machine.joined();
    scan(ids(1, 2));
    assertThat(step()).isTrue();

    machine.seen(ids(1));
    assertThat(step()).isTrue();
    machine.expect(ids(1, 2, 3));
    assertThat(step()).isTrue();
    assertThat(machine.missing()).isEqualTo(ids(2, 3));
  }

  @Test
  void aMemberThatWasCutOffIsIncompleteUntilItHasScannedAgain() {
    machine.expect(ids(1, 2));
    machine.joined();
    scan(ids(1, 2));
    assertThat(step()).isTrue();

    machine.cutOff();
    assertThat(step()).isFalse();
    scan(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void aMemberWhoseTablesWereLostIsIncompleteUntilItHasJoinedAndScannedAgain() {
    machine.expect(ids(1, 2));
    machine.joined();
    scan(ids(1, 2));
    assertThat(step()).isTrue();

    machine.left();
    assertThat(step()).isFalse();
    machine.scanned(ids(1, 2));
    assertThat(step()).isFalse();
    machine.joined();
    scan(ids(1, 2));
    assertThat(step()).isTrue();
  }

  @Test
  void aMemberThatComesBackToASchedulerOutsideItsTablesIsIncompleteUntilItHasCopiedThem() {
    joinThree();
    assertThat(step()).isTrue();
    machine.seen(ids(1));
    assertThat(step()).as("cut off, and no scheduler in sight").isTrue();

    machine.follow(Optional.of(TestTables.id(2)));
    assertThat(step()).isFalse();
    scan(ids(1));
    assertThat(step()).isFalse();
    machine.seen(ids(1, 2, 3));
    assertThat(step()).isFalse();
    scan(ids(1, 2, 3));
    assertThat(step()).isTrue();
  }

  @Test
  void aSchedulerThatLeavesTheTablesFirstAndThenTheViewTakesNoCompletenessAway() {
    joinThree();
    machine.follow(Optional.of(TestTables.id(2)));
    machine.seen(ids(1, 3));
    assertThat(step()).isTrue();
    now += Completeness.APART.toNanos() - 1;
    assertThat(step()).isTrue();

    machine.follow(Optional.empty());
    now += 1;
    assertThat(step()).isTrue();
    machine.follow(Optional.of(TestTables.id(3)));
    assertThat(step()).isTrue();
  }

  @Test
  void aMemberIsIncompleteWhileTheSchedulerStaysOutsideItsTablesAndNoLonger() {
    joinThree();
    machine.follow(Optional.of(TestTables.id(2)));
    machine.seen(ids(1, 3));
    assertThat(step()).isTrue();
    now += Completeness.APART.toNanos();
    assertThat(step()).isFalse();

    machine.follow(Optional.empty());
    machine.expect(Set.of());
    assertThat(step()).as("nobody has better tables").isTrue();
  }

  @Test
  void theSchedulerItselfIsNotApartFromItself() {
    machine.expect(ids(1, 2));
    machine.joined();
    scan(ids(1, 2));
    machine.follow(Optional.of(TestTables.id(1)));
    machine.seen(ids(1));
    assertThat(step()).isTrue();
    now += 2 * Completeness.APART.toNanos();

    assertThat(step()).isTrue();
  }

  private void becomeCompleteAlone() {
    machine.expect(ids(1));
    machine.joined();
    scan(ids(1));
    step();
    now += SETTLED;
    assertThat(step()).isTrue();
  }

  private void joinThree() {
    machine.expect(ids(1, 2, 3));
    machine.joined();
    scan(ids(1, 2, 3));
  }

  private void scan(Set<MemberId> seen) {
    machine.seen(seen);
    machine.scanned(seen);
  }

  private boolean step() {
    return machine.step(now, hasSessions);
  }
}
