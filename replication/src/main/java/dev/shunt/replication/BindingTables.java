package dev.shunt.replication;

/** Where tables of bindings come from. Thread-safe. */
public interface BindingTables {

  /** How many there may be. */
  int MAX_TABLES = 1024;

  /**
   * Opens a table, which all members know by the same name. Do so before the start. Opened twice it
   * is the same.
   *
   * @throws IllegalArgumentException when it was opened with other limits, or there are too many
   */
  BindingTable open(String name, BindingLimits limits);

  /**
   * Whether what the other members had has been copied, or there was nobody to copy from. A member
   * that serves before it is loaded does not know which server has a session.
   */
  boolean loaded();

  /**
   * Refuses a table that is opened again with other limits.
   *
   * @throws IllegalArgumentException naming both
   */
  static void requireSame(String name, BindingLimits limits, BindingLimits before) {
    if (!limits.equals(before)) {
      throw new IllegalArgumentException(
          "table '%s': found %s, allowed is what it was opened with before, %s"
              .formatted(name, limits, before));
    }
  }

  /**
   * Refuses more tables than there may be.
   *
   * @param there how many there are
   */
  static void requireRoom(String name, int there) {
    if (there >= MAX_TABLES) {
      throw new IllegalArgumentException(
          "table '%s': found %d tables, allowed are %d".formatted(name, there + 1, MAX_TABLES));
    }
  }
}
