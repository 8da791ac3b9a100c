package dev.shunt.ops.lab;

/**
 * How many hosts of a lab, the last ones of their kind, are on a segment of their own behind a
 * router. At least one of each kind is not.
 */
public record LabFar(int members, int servers) {

  /** All on one segment, without a router. */
  public static final LabFar NONE = new LabFar(0, 0);

  /** Whether there is anything to route to. */
  boolean any() {
    return members > 0 || servers > 0;
  }
}
