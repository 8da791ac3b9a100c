package dev.shunt.node.http;

import static dev.shunt.node.http.FrameProgram.CONTINUATION;
import static dev.shunt.node.http.FrameProgram.DATA;
import static dev.shunt.node.http.FrameProgram.END_HEADERS;
import static dev.shunt.node.http.FrameProgram.END_STREAM;
import static dev.shunt.node.http.FrameProgram.HEADERS;
import static dev.shunt.node.http.FrameProgram.PADDED;
import static dev.shunt.node.http.FrameProgram.PRIORITISED;
import static dev.shunt.node.http.FrameProgram.PUSH_PROMISE;
import static dev.shunt.node.http.FrameProgram.SETTINGS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one direction of a connection apart from the node (RFC 9113 sections 4 to 6): where frames
 * begin and end, what header blocks say in the order in which they say it, and nothing of what it
 * means. HPACK is Netty's, without its judgement of names and values.
 */
final class FrameReader {

  /** A field as it was sent. */
  record Field(String name, String value) {
    @Override
    public String toString() {
      return name + ": " + value;
    }
  }

  /** Who is told of frames; those with headers come once for a block. */
  interface Listener {
    void headers(int stream, List<Field> fields, boolean end);

    void data(int stream, byte[] data, boolean end);

    void other(int type, int flags, int stream, byte[] payload);
  }

  private static final int HEAD = 9;
  private static final int MOST = 16_384;
  private static final int NONE = -1;

  private final Listener listener;
  private final Recorder hpack = new Recorder();
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private byte[] rest = {};
  private int kept;
  private int blockOf = NONE;
  private boolean blockEnds;
  private boolean pushed;
  private boolean dead;

  FrameReader(Listener listener) {
    this.listener = listener;
  }

  /** Netty's decoder, which keeps the fields in their order. */
  private static final class Recorder extends DefaultHttp2HeadersDecoder {
    private List<Field> fields = List.of();

    Recorder() {
      super(false, 1 << 20);
    }

    @Override
    protected Http2Headers newHeaders() {
      List<Field> kept = new ArrayList<>();
      fields = kept;
      return new DefaultHttp2Headers(false) {
        @Override
        public Http2Headers add(CharSequence name, CharSequence value) {
          kept.add(new Field(name.toString(), value.toString()));
          return this;
        }
      };
    }
  }

  /** Takes a part of any size; of many small ones only the new bytes are copied. */
  void read(byte[] bytes) {
    if (dead) {
      return;
    }
    if (kept + bytes.length > rest.length) {
      rest = Arrays.copyOf(rest, 2 * (kept + bytes.length));
    }
    System.arraycopy(bytes, 0, rest, kept, bytes.length);
    kept += bytes.length;
    int at = 0;
    while (!dead && kept - at >= HEAD) {
      int length = ((rest[at] & 0xFF) << 16) | ((rest[at + 1] & 0xFF) << 8) | (rest[at + 2] & 0xFF);
      if (length > MOST) {
        dead = true;
      } else if (kept - at - HEAD < length) {
        break;
      } else {
        int from = at + HEAD;
        frame(
            rest[at + 3],
            rest[at + 4],
            id(rest, at + 5),
            Arrays.copyOfRange(rest, from, from + length));
        at = from + length;
      }
    }
    if (at > 0) {
      System.arraycopy(rest, at, rest, 0, kept - at);
      kept -= at;
    }
  }

  /** The 31 bits of a stream's number, or an increment. */
  static int id(byte[] from, int at) {
    return ((from[at] & 0x7F) << 24)
        | ((from[at + 1] & 0xFF) << 16)
        | ((from[at + 2] & 0xFF) << 8)
        | (from[at + 3] & 0xFF);
  }

  /** Whether a frame is complete, and so is a header block. */
  boolean atRest() {
    return kept == 0 && blockOf == NONE;
  }

  /** Whether frames could not be read any further: the connection must end (section 5.4.1). */
  boolean dead() {
    return dead;
  }

  private void frame(int type, int flags, int stream, byte[] payload) {
    boolean amid = type == CONTINUATION ? stream != blockOf : blockOf != NONE;
    boolean ofStream = type <= HEADERS && type >= DATA;
    if (amid || (ofStream && stream == 0)) {
      dead = true;
      return;
    }
    if (type == DATA && (flags & PADDED) != 0 && payload.length == 0) {
      return; // Too small, which concerns its stream alone (section 4.2): it has no content.
    }
    int from = 0;
    int to = payload.length;
    if ((flags & PADDED) != 0 && (ofStream || type == PUSH_PROMISE)) {
      from = 1;
      to -= payload.length == 0 ? 2 : payload[0] & 0xFF;
    }
    from += type == HEADERS && (flags & PRIORITISED) != 0 ? 5 : type == PUSH_PROMISE ? 4 : 0;
    if (from > to) {
      dead = true;
      return;
    }
    byte[] content = Arrays.copyOfRange(payload, from, to);
    switch (type) {
      case DATA -> listener.data(stream, content, (flags & END_STREAM) != 0);
      case HEADERS -> {
        blockEnds = (flags & END_STREAM) != 0;
        block(flags, stream, content);
      }
      case CONTINUATION -> block(flags, stream, content);
      case PUSH_PROMISE -> {
        pushed = true; // A fault in itself, or its fields have one of which the node tells first.
        block(flags, stream, content);
      }
      default -> listener.other(type, flags, stream, payload);
    }
    dead |= type == SETTINGS && stream != 0;
  }

  private void block(int flags, int stream, byte[] content) {
    block.writeBytes(content);
    blockOf = stream;
    if ((flags & END_HEADERS) != 0) {
      ByteBuf whole = Unpooled.wrappedBuffer(block.toByteArray());
      block.reset();
      blockOf = NONE;
      try {
        var _ = hpack.decodeHeaders(stream, whole);
      } catch (Http2Exception e) {
        dead = true;
        return;
      }
      if (!pushed) {
        listener.headers(stream, hpack.fields, blockEnds);
      }
      pushed = false;
    }
  }
}
