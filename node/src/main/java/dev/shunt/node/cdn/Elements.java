package dev.shunt.node.cdn;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Elements by number: those that change how a page is read come first, in the order of {@link
 * Known}, then those that rules name. Immutable.
 */
final class Elements {

  /** What changes how a page is read. */
  enum Known {
    SCRIPT("script"),
    STYLE("style"),
    TEXTAREA("textarea"),
    TITLE("title"),
    XMP("xmp"),
    IFRAME("iframe"),
    NOEMBED("noembed"),
    NOFRAMES("noframes"),
    NOSCRIPT("noscript"),
    PLAINTEXT("plaintext"),
    TEMPLATE("template"),
    BASE("base"),
    META("meta"),
    SVG("svg"),
    MATH("math"),
    FOREIGN_OBJECT("foreignobject"),
    DESC("desc"),
    ANNOTATION_XML("annotation-xml"),
    MI("mi"),
    MO("mo"),
    MN("mn"),
    MS("ms"),
    MTEXT("mtext"),
    FONT("font");

    private final String name;

    @SuppressWarnings("ImmutableEnumChecker") // Nobody writes to it.
    private final byte[] bytes;

    Known(String name) {
      this.name = name;
      this.bytes = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Its name in lower case; not to be changed. */
    byte[] bytes() {
      return bytes;
    }
  }

  private static final List<Known> KNOWN = List.of(Known.values());

  /** Elements whose content is text without tags (WHATWG HTML section 13.2.6.2). */
  private static final Set<Known> RAW =
      EnumSet.of(
          Known.SCRIPT,
          Known.STYLE,
          Known.TEXTAREA,
          Known.TITLE,
          Known.XMP,
          Known.IFRAME,
          Known.NOEMBED,
          Known.NOFRAMES,
          Known.NOSCRIPT);

  /** Tags that end SVG and MathML around them (WHATWG HTML section 13.2.6.5). */
  private static final List<String> BREAK_OUT =
      List.of(
          "b",
          "big",
          "blockquote",
          "body",
          "br",
          "center",
          "code",
          "dd",
          "div",
          "dl",
          "dt",
          "em",
          "embed",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "head",
          "hr",
          "i",
          "img",
          "li",
          "listing",
          "menu",
          "meta",
          "nobr",
          "ol",
          "p",
          "pre",
          "ruby",
          "s",
          "small",
          "span",
          "strong",
          "strike",
          "sub",
          "sup",
          "table",
          "tt",
          "u",
          "ul",
          "var");

  private final List<String> all;
  private final Names names;
  private final boolean[] breaksOut;

  /**
   * @param named by rules, in lower case
   */
  Elements(Collection<String> named) {
    all = new ArrayList<>();
    KNOWN.forEach(known -> all.add(known.name));
    BREAK_OUT.stream().filter(name -> !all.contains(name)).forEach(all::add);
    named.stream().filter(name -> !all.contains(name)).distinct().forEach(all::add);
    names = new Names(all);
    breaksOut = new boolean[all.size()];
    for (int i = 0; i < breaksOut.length; i++) {
      breaksOut[i] = BREAK_OUT.contains(all.get(i));
    }
  }

  /** The number of an element, or {@link Names#UNKNOWN}. */
  int find(byte[] bytes, int from, int to) {
    return names.find(bytes, from, to);
  }

  /** The number of an element by its name in lower case, or {@link Names#UNKNOWN}. */
  int number(String name) {
    return all.indexOf(name);
  }

  /** The name in lower case. */
  String name(int element) {
    return element < 0 ? "" : all.get(element);
  }

  /** Null for one that does not change how a page is read. */
  static @Nullable Known known(int element) {
    return element >= 0 && element < KNOWN.size() ? KNOWN.get(element) : null;
  }

  static boolean isRaw(Known element) {
    return RAW.contains(element);
  }

  boolean breaksOut(int element) {
    return element >= 0 && breaksOut[element];
  }
}
