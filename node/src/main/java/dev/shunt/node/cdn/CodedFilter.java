package dev.shunt.node.cdn;

import dev.shunt.node.BodyFilter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A filter for a coded body: undoes the coding, and does it again behind the filter. Each part that
 * comes leaves as far as the filter lets it go. For one body and one thread.
 */
final class CodedFilter implements BodyFilter, AutoCloseable {

  private final BodyDecoder decoder;
  private final BodyFilter filter;
  private final BodyEncoder encoder;

  CodedFilter(BodyCoding coding, BodyFilter filter) {
    this.decoder = new BodyDecoder(coding);
    this.filter = filter;
    this.encoder = new BodyEncoder(coding);
  }

  /**
   * @throws RuntimeException when the body is not so coded
   */
  @Override
  public void filter(ByteBuffer in, boolean last, Consumer<ByteBuffer> out) {
    decoder.decode(in, this::decoded);
    if (last) {
      decoder.end(this::decoded);
      filter.filter(ByteBuffer.allocate(0), true, encoder::encode);
      encoder.end(out);
    } else {
      encoder.flush(out);
    }
  }

  private void decoded(ByteBuffer part) {
    filter.filter(part, false, encoder::encode);
  }

  /** Ends its codecs, whether the body came to its end or not. */
  @Override
  public void close() {
    decoder.close();
    encoder.close();
  }
}
