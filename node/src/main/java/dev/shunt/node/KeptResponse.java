package dev.shunt.node;

import java.util.List;

/**
 * A response that a stage keeps whole, to be given to any number of requests ({@link
 * Exchange#answer(KeptResponse)}). Immutable, and so for many threads at once.
 */
public final class KeptResponse {

  private final int status;
  private final byte[] lines;
  private final byte[] body;

  /**
   * @param status 200 to 599
   * @param headers without those of message framing, which are added when it is given
   * @param body must not be changed any more: it is not copied
   * @throws IllegalArgumentException when the status is out of range
   */
  public KeptResponse(int status, List<PreparedHeader> headers, byte[] body) {
    this(checked(status), lines(new byte[0], headers), body);
  }

  private KeptResponse(int status, byte[] lines, byte[] body) {
    this.status = status;
    this.lines = lines;
    this.body = body;
  }

  private static int checked(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status: found " + status + ", allowed is 200 to 599");
    }
    return status;
  }

  private static byte[] lines(byte[] before, List<PreparedHeader> headers) {
    int length = before.length;
    for (PreparedHeader header : headers) {
      length += header.length();
    }
    byte[] lines = new byte[length];
    System.arraycopy(before, 0, lines, 0, before.length);
    int at = before.length;
    for (PreparedHeader header : headers) {
      header.copyTo(lines, at);
      at += header.length();
    }
    return lines;
  }

  /** The same response, and the same body in memory, with headers behind those there are. */
  public KeptResponse with(List<PreparedHeader> headers) {
    return new KeptResponse(status, lines(lines, headers), body);
  }

  public int status() {
    return status;
  }

  /** The headers, each with CR and LF; not to be changed. */
  public byte[] lines() {
    return lines;
  }

  /** Not to be changed. */
  public byte[] body() {
    return body;
  }
}
