package dev.shunt.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OncePerMinuteTest {

  private final AtomicLong clock = new AtomicLong();
  private final OncePerMinute complaints = new OncePerMinute(clock::get);

  @Test
  void theSameComplaintMayBeMadeOnceAMinute() {
    assertThat(complaints.mayComplain("a")).isTrue();
    assertThat(complaints.mayComplain("b")).isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(59));
    assertThat(complaints.mayComplain("a")).isFalse();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(complaints.mayComplain("a")).isTrue();
  }

  @Test
  void onlySoManyDifferentOnesAreMadeInAMinute() {
    for (int i = 0; i < OncePerMinute.MAX_DIFFERENT; i++) {
      assertThat(complaints.mayComplain("c" + i)).isTrue();
    }
    assertThat(complaints.mayComplain("one more")).isFalse();
    clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
    assertThat(complaints.mayComplain("one more")).isTrue();
  }
}
