package dev.shunt.node.cdn;

import dev.shunt.node.cdn.Elements.Known;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A page on its way: links in its tags and style sheets are changed, all else passes, and the
 * result is the same however the page was cut in parts. It is tokenized as browsers do (WHATWG HTML
 * section 13.2.5), so far as tags decide it: scripts, comments, CDATA, templates and what no
 * browser reads are left alone. At most a tag is kept. For one page and one thread.
 */
final class HtmlRewriter {

  private enum State {
    TEXT,
    /** Behind a {@code <}, which is kept. */
    LESS,
    /** Behind a {@code </}, which is kept. */
    SLASH,
    TAG,
    DECLARATION,
    RAW,
    /** To the end of the page. */
    REST
  }

  /** Of the end of a style sheet, {@code </style}, so much is kept. */
  private static final int STYLE_END = 8;

  private static final int NOTHING = -1;

  private final Elements elements;
  private final PageLinks links;
  private final Output out;
  private final TagScanner tag = new TagScanner();
  private final Declaration declaration = new Declaration();
  private final RawText raw = new RawText();
  private final ForeignContent foreign = new ForeignContent();
  private final CssRewriter css;
  private final byte[] styleEnd = new byte[STYLE_END];

  private State state = State.TEXT;

  /** Whether a tag is not kept: its bytes pass as they come. */
  private boolean passing;

  private boolean closing;
  private boolean inStyle;
  private int styleEndLength;
  private int templates;
  private boolean hasBase;

  private ByteBuffer in = ByteBuffer.allocate(0);

  /** The first byte of the part that passes and was not given yet, or {@link #NOTHING}. */
  private int from = NOTHING;

  HtmlRewriter(Elements elements, PageLinks links, Output out) {
    this.elements = elements;
    this.links = links;
    this.out = out;
    this.css = new CssRewriter(links);
  }

  /** Takes a part of the page, all of it. */
  void take(ByteBuffer part) {
    in = part;
    from = keeps() ? NOTHING : part.position();
    int limit = part.limit();
    for (int i = part.position(); i < limit && state != State.REST; i++) {
      if (state == State.TEXT) {
        i = Names.indexOf((byte) '<', in, i, limit);
        if (i < limit) {
          keepFrom(i);
          state = State.LESS;
        }
      } else {
        i = afterRun(i, limit);
        if (i < limit) {
          take(part.get(i), i);
        }
      }
    }
    keepFrom(limit);
    part.position(limit);
  }

  /** The page is over, or its rest is to pass unchanged: gives what is kept. */
  void end() {
    switch (state) {
      case LESS -> out.write((byte) '<');
      case SLASH -> writeSlash();
      case TAG -> {
        if (!passing) {
          out.write(tag.bytes(), 0, tag.length());
        }
      }
      case RAW -> {
        if (inStyle) {
          endStyle();
        }
      }
      default -> {}
    }
    state = State.REST;
  }

  private boolean keeps() {
    return switch (state) {
      case LESS, SLASH -> true;
      case TAG -> !passing;
      case RAW -> inStyle;
      default -> false;
    };
  }

  /** The bytes from there on are kept, or changed. */
  private void keepFrom(int at) {
    if (from != NOTHING) {
      out.pass(in, from, at);
      from = NOTHING;
    }
  }

  /**
   * Takes bytes that are all alike: those of a value in quotes, those of a script or style sheet
   * that can't end there.
   *
   * @return where the first other one is
   */
  private int afterRun(int start, int limit) {
    if (state == State.TAG) {
      return tag.takeQuoted(in, start, limit);
    }
    if (state != State.RAW || !raw.isPlain()) {
      return start;
    }
    int end = Names.indexOf((byte) '<', in, start, limit);
    if (inStyle) {
      css.take(in, start, end, out);
    }
    return end;
  }

  private void take(byte b, int at) {
    switch (state) {
      case LESS -> afterLess(b, at);
      case SLASH -> afterSlash(b, at);
      case TAG -> inTag(b, at);
      case DECLARATION -> {
        if (declaration.take(b)) {
          state = State.TEXT;
        }
      }
      case RAW -> inRaw(b, at);
      default -> {}
    }
  }

  private void afterLess(byte b, int at) {
    if (Names.isLetter(b)) {
      beginTag(false, b);
    } else if (b == '/') {
      state = State.SLASH;
    } else {
      out.write((byte) '<');
      if (b == '<') {
        return; // The second one may begin a tag.
      }
      from = at;
      state = b == '!' || b == '?' ? State.DECLARATION : State.TEXT;
      if (b == '!') {
        declaration.begin(foreign.inside());
      } else {
        declaration.beginOther();
      }
    }
  }

  private void afterSlash(byte b, int at) {
    if (Names.isLetter(b)) {
      beginTag(true, b);
    } else {
      writeSlash();
      from = at;
      state = b == '>' ? State.TEXT : State.DECLARATION;
      declaration.beginOther();
    }
  }

