package dev.shunt.scheduler;

import java.net.InetAddress;

/**
 * Where the scheduler sends a session: a member's node.
 *
 * @param label the MPLS target label that names it for IPv4 packets, the same on every member;
 *     even, from {@value #FIRST_LABEL} to {@value #LAST_LABEL}; {@code label + 1} names it for IPv6
 * @param name the member's name
 * @param address where it is on the data network
 * @param mac its Ethernet address there
 * @param state what it gets
 * @param weight its share of new sessions, 1 to {@value #MAX_WEIGHT}
 * @param local whether it is this member itself
 */
public record Target(
    int label,
    String name,
    InetAddress address,
    MacAddress mac,
    TargetState state,
    int weight,
    boolean local) {

  /** The labels from here to {@link #LAST_LABEL} name targets; those above are for sessions. */
  public static final int FIRST_LABEL = 1024;

  public static final int LAST_LABEL = 8190;
  public static final int MAX_WEIGHT = 256;

  public Target {
    if (label < FIRST_LABEL || label > LAST_LABEL || label % 2 != 0) {
      throw new IllegalArgumentException(
          "target label %d: allowed is an even number from %d to %d"
              .formatted(label, FIRST_LABEL, LAST_LABEL));
    }
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight + ": allowed is 1 to " + MAX_WEIGHT);
    }
  }

  /** The label of the {@code ordinal}-th configured target, counted from 0. */
  public static int labelOf(int ordinal) {
    return FIRST_LABEL + 2 * ordinal;
  }
}
