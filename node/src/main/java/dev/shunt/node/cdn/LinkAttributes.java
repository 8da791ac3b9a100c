package dev.shunt.node.cdn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes of which elements hold links to what a page shows: those of HTML and SVG, and
 * those that rules name for an element of their own, such as the {@code data-src} of scripts that
 * load pictures late. Immutable.
 */
final class LinkAttributes {

  /** How an attribute holds links. */
  enum Form {
    /** One link. */
    LINK,
    /** Candidates with commas between (WHATWG HTML section 2.5.3, "srcset attributes"). */
    SRCSET,
    /** A style sheet's declarations. */
    STYLE
  }

  static final String STYLE = "style";
  private static final String SRCSET = "srcset";

  private static final Map<String, List<String>> STANDARD =
      Map.ofEntries(
          Map.entry("img", List.of("src", SRCSET)),
          Map.entry("source", List.of("src", SRCSET)),
          Map.entry("video", List.of("src", "poster")),
          Map.entry("audio", List.of("src")),
          Map.entry("track", List.of("src")),
          Map.entry("embed", List.of("src")),
          Map.entry("object", List.of("data")),
          Map.entry("input", List.of("src")),
          Map.entry("script", List.of("src")),
          Map.entry("link", List.of("href", "imagesrcset")),
          Map.entry("image", List.of("href", "xlink:href")),
          Map.entry("body", List.of("background")),
          Map.entry("table", List.of("background")),
          Map.entry("td", List.of("background")),
          Map.entry("th", List.of("background")));

  private final Elements elements;
  private final Names names;
  private final List<String> attributes;
  private final Map<Integer, Form[]> forms = new HashMap<>();
  private final int style;

  /**
   * @param rules whose elements and attributes are added
   */
  LinkAttributes(List<LinkRule> rules) {
    Map<String, Set<String>> all = new HashMap<>();
    STANDARD.forEach((element, of) -> all.put(element, new TreeSet<>(of)));
    for (LinkRule rule : rules) {
      for (String element : rule.elements()) {
        all.computeIfAbsent(element, _ -> new TreeSet<>()).addAll(rule.attributes());
      }
    }
    all.remove(STYLE);
    Set<String> distinct = new TreeSet<>(Set.of(STYLE));
    all.values().forEach(distinct::addAll);
    attributes = new ArrayList<>(distinct);
    names = new Names(attributes);
    style = attributes.indexOf(STYLE);
    elements = new Elements(new TreeSet<>(all.keySet()));
    all.forEach((element, of) -> forms.put(elements.number(element), forms(of)));
  }

  private Form[] forms(Set<String> of) {
    Form[] result = new Form[attributes.size()];
    for (String attribute : of) {
      result[attributes.indexOf(attribute)] = form(attribute);
    }
    return result;
  }

  private static Form form(String attribute) {
    if (attribute.equals(STYLE)) {
      return Form.STYLE;
    }
    return attribute.toLowerCase(Locale.ROOT).endsWith(SRCSET) ? Form.SRCSET : Form.LINK;
  }

  Elements elements() {
    return elements;
  }

  /** An attribute's number, or {@link Names#UNKNOWN}. */
  int find(byte[] bytes, int from, int to) {
    return names.find(bytes, from, to);
  }

  /** The name of an attribute. */
  String name(int attribute) {
    return attributes.get(attribute);
  }

  /**
   * How an attribute of an element holds links; null if it holds none.
   *
   * @param element its number, or {@link Names#UNKNOWN}
   * @param attribute its number
   */
  @Nullable Form form(int element, int attribute) {
    if (attribute == style) {
      return Form.STYLE;
    }
    Form[] of = forms.get(element);
    return of == null ? null : of[attribute];
  }
}
