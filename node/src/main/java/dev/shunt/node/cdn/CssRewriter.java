package dev.shunt.node.cdn;

import java.nio.ByteBuffer;

/** A style sheet on its way: its links are changed, all else passes. For one thread. */
final class CssRewriter {

  /** A buffer checks each access to a byte: so many are copied at once. */
  private static final int COPIED = 1_024;

  private final byte[] copy = new byte[COPIED];
  private final CssScanner scanner = new CssScanner();
  private final PageLinks links;

  CssRewriter(PageLinks links) {
    this.links = links;
  }

  void begin() {
    scanner.begin();
  }

  void take(byte b, Output out) {
    CssScanner.Found found = scanner.take(b);
    before(found, out);
    if (found != CssScanner.Found.KEPT) {
      out.write(b);
    }
  }

  /** Takes a part of the input. */
  void take(ByteBuffer in, int from, int to, Output out) {
    for (int at = from; at < to; at += COPIED) {
      int count = Math.min(COPIED, to - at);
      in.get(at, copy, 0, count);
      take(count, out);
    }
  }

  /** Takes so many bytes of the copy. What is of no URL is written in one piece. */
  private void take(int count, Output out) {
    int written = 0;
    for (int i = 0; i < count; i++) {
      CssScanner.Found found = scanner.take(copy[i]);
      if (found != CssScanner.Found.NOTHING) {
        out.write(copy, written, i);
        written = found == CssScanner.Found.KEPT ? i + 1 : i;
        before(found, out);
      }
    }
    out.write(copy, written, count);
  }

  /** Writes the URL that has ended, if one has. */
  private void before(CssScanner.Found found, Output out) {
    if (found == CssScanner.Found.URL) {
      links.ofStyle(scanner.url(), scanner.length(), out);
      scanner.clear();
    } else if (found == CssScanner.Found.NO_URL) {
      end(out);
    }
  }

  /** The style sheet is over, or its rest is to pass unchanged. */
  void end(Output out) {
    out.write(scanner.url(), 0, scanner.length());
    scanner.clear();
  }
}
