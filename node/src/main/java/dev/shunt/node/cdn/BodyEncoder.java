package dev.shunt.node.cdn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Codes a body. To be closed when the body is over or broke off: codecs have memory of their own.
 * For one body and one thread.
 */
final class BodyEncoder implements AutoCloseable {

  private final Coded coded = new Coded();
  private final OutputStream codec;
  private byte[] copy = new byte[0];
  private boolean closed;

  /**
   * @param coding not {@link BodyCoding#IDENTITY}
   */
  BodyEncoder(BodyCoding coding) {
    try {
      codec = coding.encoder(coded);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Nothing is read or written here.
    }
  }

  /** What is coded and was not given yet. */
  private static final class Coded extends ByteArrayOutputStream {

    private void give(Consumer<ByteBuffer> to) {
      if (count > 0) {
        to.accept(ByteBuffer.wrap(buf, 0, count));
        reset();
      }
    }
  }

  /** Takes a part. */
  void encode(ByteBuffer in) {
    int length = in.remaining();
    if (copy.length < length) {
      copy = new byte[length];
    }
    in.get(copy, 0, length);
    try {
      codec.write(copy, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives all that was taken, so that a client can show what there is of a slow page. */
  void flush(Consumer<ByteBuffer> to) {
    try {
      codec.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    coded.give(to);
  }

  /** The body is over. */
  void end(Consumer<ByteBuffer> to) {
    close();
    coded.give(to);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        codec.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
