package dev.shunt.node;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the stages of one service: {@link #start} is called first, then {@link #get} once for each
 * event loop, and when the last request is over, {@link #close}.
 */
@FunctionalInterface
public interface StageFactory extends Supplier<Stage>, AutoCloseable {

  /** A stage for one event loop. */
  @Override
  Stage get();

  /**
   * Opens files, starts threads; not called where a configuration is only checked.
   *
   * @throws IOException when the service cannot start without it; the message says why
   */
  default void start() throws IOException {}

  /** What its stages keep of responses, if they do; the same one whenever it is asked for. */
  default Optional<ResponseStore> store() {
    return Optional.empty();
  }

  /** Ends what {@link #start} began; called after it even when it failed. */
  @Override
  default void close() {}
}
