package dev.shunt.node;

import java.nio.ByteBuffer;

/** Looks on as a body streams by, and changes nothing. Used by one event loop's thread. */
public interface BodyWatcher {

  /**
   * A part passes.
   *
   * @param part to be read or not; not to be kept after the return
   */
  void part(ByteBuffer part);

  /**
   * It is over; called exactly once.
   *
   * @param whole whether it ended where it said it would: not when it broke off, nor when the end
   *     of the server's connection was its end, for nobody can tell those two apart
   */
  void end(boolean whole);
}
