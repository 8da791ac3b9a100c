package dev.shunt.node.cdn;

import dev.shunt.node.BodyFilter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The body of a page or a style sheet, with its links changed. For one body and one thread. */
final class PageFilter implements BodyFilter {

  /** A mark of UTF-16 in front: its letters are two bytes. */
  private static final int MARK = 2;

  private final Output out = new Output();
  private final HtmlRewriter html;
  private final CssRewriter css;
  private final boolean isCss;
  private final byte[] mark = new byte[MARK];
  private int marked;
  private boolean untouched;

  PageFilter(SiteLinks links, ContentHeaders.Content content) {
    this.isCss = content == ContentHeaders.Content.STYLE;
    this.html = new HtmlRewriter(links.settings().attributes().elements(), links, out);
    this.css = new CssRewriter(links);
  }

  @Override
  public void filter(ByteBuffer in, boolean last, Consumer<ByteBuffer> to) {
    out.begin(to);
    while (marked < MARK && in.hasRemaining()) {
      mark[marked++] = in.get();
      if (marked == MARK) {
        untouched = isMark();
        take(ByteBuffer.wrap(mark));
      }
    }
    if (in.hasRemaining()) {
      take(in);
    }
    if (last) {
      if (marked < MARK) {
        take(ByteBuffer.wrap(mark, 0, marked).slice());
      }
      end();
    }
    out.flush();
  }

  private boolean isMark() {
    return (mark[0] == (byte) 0xFE && mark[1] == (byte) 0xFF)
        || (mark[0] == (byte) 0xFF && mark[1] == (byte) 0xFE);
  }

  private void take(ByteBuffer in) {
    if (untouched) {
      out.pass(in, in.position(), in.limit());
    } else if (isCss) {
      css.take(in, in.position(), in.limit(), out);
    } else {
      html.take(in);
    }
  }

  private void end() {
    if (!untouched && isCss) {
      css.end(out);
    } else if (!untouched) {
      html.end();
    }
  }
}
