package dev.shunt.node.cdn;

import dev.shunt.node.cdn.ContentPolicy.Use;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of a page or style sheet, changed as the service's rules say. Where that fails, the
 * rest of the page's links stay as they are. For one thread.
 */
final class SiteLinks implements PageLinks {

  /** Of {@code link}: what is shown or run, not what leads on. */
  private static final byte[][] SHOWN = {
    bytes("stylesheet"),
    bytes("icon"),
    bytes("preload"),
    bytes("modulepreload"),
    bytes("prefetch"),
    bytes("apple-touch-icon"),
    bytes("apple-touch-icon-precomposed"),
    bytes("mask-icon")
  };

  private static final String LINK = "link";

  private static final Logger log = LoggerFactory.getLogger(SiteLinks.class);

  private final CdnSettings settings;
  private final CdnCounters counters;
  private final LinkText link = new LinkText();
  private final StyleText style = new StyleText();
  private final CssScanner css = new CssScanner();
  private final Edits edits = new Edits();

  private final ContentPolicy policy;

  /** The page's host, whatever its {@code base} says. */
  private final String own;

  private PageAddress page;

  /** Whether the tag that is read has a nonce. */
  private boolean nonce;

  private boolean failed;

  /**
   * @param policy what the page's head lets it load
   */
  SiteLinks(CdnSettings settings, CdnCounters counters, PageAddress page, ContentPolicy policy) {
    this.settings = settings;
    this.counters = counters;
    this.page = page;
    this.own = page.host();
    this.policy = policy;
  }

  CdnSettings settings() {
    return settings;
  }

