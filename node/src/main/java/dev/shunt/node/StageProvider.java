package dev.shunt.node;

import java.util.function.Supplier;

/**
 * Makes stages of one kind: what a plug-in jar names in {@code
 * META-INF/services/dev.shunt.node.StageProvider}.
 */
public interface StageProvider {

  /** The name a configuration calls it by. */
  String name();

  /**
   * Reads the settings of one service, once.
   *
   * <p>What all event loops share (a cache, a table) is made here and must be safe for use by many
   * threads. The answer is called once per event loop for a {@link Stage} of its own.
   *
   * @throws IllegalArgumentException when a setting is not allowed; the message says which, what
   *     was found, and what is allowed
   */
  Supplier<Stage> configure(StageContext context);
}
