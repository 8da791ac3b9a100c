package dev.shunt.node.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that writes frames of HTTP/2 byte by byte (RFC 9113), over prior knowledge. */
final class Http2Frames implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int INITIAL_WINDOW_SIZE = 4;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final int ENHANCE_YOUR_CALM = 11;
  static final int PROTOCOL_ERROR = 1;
  static final int REFUSED_STREAM = 7;

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;

  /** A frame that was received. */
  static final class Frame {
    final int type;
    final int flags;
    final int stream;
    final byte[] payload;

    Frame(int type, int flags, int stream, byte[] payload) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
    }

    boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /** The error code of a GOAWAY or RST_STREAM. */
    int code() {
      return number(payload, type == GOAWAY ? 4 : 0);
    }

    /** The increment of a WINDOW_UPDATE. */
    int increment() {
      return Http2Frames.number(payload, 0);
    }

    /** The last stream that a GOAWAY lets through. */
    int lastStream() {
      return number(payload, 0) & Integer.MAX_VALUE;
    }

    String text() {
      return new String(payload, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
      return "frame of type %d, flags %d, stream %d, %d bytes"
          .formatted(type, flags, stream, payload.length);
    }
  }

  /** Connects and says hello, with no settings but those given, each of 6 bytes. */
  Http2Frames(InetSocketAddress to, byte[]... settings) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(to);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    send(SETTINGS, 0, 0, joined(settings));
  }

  Socket socket() {
    return socket;
  }

  static byte[] setting(int id, int value) {
    return new byte[] {
      (byte) (id >> 8),
      (byte) id,
      (byte) (value >> 24),
      (byte) (value >> 16),
      (byte) (value >> 8),
      (byte) value
    };
  }

  static byte[] bytes(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  private static int number(byte[] from, int at) {
    return ((from[at] & 0xFF) << 24)
        | ((from[at + 1] & 0xFF) << 16)
        | ((from[at + 2] & 0xFF) << 8)
        | (from[at + 3] & 0xFF);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    byte[] head = {
      (byte) (payload.length >> 16),
      (byte) (payload.length >> 8),
      (byte) payload.length,
      (byte) type,
      (byte) flags
    };
    return joined(head, bytes(stream), payload);
  }

  Http2Frames send(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(frame(type, flags, stream, payload));
    return this;
  }

  /** Sends frames until the node has had enough, or so many are sent. */
  void flood(int count, int type, int flags, int stream, byte[] payload) throws IOException {
    byte[] one = frame(type, flags, stream, payload);
    try {
      for (int i = 0; i < count; i++) {
        out.write(one);
      }
    } catch (SocketException e) {
      assert e.getMessage() != null; // The node has closed: what is left to read says why.
    }
  }

  /**
   * Fields as literals that are never indexed, names and values in turn (RFC 7541 section 6.2.2).
   */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0x10);
      string(block, namesAndValues[i]);
      string(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      to.write(bytes.length);
    } else {
      to.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        to.write((rest & 0x7F) | 0x80);
        rest >>= 7;
      }
      to.write(rest);
    }
    to.writeBytes(bytes);
  }

  static byte[] request(String method, String path, String... more) {
    return joined(
        fields(":method", method, ":scheme", "http", ":path", path, ":authority", "a.example"),
        fields(more));
  }

  Http2Frames get(int stream, String path) throws IOException {
    return send(HEADERS, END_HEADERS | END_STREAM, stream, request("GET", path));
  }

  Frame read() throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, flags, stream, payload);
  }

  /** Reads up to the next frame of a type. */
  Frame await(int type) throws IOException {
    List<String> others = new ArrayList<>();
    try {
      while (true) {
        Frame frame = read();
        if (frame.type == type && !(type == SETTINGS && (frame.flags & ACK) != 0)) {
          return frame;
        }
        others.add(frame.toString());
      }
    } catch (EOFException | SocketException e) {
      throw new IOException("the connection ended after " + others, e);
    }
  }

  /**
   * Sends a body as the stream's window lets it, and ends the stream; of no more bytes than the
   * connection's window has from the start.
   */
  void upload(int stream, int window, int size) throws IOException {
    byte[] part = new byte[16_384];
    int open = window;
    for (int left = size; left > 0; left -= part.length) {
      while (open < part.length) {
        Frame update = await(WINDOW_UPDATE);
        open += update.stream == stream ? number(update.payload, 0) : 0;
      }
      send(DATA, left <= part.length ? END_STREAM : 0, stream, part);
      open -= part.length;
    }
  }

  /** Reads up to the end of a stream; its data. */
  String body(int stream) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      Frame frame = read();
      if (frame.type == GOAWAY || (frame.type == RST_STREAM && frame.stream == stream)) {
        throw new IOException("instead of the end: " + frame + ", error " + frame.code());
      }
      if (frame.stream == stream && frame.type == DATA) {
        body.append(frame.text());
      }
      if (frame.stream == stream && frame.ends()) {
        return body.toString();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
