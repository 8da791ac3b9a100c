package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunked body (RFC 9112 section 7.1): checks its framing and tells data from framing. Used
 * again for each message; one thread.
 */
final class ChunkReader {

  /** What {@link #step} found. */
  enum Found {
    /** All bytes are used up and the body goes on. */
    MORE,
    /** Data stands at the reader index, {@link #available} bytes of it. */
    DATA,
    /** The body is complete. */
    END
  }

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS,
    END
  }

  private static final int MAX_SIZE_DIGITS = 15;

  /** How many bytes of framing may come beyond what ordinary chunks have (as Go does). */
  private static final long MAX_OVERHEAD = 16_384;

  private static final HeadLimits TRAILER_LIMITS = new HeadLimits(0, 8192, 32);
  private static final long FORBIDDEN_TRAILERS =
      KnownHeader.CONTENT_LENGTH.bit()
          | KnownHeader.TRANSFER_ENCODING.bit()
          | KnownHeader.HOST.bit()
          | KnownHeader.CONNECTION.bit()
          | KnownHeader.UPGRADE.bit()
          | KnownHeader.TE.bit()
          | KnownHeader.TRAILER.bit()
          | KnownHeader.EXPECT.bit()
          | KnownHeader.bits(KnownHeader::isClaim);

  private final HttpHead trailers = new HttpHead();
  private State state = State.SIZE;
  private long size;
  private int digits;
  private final ChunkExtensions extensions = new ChunkExtensions();
  private long overhead;
  private long maxBytes;
  private long total;
  private int trailersAt;
  private boolean endedPlainly;

  void begin(long maxDataBytes) {
    state = State.SIZE;
    size = 0;
    digits = 0;
    overhead = 0;
    total = 0;
    endedPlainly = false;
    maxBytes = maxDataBytes;
  }

  /** Whether the last chunk has come and what follows are trailers. */
  boolean inTrailers() {
    return state == State.TRAILERS;
  }

  /** Whether the body ended without trailers, its last bytes all in one piece. */
  boolean endedPlainly() {
    return endedPlainly;
  }

  /** Where in the buffer that was last read the trailers began, once they have begun. */
  int trailersAt() {
    return trailersAt;
  }

  /** How many bytes of data are at the reader index. */
  int available(ByteBuf in) {
    return (int) Math.min(size, in.readableBytes());
  }

  /** Tells that so many bytes of data have been taken. */
  void took(int bytes) {
    size -= bytes;
    if (size == 0) {
      state = State.DATA_CR;
    }
  }

  /**
   * Reads framing up to the next data.
   *
   * @throws HttpFault when the framing is not valid
   */
  Found step(ByteBuf in) throws HttpFault {
    while (state != State.END) {
      if (!in.isReadable()) {
        return Found.MORE;
      }
      switch (state) {
        case DATA -> {
          return Found.DATA;
        }
        case TRAILERS -> readTrailers(in);
        default -> {
          framing(in.readByte());
          if (state == State.TRAILERS) {
            enterTrailers(in);
          }
        }
      }
    }
    return Found.END;
  }

  private void framing(byte b) throws HttpFault {
    switch (state) {
      case SIZE -> sizeByte(b);
      case EXTENSION -> extensionByte(b);
      case SIZE_LF -> {
        require(b == '\n');
        sizeComplete();
      }
      case DATA_CR -> {
        require(b == '\r');
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        require(b == '\n');
        state = State.SIZE;
        size = 0;
        digits = 0;
      }
      default -> throw new IllegalStateException(state.name());
    }
  }

  private void sizeByte(byte b) throws HttpFault {
    int digit = hexDigit(b);
    if (digit >= 0) {
      require(++digits <= MAX_SIZE_DIGITS);
      size = size << 4 | digit;
    } else {
      require(digits > 0);
      extensions.begin();
      afterSize(b);
    }
  }

  private void afterSize(byte b) throws HttpFault {
    if (b == '\r') {
      state = State.SIZE_LF;
    } else {
      require(extensions.take(b));
      state = State.EXTENSION;
    }
  }

  private void extensionByte(byte b) throws HttpFault {
    if (b == '\r') {
      require(extensions.complete());
      state = State.SIZE_LF;
    } else {
      require(extensions.take(b));
    }
  }

  private void sizeComplete() throws HttpFault {
    overhead =
        Math.max(
            0, overhead + digits + extensions.length() - 16 - 2 * Math.min(size, MAX_OVERHEAD));
    require(overhead <= MAX_OVERHEAD);
    total += size;
    if (maxBytes != 0 && total > maxBytes) {
      throw HttpFault.BODY_TOO_LARGE;
    }
    state = size == 0 ? State.TRAILERS : State.DATA;
  }

  /** Mostly there are none, and what ends the body is at hand. */
  private void enterTrailers(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() >= 2 && in.getByte(at) == '\r' && in.getByte(at + 1) == '\n') {
      in.skipBytes(2);
      state = State.END;
      endedPlainly = true;
    } else {
      trailers.forTrailers(TRAILER_LIMITS);
      trailersAt = at;
    }
  }

  private void readTrailers(ByteBuf in) throws HttpFault {
    if (trailers.feed(in)) {
      checkTrailers(trailers);
      state = State.END;
    }
  }

  private static void checkTrailers(HttpHead trailers) throws HttpFault {
    if (trailers.hasAny(FORBIDDEN_TRAILERS)) {
      throw HttpFault.BAD_TRAILER;
    }
  }

  /**
   * Reads trailers that came apart from a body.
   *
   * @return whether there are any
   * @throws HttpFault when they are not valid
   */
  static boolean readTrailers(HttpHead trailers, ByteBuf in) throws HttpFault {
    if (!trailers.forTrailers(TRAILER_LIMITS).feed(in)) {
      throw HttpFault.BAD_TRAILER;
    }
    checkTrailers(trailers);
    return trailers.headerCount() > 0;
  }

  /** The trailers, or just the empty line that stands for none. */
  ByteBuf renderTrailers(ByteBufAllocator allocator) {
    return trailers.render(allocator, 0);
  }

  /** The trailers of a body that has ended, or null where there were none. */
  @Nullable HttpHead trailers() {
    return state == State.END && !endedPlainly && trailers.headerCount() > 0 ? trailers : null;
  }

  private static int hexDigit(byte b) {
    return b >= '0' && b <= '9'
        ? b - '0'
        : b >= 'a' && b <= 'f' ? b - 'a' + 10 : b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
  }

  private static void require(boolean condition) throws HttpFault {
    if (!condition) {
      throw HttpFault.BAD_CHUNK;
    }
  }
}
