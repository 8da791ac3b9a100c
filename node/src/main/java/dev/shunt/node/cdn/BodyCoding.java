package dev.shunt.node.cdn;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.compression.Brotli;
import io.netty.handler.codec.compression.BrotliDecoder;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.netty.handler.codec.compression.Zstd;
import io.netty.handler.codec.compression.ZstdDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** How a body is coded (RFC 9110 section 8.4.1), as far as it can be undone and done again. */
enum BodyCoding {
  IDENTITY,
  GZIP,
  DEFLATE,
  BR,
  ZSTD;

  private static final int ZLIB_BUFFER = 4_096;

  /** As much effort as web servers make for what is not kept. */
  private static final int BROTLI_QUALITY = 4;

  /** 256 KiB: what a page repeats is near, and each page on its way needs the memory. */
  private static final int BROTLI_WINDOW_BITS = 18;

  private static final int ZSTD_LEVEL = 3;

  /** A decoder may ask for so much memory at once. */
  private static final int MOST_MEMORY = 1 << 24;

  /**
   * The coding of a {@code Content-Encoding} with one name, or of a name in {@code
   * Accept-Encoding}. Empty for one that this node does not know, here and now.
   */
  static Optional<BodyCoding> of(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> Optional.of(IDENTITY);
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "deflate" -> Optional.of(DEFLATE);
      case "br" -> Brotli.isAvailable() ? Optional.of(BR) : Optional.empty();
      case "zstd" -> Zstd.isAvailable() ? Optional.of(ZSTD) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Undoes it. Not for {@link #IDENTITY}. */
  ChannelHandler decoder() {
    return switch (this) {
      // With all of its members: a file may be several, one behind the other (RFC 1952 section
      // 2.2).
      case GZIP -> new JdkZlibDecoder(true, MOST_MEMORY);
      // Half of the world sends it without the wrapper that RFC 9110 asks for.
      case DEFLATE -> new JdkZlibDecoder(ZlibWrapper.ZLIB_OR_NONE, MOST_MEMORY);
      case BR -> new BrotliDecoder();
      case ZSTD -> new ZstdDecoder(MOST_MEMORY);
      case IDENTITY -> throw new IllegalStateException("nothing to undo");
    };
  }

  /**
   * Does it. Not for {@link #IDENTITY}.
   *
   * @return whose {@code flush} gives all that was written; to be closed
   * @throws IOException never, where {@code to} throws none
   */
  OutputStream encoder(OutputStream to) throws IOException {
    return switch (this) {
      case GZIP -> new GZIPOutputStream(to, ZLIB_BUFFER, true);
      case DEFLATE -> new DeflaterOutputStream(to, true);
      case BR ->
          new BrotliOutputStream(to, Encoder.Parameters.create(BROTLI_QUALITY, BROTLI_WINDOW_BITS));
      case ZSTD -> new ZstdOutputStreamNoFinalizer(to, ZSTD_LEVEL);
      case IDENTITY -> throw new IllegalStateException("nothing to do");
    };
  }
}
