package dev.shunt.node.persistence;

import dev.shunt.node.MessageHead;

/** Takes values that were found in a head. */
@FunctionalInterface
interface Values {

  /**
   * @param from offset of the first byte; never empty
   * @param to offset after the last
   * @param encoded whether {@code %41} stands for {@code A}
   * @return whether that is enough: no more are looked for
   */
  boolean take(MessageHead head, int from, int to, boolean encoded);
}
