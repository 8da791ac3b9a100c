package dev.shunt.node.cdn;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Where a filter writes: short parts are collected, long ones of its input given on as they are.
 * For one thread.
 */
final class Output {

  /** What is shorter is copied. */
  private static final int COPIED = 1_024;

  /** With so much collected, it is given on. */
  private static final int FULL = 16_384;

  private byte[] buffer = new byte[COPIED];
  private int length;
  private Consumer<ByteBuffer> to = _ -> {};

  /** Begins to write for one call of the filter. */
  void begin(Consumer<ByteBuffer> taker) {
    to = taker;
  }

  /** Gives a part of the input. */
  void pass(ByteBuffer in, int from, int end) {
    int count = end - from;
    if (count >= COPIED) {
      flush();
      to.accept(in.slice(from, count));
    } else if (count > 0) {
      reserve(count);
      in.get(from, buffer, length, count);
      length += count;
    }
  }

  void write(byte[] bytes, int from, int end) {
    int count = end - from;
    reserve(count);
    System.arraycopy(bytes, from, buffer, length, count);
    length += count;
  }

  void write(byte b) {
    reserve(1);
    buffer[length++] = b;
  }

  /** Gives what is collected. */
  void flush() {
    if (length > 0) {
      to.accept(ByteBuffer.wrap(buffer, 0, length));
      length = 0;
    }
  }

  private void reserve(int count) {
    if (length + count > FULL) {
      flush();
    }
    if (length + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(length + count, buffer.length * 2));
    }
  }
}
