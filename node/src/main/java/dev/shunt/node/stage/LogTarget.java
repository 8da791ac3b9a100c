package dev.shunt.node.stage;

import java.io.IOException;

/** Where the writer of an access log puts lines; used by its thread alone once it is open. */
interface LogTarget extends LineRing.Sink, AutoCloseable {

  /**
   * Opens what is to be written.
   *
   * @throws IOException when that cannot be done; what was open stays so
   */
  void open() throws IOException;

  /** Whether it is not, or no longer, what {@link #open} would open. */
  boolean isStale() throws IOException;

  @Override
  void close();
}
