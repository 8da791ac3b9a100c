package dev.shunt.ops.lab;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads HTTP/1.1 responses from a byte stream, one after the other, and nothing more of the stream
 * than that. For one thread.
 */
final class HttpReader {

  /**
   * A response up to its body.
   *
   * @param headers by lower-case name; the last one counts
   */
  record Head(int status, Map<String, String> headers) {}

  private static final int MAX_LINE = 16_384;
  private static final int MAX_HEADERS = 200;
  private static final int HEX = 16;

  private final InputStream in;
  private boolean chunked;
  private boolean untilClose;

  /** Bytes left of the body, or of the current chunk. */
  private long left;

  private boolean done = true;

  /** {@code in} should be buffered. */
  HttpReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next final response's head; 1xx responses are passed over. The body before must be read.
   */
  Head head() throws IOException {
    while (true) {
      String[] status = line().split(" ", 3);
      if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
        throw new IOException("not a status line: " + String.join(" ", status));
      }
      Head head = new Head(Integer.parseInt(status[1]), headers());
      if (head.status() >= 200) {
        frame(head);
        return head;
      }
    }
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i <= MAX_HEADERS; i++) {
      String line = line();
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("not a header: " + line);
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    throw new IOException("more than " + MAX_HEADERS + " headers");
  }

  private void frame(Head head) throws IOException {
    String length = head.headers().get("content-length");
    chunked = "chunked".equalsIgnoreCase(head.headers().getOrDefault("transfer-encoding", ""));
    boolean empty = head.status() == 204 || head.status() == 304;
    untilClose = !empty && !chunked && length == null;
    left = 0;
    done = empty;
    if (empty) {
      return;
    }
    if (chunked) {
      nextChunk();
    } else if (length != null) {
      left = Long.parseLong(length);
      done = left == 0;
    }
  }

  /** Some bytes of the body, at most {@code buffer}'s length; -1 at its end. */
  int read(byte[] buffer) throws IOException {
    if (done) {
      return -1;
    }
    if (untilClose) {
      int count = in.read(buffer);
      done = count < 0;
      return count;
    }
    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
    if (count < 0) {
      throw new EOFException("closed within the body");
    }
    left -= count;
    if (left == 0) {
      if (chunked) {
        line();
        nextChunk();
      } else {
        done = true;
      }
    }
    return count;
  }

  /** The whole body; more than {@code max} bytes are an error. */
  byte[] body(int max) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    for (int count = read(buffer); count >= 0; count = read(buffer)) {
      body.write(buffer, 0, count);
      if (body.size() > max) {
        throw new IOException("more than " + max + " bytes of body");
      }
    }
    return body.toByteArray();
  }

  private void nextChunk() throws IOException {
    String size = line();
    int extension = size.indexOf(';');
    left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), HEX);
    if (left == 0) {
      headers();
      done = true;
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException(line.isEmpty() ? "closed" : "closed within a line");
      }
      if (line.length() >= MAX_LINE) {
        throw new IOException("a line of more than " + MAX_LINE + " bytes");
      }
      line.append((char) b);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }
}
