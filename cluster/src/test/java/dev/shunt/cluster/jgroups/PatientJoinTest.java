package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shunt.cluster.MemberId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PatientJoinTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final long begin = clock.get();
  private final PatientJoin join =
      new PatientJoin(new MemberId("m1"), clock::get, time -> clock.addAndGet(time.toNanos()));
  private final Logger logger = (Logger) LoggerFactory.getLogger(PatientJoin.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void whoIsLetInAtOnceSaysNothing() throws IOException {
    assertThat(join.join(() -> "in")).isEqualTo("in");
    assertThat(passed()).isZero();
    assertThat(lines.list).isEmpty();
  }

  @Test
  void anArrayThatNeedsLongToNoticeIsWaitedForAndThatIsSaidEveryTenSeconds() throws IOException {
    assertThat(join.join(() -> inAfter(Duration.ofSeconds(59)))).isEqualTo("in");

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(5)
        .allMatch(line -> line.endsWith("a member of this name is gone (m1 is there)"))
        .first()
        .asString()
        .startsWith("member 'm1' is not let in for 10 s now");
  }

  @Test
  void afterAMinuteItGivesUpAndNamesTheReason() {
    assertThatThrownBy(() -> join.join(() -> inAfter(Duration.ofMinutes(5))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "member 'm1' was not let in for 60 seconds: the array still has a member of this name;"
                + " does one run elsewhere? (m1 is there)");
    assertThat(passed()).isBetween(60L, 61L);
  }

  @Test
  void anyOtherFailureIsNotRetried() {
    assertThatThrownBy(() ->
            join.join(() -> {
              throw new IOException("cannot bind");
            }))
        .hasMessage("cannot bind");
    assertThat(passed()).isZero();
  }

  @Test
  void whoIsClosedWhileItWaitsTriesNoMore() {
    PatientJoin closed =
        new PatientJoin(
            new MemberId("m1"),
            clock::get,
            time -> {
              throw new IOException("closed while joining");
            });
    assertThatThrownBy(() -> closed.join(() -> inAfter(Duration.ofSeconds(1))))
        .hasMessage("closed while joining");
  }

  private String inAfter(Duration time) {
    if (clock.get() - begin < time.toNanos()) {
      throw new SecurityException("m1 is there");
    }
    return "in";
  }

  private long passed() {
    return Duration.ofNanos(clock.get() - begin).toSeconds();
  }
}