  /** What stands in the place of a link in the page's head. */
  String ofHead(String url) {
    byte[] bytes = url.getBytes(StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder(url.length());
    Output out = new Output();
    out.begin(part -> text.append(StandardCharsets.ISO_8859_1.decode(part)));
    nonce = false;
    edit(bytes, bytes.length, out, () -> change(bytes, 0, bytes.length, false, LINK, "href"));
    out.flush();
    return text.toString();
  }

  /** For whatever reason: a page is worth more than its links. */
  private void fail(Throwable e) {
    failed = true;
    edits.begin();
    counters.failed();
    log.debug("links of a page of {}", own, e);
  }

  @Override
  public void base(TagScanner tag) {
    int href = tag.find(PageNames.HREF);
    if (href >= 0 && tag.valueStart(href) >= 0) {
      link.read(tag.bytes(), tag.valueStart(href), tag.valueEnd(href), true);
      page = page.resolve(link);
    }
  }

  @Override
  public void tag(int element, TagScanner tag, Output out) {
    nonce = tag.find(PageNames.NONCE) >= 0;
    edit(
        tag.bytes(),
        tag.length(),
        out,
        () -> {
          if (Elements.known(element) == Elements.Known.META) {
            policy(tag);
          }
          for (int i = 0; i < tag.attributes(); i++) {
            if (tag.valueStart(i) >= 0) {
              attribute(element, tag, i);
            }
          }
        });
  }

  /** Writes bytes with what was noted to be replaced in them, unless that fails. */
  private void edit(byte[] bytes, int length, Output out, Runnable noting) {
    edits.begin();
    if (!failed) {
      try {
        noting.run();
      } catch (RuntimeException e) {
        fail(e);
      }
    }
    edits.apply(bytes, length, out);
  }

  /** A page can bring a policy of its own (WHATWG HTML section 4.2.5.3). */
  private void policy(TagScanner tag) {
    int equiv = tag.find(PageNames.HTTP_EQUIV);
    int content = tag.find(PageNames.CONTENT);
    if (equiv >= 0 && content >= 0 && tag.valueIs(equiv, PageNames.POLICY)) {
      int from = Math.max(0, tag.valueStart(content));
      int length = Math.max(0, tag.valueEnd(content) - from);
      String text = new String(tag.bytes(), from, length, StandardCharsets.ISO_8859_1);
      policy.add(text.replaceAll("&(#39|#x27|#X27|apos);", "'"));
    }
  }

  private void attribute(int element, TagScanner tag, int at) {
    LinkAttributes all = settings.attributes();
    int attribute = all.find(tag.bytes(), tag.attributeStart(at), tag.attributeEnd(at));
    LinkAttributes.Form form = attribute < 0 ? null : all.form(element, attribute);
    if (form == null || !tag.isFirst(at)) {
      return;
    }
    String name = all.name(attribute);
    String of = all.elements().name(element);
    int from = tag.valueStart(at);
    int to = tag.valueEnd(at);
    switch (form) {
      case STYLE -> style(tag.bytes(), from, to, of);
      case LINK -> {
        if (isShown(of, tag)) {
          change(tag.bytes(), from, to, true, of, name);
        }
      }
      case SRCSET -> candidates(tag.bytes(), from, to, of, name);
    }
  }

  /** Whether a tag's link is one to something that the page shows, and may come from elsewhere. */
  private boolean isShown(String element, TagScanner tag) {
    boolean shown =
        switch (element) {
          case LINK -> hasShownRelation(tag);
          case "input" -> {
            int type = tag.find(PageNames.TYPE);
            yield type >= 0 && tag.valueIs(type, PageNames.IMAGE);
          }
          default -> true;
        };
    if (shown && tag.find(PageNames.INTEGRITY) >= 0 && tag.find(PageNames.CROSSORIGIN) < 0) {
      // From another host a browser checks it only with CORS, and else refuses it.
      counters.keptForIntegrity();
      return false;
    }
    return shown;
  }

  private static boolean hasShownRelation(TagScanner tag) {
    int rel = tag.find(PageNames.REL);
    if (rel < 0 || tag.valueStart(rel) < 0) {
      return false;
    }
    byte[] bytes = tag.bytes();
    int end = tag.valueEnd(rel);
    int from = tag.valueStart(rel);
    while (from < end) {
      int to = from;
      while (to < end && !Names.isSpace(bytes[to])) {
        to++;
      }
      for (byte[] shown : SHOWN) {
        if (Names.isName(shown, bytes, from, to)) {
          return true;
        }
      }
      from = to + 1;
    }
    return false;
  }

  /** Each candidate's link, as browsers read them (WHATWG HTML section 4.8.4.3.10). */
  private void candidates(byte[] bytes, int from, int to, String element, String name) {
    int i = from;
    while (i < to) {
      while (i < to && (Names.isSpace(bytes[i]) || bytes[i] == ',')) {
        i++;
      }
      int start = i;
      while (i < to && !Names.isSpace(bytes[i])) {
        i++;
      }
      int end = i;
      while (end > start && bytes[end - 1] == ',') {
        end--;
      }
      if (end > start) {
        change(bytes, start, end, true, element, name);
      }
      i = end < i ? i : afterDescriptor(bytes, i, to);
    }
  }

  /**
   * Behind the comma that ends a candidate's descriptors; one in parentheses ends nothing. There
   * are no parentheses within parentheses.
   */
  private static int afterDescriptor(byte[] bytes, int from, int to) {
    boolean inside = false;
    for (int i = from; i < to; i++) {
      if (bytes[i] == (inside ? ')' : '(')) {
        inside = !inside;
      } else if (bytes[i] == ',' && !inside) {
        return i + 1;
      }
    }
    return to;
  }

  private void style(byte[] bytes, int from, int to, String element) {
    if (!style.read(bytes, from, to)) {
      return;
    }
    css.begin();
    for (int i = 0; i <= style.length(); i++) {
      // A style attribute's end ends its last link too.
      CssScanner.Found found = css.take(i < style.length() ? style.at(i) : (byte) ')');
      if (found == CssScanner.Found.URL) {
        int start = style.inPage(i - css.length());
        change(bytes, start, style.inPage(i), true, element, LinkAttributes.STYLE);
      }
      if (found != CssScanner.Found.KEPT) {
        css.clear();
      }
    }
  }

  @Override
  public void ofStyle(byte[] url, int length, Output out) {
    nonce = false;
    edit(url, length, out, () -> change(url, 0, length, false, LinkAttributes.STYLE, ""));
  }

  /** Notes what becomes of one link. */
  private void change(
      byte[] bytes, int from, int to, boolean inAttribute, String element, String attribute) {
    LinkText.Form form = link.read(bytes, from, to, inAttribute);
    boolean whole = form == LinkText.Form.ABSOLUTE;
    if (!form.hasPath() || !(whole || page.isKnown())) {
      return;
    }
    boolean named = whole || form == LinkText.Form.NETWORK_PATH;
    String scheme = whole ? link.scheme() : page.scheme();
    String host = named ? PageAddress.usual(scheme, link.host()) : page.host();
    String before = form == LinkText.Form.RELATIVE_PATH ? page.directory() : "";
    String path = before + link.path();
    CdnHost cdn = settings.target(element, attribute, host, own, path);
    if (cdn == null || !cdn.holds(path)) {
      return;
    }
    if (policy.any()
        && !policy.allows(Use.of(element, attribute, ContentKind.of(link.path())), cdn, nonce)) {
      counters.keptForPolicy(own, cdn);
      return;
    }
    counters.changed();
    String front = cdn.url() + safe(before, inAttribute);
    edits.replace(from, link.pathInPage(), front.getBytes(StandardCharsets.ISO_8859_1));
    settings.version(bytes, link, inAttribute, edits);
  }

  /**
   * A part of the request's path as it may stand in a page: a client chose it, so nothing in it may
   * end an attribute or a style sheet's string.
   */
  private static String safe(String directory, boolean inAttribute) {
    StringBuilder text = new StringBuilder(directory.length());
    for (int i = 0; i < directory.length(); i++) {
      char c = directory.charAt(i);
      if (c == '&' && inAttribute) {
        text.append("&amp;");
      } else if (c <= ' ' || c > '~' || "\"'<>()\\`{}|^".indexOf(c) >= 0) {
        text.append("%%%02X".formatted(c & 0xff));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
