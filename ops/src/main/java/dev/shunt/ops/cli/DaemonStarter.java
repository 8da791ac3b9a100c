package dev.shunt.ops.cli;

import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.LocalConfig;

/** Starts what {@code run} runs. */
@FunctionalInterface
public interface DaemonStarter {

  /** A daemon that runs; closing it lets requests under way finish. */
  interface Running extends AutoCloseable {

    /** Returns when the daemon has ended by itself or was closed. */
    void awaitEnd() throws InterruptedException;

    /** May be called any number of times, from any thread; a signal's handler does too. */
    @Override
    void close();
  }

  /**
   * Returns when the daemon serves.
   *
   * @throws Exception if it cannot; the message is shown to the user, the trace only when debugging
   */
  Running start(ConfigFile file, LocalConfig local) throws Exception;
}
