package dev.shunt.node.cdn;

import com.aayushatharva.brotli4j.decoder.Decoder;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.netty.handler.codec.compression.Brotli;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/** How servers and clients code, by the libraries' own streams. */
public enum Codings {
  GZIP("gzip"),
  X_GZIP("x-gzip"),
  DEFLATE("deflate"),
  /** Without the wrapper that the standard asks for. */
  RAW_DEFLATE("deflate"),
  BR("br"),
  ZSTD("zstd");

  private final String label;

  Codings(String label) {
    this.label = label;
  }

  /** As {@code Content-Encoding} calls it. */
  public String label() {
    return label;
  }

  public byte[] encode(byte[] plain) throws IOException {
    return encodeInParts(plain, new byte[0])[2];
  }

  /** Two parts, of which the first can be decoded before the second is there; and both together. */
  public byte[][] encodeInParts(byte[] first, byte[] second) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    OutputStream encoder = encoding(coded);
    encoder.write(first);
    encoder.flush();
    byte[] begin = coded.toByteArray();
    encoder.write(second);
    encoder.close();
    byte[] all = coded.toByteArray();
    return new byte[][] {begin, Arrays.copyOfRange(all, begin.length, all.length), all};
  }

  private OutputStream encoding(OutputStream to) throws IOException {
    Brotli.isAvailable(); // Loads the library.
    return switch (this) {
      case GZIP, X_GZIP -> new GZIPOutputStream(to, true);
      case DEFLATE -> new DeflaterOutputStream(to, true);
      case RAW_DEFLATE ->
          new DeflaterOutputStream(to, new Deflater(Deflater.BEST_SPEED, true), true);
      case BR -> new BrotliOutputStream(to);
      case ZSTD -> new ZstdOutputStream(to);
    };
  }

  /** What a node coded, which wraps what it deflates. */
  public byte[] decode(byte[] coded) throws IOException {
    ByteArrayInputStream from = new ByteArrayInputStream(coded);
    return switch (this) {
      case GZIP, X_GZIP -> new GZIPInputStream(from).readAllBytes();
      case DEFLATE, RAW_DEFLATE -> new InflaterInputStream(from).readAllBytes();
      case BR -> Decoder.decompress(coded).getDecompressedData();
      case ZSTD -> new ZstdInputStream(from).readAllBytes();
    };
  }

  /** What there is of it while it comes; to be closed. */
  public Coming coming() {
    return new Coming(BodyCoding.of(label).orElseThrow());
  }

  /** A body as far as it has come. */
  public static final class Coming implements AutoCloseable {
    private final BodyDecoder decoder;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    private Coming(BodyCoding coding) {
      decoder = new BodyDecoder(coding);
    }

    /** Takes what came; what it all says so far. */
    public String take(byte[] bytes) {
      decoder.decode(
          ByteBuffer.wrap(bytes),
          part -> {
            while (part.hasRemaining()) {
              text.write(part.get());
            }
          });
      return text.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}
