package dev.shunt.node;

import java.time.Duration;

/** Checks of configured values, with errors that say what, found and allowed. */
final class Ranges {

  private Ranges() {}

  static void check(String what, long found, long least, long most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "%s: found %d, allowed is %d to %d".formatted(what, found, least, most));
    }
  }

  static void check(String what, Duration found, Duration least, Duration most) {
    if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: found %s, allowed is %s to %s".formatted(what, found, least, most));
    }
  }
}
