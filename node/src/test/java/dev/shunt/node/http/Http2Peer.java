package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.ACK;
import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.SETTINGS;
import static dev.shunt.node.http.Http2Frames.fields;
import static dev.shunt.node.http.Http2Frames.joined;

import dev.shunt.node.http.Http2Frames.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One connection of a server that writes frames of HTTP/2 byte by byte (RFC 9113). */
final class Http2Peer {

  /** What is done with a connection. */
  @FunctionalInterface
  interface Script {
    void run(Http2Peer peer) throws IOException;
  }

  private static final int PREFACE = 24;

  private final RawServer.Peer peer;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);
  private Http2Headers headers = new DefaultHttp2Headers();

  private Http2Peer(RawServer.Peer peer) {
    this.peer = peer;
    this.in = new DataInputStream(peer.in());
  }

  /** A server that begins each connection with these settings, then does as it is told. */
  static RawServer server(Script script, byte[]... settings) throws IOException {
    return new RawServer(raw -> {
      Http2Peer peer = new Http2Peer(raw);
      peer.in.readFully(new byte[PREFACE]);
      peer.send(SETTINGS, 0, 0, joined(settings));
      try {
        script.run(peer);
      } catch (EOFException e) {
        assert e != null; // The node has closed, which is one way to end a script.
      }
    });
  }

  Http2Peer send(int type, int flags, int stream, byte[] payload) throws IOException {
    byte[] frame = Http2Frames.frame(type, flags, stream, payload);
    peer.send(frame, frame.length);
    return this;
  }

  /** Reads the next frame, and says yes to settings. */
  Frame read() throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    Frame frame =
        new Frame(
            in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), in.readNBytes(length));
    if (frame.type == SETTINGS && (frame.flags & ACK) == 0) {
      send(SETTINGS, ACK, 0, new byte[0]);
    }
    if (frame.type == HEADERS) {
      decode(frame);
    }
    return frame;
  }

  private void decode(Frame frame) throws IOException {
    ByteBuf block = Unpooled.wrappedBuffer(frame.payload);
    try {
      headers = hpack.decodeHeaders(frame.stream, block);
    } catch (Http2Exception e) {
      throw new IOException("the node's headers", e);
    }
  }

  /** Reads up to the next frame of a type. */
  Frame await(int type) throws IOException {
    Frame frame = read();
    while (frame.type != type) {
      frame = read();
    }
    return frame;
  }

  /** Reads up to the next request's head, or trailers; its stream. */
  int request() throws IOException {
    return await(HEADERS).stream;
  }

  /** The fields that came last. */
  Http2Headers headers() {
    return headers;
  }

  Http2Peer head(int stream, boolean last, String... more) throws IOException {
    return send(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, fields(more));
  }

  Http2Peer data(int stream, String text, boolean last) throws IOException {
    return send(DATA, last ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Answers with a 200. */
  Http2Peer answer(int stream, String text) throws IOException {
    return head(stream, false, ":status", "200").data(stream, text, true);
  }

  /** Answers every request, until the node leaves. */
  void answerAll(String text) throws IOException {
    while (true) {
      answer(request(), text);
    }
  }
}
