package dev.shunt.node;

/**
 * Makes stages of one kind: what a plug-in jar names in {@code
 * META-INF/services/dev.shunt.node.StageProvider}.
 */
public interface StageProvider {

  /** The name a configuration calls it by. */
  String name();

  /**
   * The {@link Stage#API_VERSION} that this was compiled against: a plug-in returns that constant,
   * which the compiler copies into it.
   */
  default int apiVersion() {
    return 1;
  }

  /**
   * Reads the settings of one service; a check of a configuration does that too. Opens nothing and
   * starts nothing: that is for {@link StageFactory#start}.
   *
   * <p>What all event loops share (a cache, a table) is made here and must be safe for use by many
   * threads.
   *
   * @throws IllegalArgumentException when a setting is not allowed; the message says which, what
   *     was found, and what is allowed
   */
  StageFactory configure(StageContext context);
}
