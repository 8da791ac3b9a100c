package dev.shunt.node.cache;

/** One header line. */
record Field(String name, String value) {

  boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
