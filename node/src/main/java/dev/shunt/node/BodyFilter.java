package dev.shunt.node;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Changes a body as it streams by. Used by one event loop's thread, for one body. */
public interface BodyFilter {

  /**
   * Takes a part and gives what is ready.
   *
   * <p>What it keeps back it must bound itself. What it gives is copied before {@code out} returns.
   *
   * @param in the part, all of it to be read; not to be kept after the return; empty at the end
   * @param last whether the body ends with it; not called at all for a body that breaks off
   * @param out takes any number of parts
   */
  void filter(ByteBuffer in, boolean last, Consumer<ByteBuffer> out);
}
