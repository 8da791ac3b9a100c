package dev.shunt.scheduler.xdp;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's real-time scheduling ({@code sched(7)}) for the few threads that a lease depends on:
 * on a busy machine they run before all that is not real-time, as those of corosync and keepalived
 * do.
 */
public final class RealTime {

  /**
   * {@code SCHED_RR}, and {@code SCHED_RESET_ON_FORK}: who is started by such a thread is as
   * anybody.
   */
  private static final int POLICY = 2 | 0x4000_0000;

  /** The lowest: kernel threads and others' watchdogs come first. */
  private static final int PRIORITY = 1;

  private static final Logger LOG = LoggerFactory.getLogger(RealTime.class);
  private static final AtomicBoolean REFUSED = new AtomicBoolean();

  private RealTime() {}

  /** Puts the calling thread before others, or says once why the kernel refuses. */
  public static void enter() {
    if (LibC.setScheduler(POLICY, PRIORITY) < 0 && !REFUSED.getAndSet(true)) {
      LOG.info(
          "no real-time scheduling here ({}; it takes CAP_SYS_NICE): on a busy machine the array"
              + " may take this member for dead",
          LibC.strerror(Native.errno()));
    }
  }
}
