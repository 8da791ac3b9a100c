package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries to join until the array has noticed that this member's former life ended.
 *
 * <p>The others notice after silence and verification, in less than a second; a merge under way
 * adds seconds, and while they get no processor they notice nothing.
 */
final class PatientJoin {

  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Duration TELL = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(PatientJoin.class);

  /** One try. */
  @FunctionalInterface
  interface Attempt<T> {

    /**
     * @throws SecurityException if the others still see a member of this name
     * @throws IOException if another try would be no better
     */
    T join() throws IOException;
  }

  /** Waits between two tries. */
  @FunctionalInterface
  interface Pause {

    /**
     * @throws IOException if there shall be no other try
     */
    void await(Duration time) throws IOException;
  }

  private final MemberId self;
  private final Ticker ticker;
  private final Pause pause;

  PatientJoin(MemberId self, Ticker ticker, Pause pause) {
    this.self = self;
    this.ticker = ticker;
    this.pause = pause;
  }

  /**
   * Returns what the first try that is let in gives.
   *
   * @throws IOException if none was for {@link #PATIENCE}, or a try failed otherwise
   */
  <T> T join(Attempt<T> attempt) throws IOException {
    long start = ticker.nanos();
    long told = start;
    while (true) {
      try {
        return attempt.join();
      } catch (SecurityException e) {
        long now = ticker.nanos();
        if (now - start > PATIENCE.toNanos()) {
          throw new IOException(
              ("member '%s' was not let in for %d seconds: the array still has a member of this"
                      + " name; does one run elsewhere? (%s)")
                  .formatted(self, PATIENCE.toSeconds(), e.getMessage()),
              e);
        }
        if (now - told >= TELL.toNanos()) {
          told = now;
          LOG.warn(
              "member '{}' is not let in for {} s now: waiting until the array has noticed that a"
                  + " member of this name is gone ({})",
              self,
              Duration.ofNanos(now - start).toSeconds(),
              e.getMessage());
        }
        pause.await(RETRY);
      }
    }
  }
}