  private void writeSlash() {
    out.write((byte) '<');
    out.write((byte) '/');
  }

  private void beginTag(boolean closes, byte b) {
    closing = closes;
    passing = false;
    state = State.TAG;
    tag.begin(closes);
    tag.take(b);
  }

  private void inTag(byte b, int at) {
    boolean ends = tag.take(b);
    if (!passing && !tag.whole()) {
      out.write(tag.bytes(), 0, tag.length());
      passing = true;
      from = at;
    }
    if (ends) {
      state = State.TEXT;
      int element = elements.find(tag.bytes(), tag.nameStart(), tag.nameEnd());
      Known known = Elements.known(element);
      if (closing) {
        give(at);
        closed(element, known);
      } else {
        opened(element, known, at);
      }
    }
  }

  /** Gives the tag that ends there as it came. */
  private void give(int at) {
    if (!passing) {
      out.write(tag.bytes(), 0, tag.length());
      from = at + 1;
    }
  }

  private void closed(int element, @Nullable Known known) {
    if (known == Known.TEMPLATE) {
      templates = Math.max(0, templates - 1);
    }
    if (element >= 0) {
      foreign.close(known, elements.breaksOut(element));
    }
  }

  private void opened(int element, @Nullable Known known, int at) {
    if (passing || templates > 0) {
      give(at);
    } else {
      links.tag(element, tag, out);
      from = at + 1;
    }
    boolean inForeign = foreign.inside();
    if (known != Known.ANNOTATION_XML || holdsHtml()) {
      boolean breaksOut = elements.breaksOut(element) || (known == Known.FONT && isFontOfHtml());
      foreign.open(known, tag.selfClosing(), breaksOut);
    }
    if (known == null || inForeign) {
      return;
    }
    if (known == Known.TEMPLATE) {
      templates++;
    } else if (known == Known.PLAINTEXT) {
      state = State.REST;
    } else if (known == Known.BASE && !hasBase && !passing && templates == 0) {
      hasBase = tag.find(PageNames.HREF) >= 0;
      links.base(tag);
    } else if (known == Known.META && !passing && isStateful()) {
      state = State.REST;
    } else if (Elements.isRaw(known)) {
      state = State.RAW;
      raw.begin(known.bytes());
      inStyle = known == Known.STYLE && !passing && templates == 0 && isCss();
      if (inStyle) {
        keepFrom(at + 1);
        css.begin();
        styleEndLength = 0;
      }
    }
  }

  /** Whether a page says that its letters may be written with the bytes of tags. */
  private boolean isStateful() {
    int charset = tag.find(PageNames.CHARSET);
    int content = tag.find(PageNames.CONTENT);
    return (charset >= 0 && tag.valueHas(charset, PageNames.STATEFUL))
        || (content >= 0 && tag.valueHas(content, PageNames.STATEFUL));
  }

  private boolean holdsHtml() {
    int encoding = tag.find(PageNames.ENCODING);
    return encoding >= 0
        && (tag.valueIs(encoding, PageNames.HTML) || tag.valueIs(encoding, PageNames.XHTML));
  }

  private boolean isFontOfHtml() {
    return tag.find(PageNames.COLOR) >= 0
        || tag.find(PageNames.FACE) >= 0
        || tag.find(PageNames.SIZE) >= 0;
  }

  /** Whether a style element has no other type than that of style sheets. */
  private boolean isCss() {
    int type = tag.find(PageNames.TYPE);
    return type < 0 || tag.valueIs(type, PageNames.NO_TYPE) || tag.valueIs(type, PageNames.CSS);
  }

  private void inRaw(byte b, int at) {
    RawText.Found found = raw.take(b);
    if (inStyle) {
      inStyle(b, found);
    }
    if (found == RawText.Found.END) {
      if (inStyle) {
        inStyle = false;
        from = at;
      }
      closing = true;
      passing = true;
      tag.beginAfterName();
      state = tag.take(b) ? State.TEXT : State.TAG;
    }
  }

  private void inStyle(byte b, RawText.Found found) {
    int kept = found == RawText.Found.PERHAPS ? raw.matched() - 1 : 0;
    if (found == RawText.Found.END) {
      css.end(out);
      out.write(styleEnd, 0, styleEndLength);
      styleEndLength = 0;
      return;
    }
    noStyleEnd(kept);
    if (found == RawText.Found.PERHAPS) {
      styleEnd[styleEndLength++] = b;
    } else {
      css.take(b, out);
    }
  }

  private void endStyle() {
    noStyleEnd(0);
    css.end(out);
  }

  /** What looked like the end of a style sheet was none, but for its last bytes. */
  private void noStyleEnd(int last) {
    for (int i = 0; i < styleEndLength - last; i++) {
      css.take(styleEnd[i], out);
    }
    styleEndLength = last;
  }
}
