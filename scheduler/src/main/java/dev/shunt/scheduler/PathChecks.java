package dev.shunt.scheduler;

import java.time.Duration;
import java.util.Optional;

/** The port to checks that take the way of clients' packets. Any thread may call. */
public interface PathChecks {

  /** Is told once, on any thread. */
  @FunctionalInterface
  interface Listener {
    /**
     * @param took from sending to the answer
     */
    void answered(PathAnswer answer, Duration took);
  }

  /** A check that is under way. */
  @FunctionalInterface
  interface Check {
    /** Waits no longer: {@link PathAnswer#SILENT}, unless something was answered before. */
    void giveUp();
  }

  /**
   * Begins a check.
   *
   * @return empty while the server's Ethernet address is unknown; nothing was sent then
   * @throws DataPlaneException if it cannot be sent; the listener hears nothing then
   */
  Optional<Check> begin(VipPath path, Listener listener) throws DataPlaneException;
}
