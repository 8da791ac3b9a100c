package dev.shunt.scheduler.vip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Term;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VipKeeperTest {

  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final Term FIRST = Term.of(1, 1);
  private static final Term SECOND = Term.of(2, 1);

  private final AtomicLong clock = new AtomicLong(1_000 * MILLI);
  private final FakeDataPlane kernel =
      new FakeDataPlane(MacAddress.parse("02:00:00:00:00:01"), clock::get, 10);
  private final VipKeeper keeper = new VipKeeper(kernel);

  @BeforeEach
  void open() throws DataPlaneException {
    kernel.open(events -> {});
  }

  @Test
  void everyRenewalReachesTheKernelAndNothingElseEndsTheLease() {
    renew(FIRST, 150);
    assertThat(kernel.answers()).isTrue();

    pass(149);
    assertThat(kernel.answers()).isTrue();
    pass(1);
    assertThat(kernel.answers()).isFalse();
  }

  @Test
  void aLeaseGivenUpIsGivenUpInTheKernel() {
    renew(FIRST, 150);
    keeper.onLease(new Lease(FIRST, clock.get()));

    assertThat(kernel.answers()).isFalse();
  }

  @Test
  void aNewTermIsAnnouncedAtOnceAndSeveralTimesMore() {
    renew(FIRST, 10_000);

    long due = keeper.step(clock.get());
    assertThat(kernel.announcements()).isEqualTo(1);
    for (int i = 0; i < 100 && due != Long.MAX_VALUE; i++) {
      clock.addAndGet(due);
      due = keeper.step(clock.get());
    }

    assertThat(kernel.announcements()).isEqualTo(7);
    assertThat(due).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void renewalsOfTheSameTermAreNotAnnouncedAgain() {
    renew(FIRST, 10_000);
    keeper.step(clock.get());
    renew(FIRST, 10_000);

    keeper.step(clock.get());

    assertThat(kernel.announcements()).isEqualTo(1);
  }

  @Test
  void anotherTermOfTheSameMemberIsAnnouncedAnew() {
    renew(FIRST, 150);
    keeper.step(clock.get());
    renew(SECOND, 150);

    keeper.step(clock.get());

    assertThat(kernel.announcements()).isEqualTo(2);
  }

  @Test
  void withoutALeaseNothingIsAnnounced() {
    assertThat(keeper.step(clock.get())).isEqualTo(Long.MAX_VALUE);
    renew(FIRST, 150);
    pass(150);

    assertThat(keeper.step(clock.get())).isEqualTo(Long.MAX_VALUE);
    assertThat(kernel.announcements()).isZero();
  }

  @Test
  void holdingCountsFromTheFirstStepOfTheTermAndEndsWithTheLease() {
    renew(FIRST, 150);
    keeper.step(clock.get());
    long taken = clock.get();
    pass(100);
    assertThat(keeper.heldSinceNanos(clock.get())).isEqualTo(taken);

    pass(50);
    assertThat(keeper.heldSinceNanos(clock.get())).isZero();
  }

  @Test
  void aFailedAnnouncementDoesNotEndTheFollowingOnes() {
    renew(FIRST, 10_000);
    kernel.failWith(new DataPlaneException("sendto eth0: ENETDOWN"));
    long due = keeper.step(clock.get());
    kernel.failWith(null);
    clock.addAndGet(due);

    keeper.step(clock.get());

    assertThat(kernel.announcements()).isEqualTo(1);
  }

  private void renew(Term term, long millis) {
    keeper.onLease(new Lease(term, clock.get() + millis * MILLI));
  }

  private void pass(long millis) {
    clock.addAndGet(millis * MILLI);
  }
}
