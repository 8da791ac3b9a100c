package dev.shunt.ops.admin;

import java.util.Optional;

/**
 * An answer that comes bit by bit: a JSON object in each line ({@code application/x-ndjson}). Used
 * by one thread, which closes it when it has ended or nobody reads any more.
 */
public interface LineStream extends AutoCloseable {

  /**
   * Waits for the next object.
   *
   * @return empty when there is none any more
   */
  Optional<Object> next() throws InterruptedException;

  @Override
  void close();
}
