package dev.shunt.cluster;

/**
 * The monotonic clock, handed in wherever time matters so that tests can turn it by hand.
 *
 * <p>In nanoseconds. The system's is {@code CLOCK_MONOTONIC} on Linux, the clock which the kernel's
 * programs read too ({@code bpf_ktime_get_ns}): an instant means the same in both.
 */
@FunctionalInterface
public interface Ticker {

  long nanos();

  /** The clock of the machine. */
  static Ticker system() {
    return System::nanoTime;
  }
}
