package dev.shunt.replication;

/** Where tables of bindings come from. Thread-safe. */
public interface BindingTables {

  /** How many there may be. */
  int MAX_TABLES = 1024;

  /**
   * Opens a table, which all members know by the same name. Do so before the start.
   *
   * @throws IllegalArgumentException when that name is taken, or there are too many
   */
  BindingTable open(String name, BindingLimits limits);

  /**
   * Whether what the other members had has been copied, or there was nobody to copy from. A member
   * that serves before it is loaded does not know which server has a session.
   */
  boolean loaded();
}
