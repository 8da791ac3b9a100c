package dev.shunt.scheduler;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where the scheduler sends a session: a member's node, or a direct server.
 *
 * @param label the MPLS target label that names it for IPv4 packets, the same on every member;
 *     even, from {@value #FIRST_LABEL} to {@value #LAST_LABEL}; {@code label + 1} names it for IPv6
 * @param name the member's name, or {@link DirectServer#targetName}
 * @param address where it is on the data network
 * @param mac its Ethernet address there, or that of the router to it
 * @param state what it gets
 * @param weight its share of new sessions, 1 to {@value #MAX_WEIGHT}
 * @param local whether it is this member itself
 * @param encap how packets to it carry a label; empty: they are plain frames
 * @param cookies whether its stack takes connections that the scheduler began by a SYN cookie
 * @param server whether it is a direct server, which sends no labels to members
 */
public record Target(
    int label,
    String name,
    InetAddress address,
    MacAddress mac,
    TargetState state,
    int weight,
    boolean local,
    Optional<Encap> encap,
    boolean cookies,
    boolean server) {

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

  /** A member's node. */
  public Target(
      int label,
      String name,
      InetAddress address,
      MacAddress mac,
      TargetState state,
      int weight,
      boolean local,
      Optional<Encap> encap,
      boolean cookies) {
    this(label, name, address, mac, state, weight, local, encap, cookies, false);
  }

  /**
   * One on this network's own segment.
   *
   * @param labelled whether packets to it carry a label; else they are plain frames
   */
  public Target(
      int label,
      String name,
      InetAddress address,
      MacAddress mac,
      TargetState state,
      int weight,
      boolean local,
      boolean labelled,
      boolean cookies) {
    this(
        label,
        name,
        address,
        mac,
        state,
        weight,
        local,
        labelled ? Optional.of(Encap.ETHERNET) : Optional.empty(),
        cookies);
  }

  /** The same, which takes no SYN cookies. */
  public Target(
      int label,
      String name,
      InetAddress address,
      MacAddress mac,
      TargetState state,
      int weight,
      boolean local,
      boolean labelled) {
    this(label, name, address, mac, state, weight, local, labelled, false);
  }

  /** One that gets labelled packets. */
  public Target(
      int label,
      String name,
      InetAddress address,
      MacAddress mac,
      TargetState state,
      int weight,
      boolean local) {
    this(label, name, address, mac, state, weight, local, true);
  }

  /** Whether packets to it carry a label. */
  public boolean labelled() {
    return encap.isPresent();
  }

  /** Whether labelled packets to it go in UDP. */
  public boolean tunnelled() {
    return encap.isPresent() && encap.get() == Encap.UDP;
  }

  /** The label of the {@code ordinal}-th target: members, then direct servers; from 0. */
  public static int labelOf(int ordinal) {
    return FIRST_LABEL + 2 * ordinal;
  }
}
