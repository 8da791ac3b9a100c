package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.id;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AbsencesTest {

  private static final long QUARANTINE = TestTables.BLOCKS_GONE_AFTER.toNanos();

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private Absences absences;

  @BeforeEach
  void make() throws Exception {
    absences = new Absences(new TestTables(3).config(1), clock::get);
    absences.present(ids(1, 2));
  }

  @Test
  void anOwnerIsGoneOnlyAfterTheWholeQuarantine() {
    observe();
    clock.addAndGet(QUARANTINE - 1);
    observe();

    assertThat(absences.isGone(id(3))).isFalse();
    clock.incrementAndGet();
    assertThat(absences.isGone(id(3))).isTrue();
    assertThat(absences.isGone(id(2))).isFalse();
  }

  @Test
  void whoComesBackForAMomentStartsAgain() {
    observe();
    clock.addAndGet(QUARANTINE);
    absences.present(ids(1, 2, 3));
    assertThat(absences.isGone(id(3))).isFalse();

    absences.present(ids(1, 2));
    observe();
    assertThat(absences.isGone(id(3))).isFalse();
  }

  /**
   * The other of two may be there and serving: without it this member can be no scheduler, and
   * needs no labels.
   */
  @Test
  void forOneOfTwoTheOtherIsNeverGoneButAFormerThirdIsForBoth() throws Exception {
    absences = new Absences(new TestTables(2).config(1), clock::get);
    absences.present(ids(1));
    absences.observe(ids(1, 2), ids(1));
    clock.addAndGet(2 * QUARANTINE);
    assertThat(absences.isGone(id(2))).isFalse();

    absences.present(ids(1, 2));
    absences.observe(ids(1, 2, 3), ids(1, 2));
    clock.addAndGet(QUARANTINE);
    assertThat(absences.isGone(id(3))).isTrue();
    assertThat(absences.isGone(id(2))).isFalse();
  }

  /** Its labels would be lost for good to the one that goes on with the witness's vote. */
  @Test
  void forOneOfTwoTheOtherIsGoneWhereAWitnessIsThere() throws Exception {
    absences = new Absences(new TestTables(2, 1).config(1), clock::get);
    absences.present(Set.of(id(1), new MemberId("w1")));
    absences.observe(ids(1, 2), ids(1));
    clock.addAndGet(QUARANTINE);
    assertThat(absences.isGone(id(2))).isTrue();

    absences.present(ids(1));
    assertThat(absences.isGone(id(2))).isFalse();
  }

  @Test
  void whoTakesPartInTheTablesIsNotGone() {
    observe();
    clock.addAndGet(QUARANTINE);
    absences.observe(ids(2, 3), ids(1, 2, 3));

    assertThat(absences.isGone(id(3))).isFalse();
  }

  @Test
  void aMemberThatWasCutOffDoesNotHoldItAgainstTheOthers() {
    absences.present(ids(1));
    observe();
    clock.addAndGet(QUARANTINE);
    assertThat(absences.isGone(id(3))).isFalse();

    absences.present(ids(1, 2));
    observe();
    assertThat(absences.isGone(id(3))).isFalse();
    clock.addAndGet(QUARANTINE);
    assertThat(absences.isGone(id(3))).isTrue();
  }

  @Test
  void beforeMembershipHasSaidAnythingNobodyIsGone() throws Exception {
    Absences fresh = new Absences(new TestTables(3).config(1), clock::get);
    fresh.observe(ids(2, 3), Set.of());
    clock.addAndGet(QUARANTINE);

    assertThat(fresh.isGone(id(2))).isFalse();
  }

  private void observe() {
    absences.observe(ids(2, 3), ids(1, 2));
  }
}
