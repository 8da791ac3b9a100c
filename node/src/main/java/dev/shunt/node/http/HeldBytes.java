package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** What came of a client and nobody takes yet, in order. One thread. */
final class HeldBytes {

  private @Nullable ByteBuf bytes;

  /** Whether something waits, be it an end that has no bytes. */
  boolean any() {
    return bytes != null;
  }

  int size() {
    ByteBuf waiting = bytes;
    return waiting == null ? 0 : waiting.readableBytes();
  }

  /**
   * @param more released by whoever takes it
   */
  void add(ByteBuf more) {
    bytes = bytes == null ? more : Unpooled.wrappedBuffer(bytes, more);
  }

  /** All that waits, which then waits no more; null if nothing does. */
  @Nullable ByteBuf take() {
    ByteBuf waiting = bytes;
    bytes = null;
    return waiting;
  }

  void release() {
    ByteBuf waiting = take();
    if (waiting != null) {
      waiting.release();
    }
  }
}
