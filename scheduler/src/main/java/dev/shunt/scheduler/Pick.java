package dev.shunt.scheduler;

/** How a new flow finds its place in a service's row; the kernel's {@code enum algorithm}. */
public enum Pick {
  /** By the hash of its 5-tuple. */
  ROW,
  /** By the hash of its source address. */
  SOURCE,
  /** The next place. */
  ROUND_ROBIN,
  /** The less loaded of two random places. */
  LEAST_CONNECTIONS,
  /** By the remainder of the sum of claim H1. */
  SUM3,
  /** By the remainder of the sum of claims H17 and H27. */
  SUM5;

  /** Whether every packet is sent by calculation, and no session is remembered. */
  public boolean isSum() {
    return this == SUM3 || this == SUM5;
  }
}
