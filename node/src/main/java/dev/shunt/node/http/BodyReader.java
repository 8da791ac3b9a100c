package dev.shunt.node.http;

import dev.shunt.node.http.ChunkReader.Found;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a message's body as it streams by, in either of two ways: {@link #verbatim}
 * keeps the framing it came with, {@link #data} takes it off. Used again for each message; one
 * thread.
 */
final class BodyReader {

  private enum Kind {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    /** Frames of another layer tell its end, and {@code remaining} what there must be, if known. */
    FRAMED
  }

  private Kind kind = Kind.NONE;
  private boolean complete = true;
  private long remaining;
  private boolean noData;
  private @Nullable HttpHead framedTrailers;
  private @Nullable ChunkReader chunks;

  void none() {
    kind = Kind.NONE;
    complete = true;
  }

  void length(long bytes) {
    kind = Kind.LENGTH;
    remaining = bytes;
    complete = bytes == 0;
  }

  /** Where the length is known, another layer tells the end all the same: trailers may follow. */
  void endsApart() {
    if (kind == Kind.LENGTH) {
      kind = Kind.FRAMED;
      noData = false;
      framedTrailers = null;
      complete = false;
    }
  }

  void chunked(long maxBytes) {
    kind = Kind.CHUNKED;
    complete = false;
    chunkReader().begin(maxBytes);
  }

  void untilClose() {
    kind = Kind.UNTIL_CLOSE;
    complete = false;
  }

  /**
   * Data comes in frames, and so does its end.
   *
   * @param bytes that there must be, or -1 where nobody said
   * @param mayHaveData whether there may be any
   * @param ended whether the end has come
   */
  void framed(long bytes, boolean mayHaveData, boolean ended) throws HttpFault {
    kind = Kind.FRAMED;
    noData = !mayHaveData;
    remaining = mayHaveData ? bytes : 0;
    framedTrailers = null;
    complete = false;
    if (ended) {
      end(null);
    }
  }

  /** The end of a framed body. */
  void end(@Nullable HttpHead trailers) throws HttpFault {
    if (remaining > 0) {
      throw HttpFault.BAD_LENGTH;
    }
    framedTrailers = trailers;
    complete = true;
  }

  boolean isEmpty() {
    return kind == Kind.NONE || (kind == Kind.FRAMED && noData);
  }

  boolean isChunked() {
    return kind == Kind.CHUNKED;
  }

  boolean isFramed() {
    return kind == Kind.FRAMED;
  }

  /** Whether it goes on until something else than its own bytes ends it. */
  boolean isUnmeasured() {
    return kind == Kind.UNTIL_CLOSE || (kind == Kind.FRAMED && !noData && remaining < 0);
  }

  boolean isUntilClose() {
    return kind == Kind.UNTIL_CLOSE;
  }

  /** Whether the body's end has been taken. */
  boolean complete() {
    return complete;
  }

  /** Whether the body's last byte has been taken, though its end may not have been told. */
  boolean whole() {
    return complete || (kind == Kind.FRAMED && remaining == 0);
  }

  /** The connection ended: true if that was the body's proper end. */
  boolean closed() {
    complete |= kind == Kind.UNTIL_CLOSE;
    return complete;
  }

  /**
   * Takes what belongs to the body with its framing, as a slice that the caller releases, or
   * nothing. The bytes after the body's end stay in {@code in}. A trailer section is kept back
   * until all of it is checked.
   */
  @Nullable ByteBuf verbatim(ByteBuf in, ByteBufAllocator allocator) throws HttpFault {
    if (kind == Kind.CHUNKED) {
      return verbatimChunks(in, chunkReader(), allocator);
    }
    return data(in);
  }

  private @Nullable ByteBuf verbatimChunks(
      ByteBuf in, ChunkReader reader, ByteBufAllocator allocator) throws HttpFault {
    int start = in.readerIndex();
    boolean trailersOnly = reader.inTrailers();
    Found found = reader.step(in);
    while (found == Found.DATA) {
      int bytes = reader.available(in);
      in.skipBytes(bytes);
      reader.took(bytes);
      found = reader.step(in);
    }
    complete = found == Found.END;
    boolean inTrailers = reader.inTrailers() || (complete && !reader.endedPlainly());
    int end = trailersOnly ? start : inTrailers ? reader.trailersAt() : in.readerIndex();
    ByteBuf part = end > start ? in.retainedSlice(start, end - start) : null;
    if (!complete || reader.endedPlainly()) {
      return part;
    }
    ByteBuf trailers = reader.renderTrailers(allocator);
    return part == null ? trailers : Unpooled.wrappedBuffer(part, trailers);
  }

  /** The trailers behind a body that is complete, or null where there were none. */
  @Nullable HttpHead trailers() {
    if (kind == Kind.FRAMED) {
      return framedTrailers;
    }
    return kind == Kind.CHUNKED && complete ? chunkReader().trailers() : null;
  }

  /** Takes the next data of the body without its framing, as a slice that the caller releases. */
  @Nullable ByteBuf data(ByteBuf in) throws HttpFault {
    return switch (kind) {
      case NONE -> null;
      case LENGTH -> lengthData(in);
      case CHUNKED -> chunkData(in, chunkReader());
      case FRAMED -> framedData(in);
      case UNTIL_CLOSE -> in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
    };
  }

  private @Nullable ByteBuf lengthData(ByteBuf in) {
    int bytes = (int) Math.min(remaining, in.readableBytes());
    if (bytes == 0) {
      return null;
    }
    remaining -= bytes;
    complete = remaining == 0;
    return in.readRetainedSlice(bytes);
  }

  private @Nullable ByteBuf framedData(ByteBuf in) throws HttpFault {
    int bytes = in.readableBytes();
    if (bytes == 0) {
      return null;
    }
    if (remaining >= 0) {
      remaining -= bytes;
      if (remaining < 0) {
        throw HttpFault.BAD_LENGTH;
      }
    }
    return in.readRetainedSlice(bytes);
  }

  private @Nullable ByteBuf chunkData(ByteBuf in, ChunkReader reader) throws HttpFault {
    if (complete) {
      return null;
    }
    Found found = reader.step(in);
    if (found == Found.DATA) {
      int bytes = reader.available(in);
      ByteBuf part = in.readRetainedSlice(bytes);
      reader.took(bytes);
      return part;
    }
    complete = found == Found.END;
    return null;
  }

  private ChunkReader chunkReader() {
    ChunkReader reader = chunks;
    if (reader == null) {
      reader = new ChunkReader();
      chunks = reader;
    }
    return reader;
  }
}
