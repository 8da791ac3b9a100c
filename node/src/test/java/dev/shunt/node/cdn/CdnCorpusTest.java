package dev.shunt.node.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.cdn.CorpusPages.Page;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A corpus of pages, rewritten. What another parser reads of them before and after differs in the
 * links alone that lead to the CDN by the rules, which {@link LinkOracle} says a second time.
 *
 * <p>That parser does as a browser without scripts, so what it reads in a {@code noscript} must be
 * as it was. A link with an attribute {@code data-kept} is written in a way that is left alone.
 */
class CdnCorpusTest {

  /**
   * A page is cut in parts of each size, as often as the first part may be shorter: so it is split
   * at each of its bytes with every size.
   */
  private static final List<Integer> SIZES = List.of(1, 2, 5, 16);

  /**
   * Where jsoup 1.21 differs from the standard: a script's escapes count for it in the head alone,
   * and an HTML tag in SVG does not end an element of SVG that is open (section 13.2.6.5).
   */
  private static final Set<String> READ_OTHERWISE =
      Set.of("script-escapes.html", "svg-breakout.html");

  private static final Map<String, Set<String>> LINKS =
      Map.ofEntries(
          Map.entry("img", Set.of("src", "srcset")),
          Map.entry("source", Set.of("src", "srcset")),
          Map.entry("video", Set.of("src", "poster")),
          Map.entry("audio", Set.of("src")),
          Map.entry("track", Set.of("src")),
          Map.entry("embed", Set.of("src")),
          Map.entry("object", Set.of("data")),
          Map.entry("input", Set.of("src")),
          Map.entry("script", Set.of("src")),
          Map.entry("link", Set.of("href", "imagesrcset")),
          Map.entry("image", Set.of("href", "xlink:href")),
          Map.entry("body", Set.of("background")),
          Map.entry("table", Set.of("background")),
          Map.entry("td", Set.of("background")),
          Map.entry("th", Set.of("background")));

  private static final String SHOWN =
      "(?is)(.*\\s)?(stylesheet|icon|preload|modulepreload|prefetch|apple-touch-icon"
          + "|apple-touch-icon-precomposed|mask-icon)(\\s.*)?";

  static Stream<Page> pages() throws IOException {
    return CorpusPages.all().stream();
  }

  @Test
  void thereAreManyPagesOfManyKinds() throws IOException {
    List<Page> all = CorpusPages.all();
    assertThat(all).hasSizeGreaterThanOrEqualTo(60);
    assertThat(all.stream().filter(page -> !TestPage.rewritten(page.text()).equals(page.text())))
        .hasSizeGreaterThanOrEqualTo(60);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void anySplitGivesTheSame(Page page) {
    String text = page.text();
    String expected = TestPage.rewritten(text);
    for (int size : SIZES) {
      for (int first = 1; first <= size; first++) {
        int[] ends =
            IntStream.iterate(first, end -> end <= text.length(), end -> end + size).toArray();
        assertThat(TestPage.rewrittenInParts(text, ends))
            .as("%d bytes, then parts of %d", first, size)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void onlyWhatABrowserReadsLeadsToTheCdn(Page page) {
    assertThat(TestPage.rewritten(page.text()))
        .doesNotContainPattern("cdn\\.example/([\\w.]+/)*no\\d*[./]")
        .doesNotContainPattern("(?<!cdn\\.example)/y\\d+\\.png");
  }

  static Stream<Page> pagesReadAlike() throws IOException {
    return pages().filter(page -> !READ_OTHERWISE.contains(page.name()));
  }

  @ParameterizedTest
  @MethodSource("pagesReadAlike")
  void anotherParserReadsTheSamePageWithLinksToTheCdn(Page page) {
    new Walk().compare(parse(page.text()), parse(TestPage.rewritten(page.text())));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void whatWasRewrittenStaysAsItIs(Page page) {
    String once = TestPage.rewritten(page.text());
    assertThat(TestPage.rewritten(once)).isEqualTo(once);
  }

  private static Document parse(String page) {
    return Jsoup.parse(page, "https://shop.example/dir/page.html", Parser.htmlParser());
  }

  /** Both trees at once, in the order of the page. */
  private static final class Walk {

    private LinkOracle oracle = LinkOracle.ofPage();
    private boolean hasBase;

    private void compare(Node before, Node after) {
      String what = before.nodeName() + " " + before.attributes();
      assertThat(after.nodeName()).isEqualTo(before.nodeName());
      assertThat(after.childNodeSize()).as(what).isEqualTo(before.childNodeSize());
      if (before instanceof Element element && after instanceof Element other) {
        attributes(element, other);
      } else if (isStyleSheet(before)) {
        oracle.style(
            ((DataNode) before).getWholeData(), ((DataNode) after).getWholeData(), false, what);
      } else {
        assertThat(after.outerHtml()).isEqualTo(before.outerHtml());
      }
      for (int i = 0; i < before.childNodeSize(); i++) {
        compare(before.childNode(i), after.childNode(i));
      }
    }

    private void attributes(Element before, Element after) {
      assertThat(after.attributesSize()).isEqualTo(before.attributesSize());
      for (Attribute attribute : before.attributes()) {
        attribute(before, attribute, after.attr(attribute.getKey()));
      }
      boolean base = before.tagName().equals("base") && before.hasAttr("href");
      if (base && !hasBase && isRead(before)) {
        hasBase = true;
        oracle = oracle.withBase(before.hasAttr("data-kept") ? "unknown:" : before.attr("href"));
      }
    }

    private void attribute(Element of, Attribute attribute, String after) {
      String name = attribute.getKey().toLowerCase(Locale.ROOT);
      String before = attribute.getValue();
      String what = of.tagName() + " " + attribute;
      boolean link =
          name.equals("style") || LINKS.getOrDefault(of.normalName(), Set.of()).contains(name);
      if (!link || of.hasAttr("data-kept") || !isRead(of)) {
        assertThat(after).as(what).isEqualTo(before);
      } else if (name.equals("style")) {
        oracle.style(before, after, true, what);
      } else if (name.endsWith("srcset")) {
        oracle.candidates(before, after, what);
      } else if (isShown(of)) {
        oracle.link(before, after, what);
      } else {
        assertThat(after).as(what).isEqualTo(before);
      }
    }

    private static boolean isShown(Element of) {
      return switch (of.normalName()) {
            case "link" -> of.attr("rel").matches(SHOWN);
            case "input" -> of.attr("type").equalsIgnoreCase("image");
            default -> true;
          }
          && (!of.hasAttr("integrity") || of.hasAttr("crossorigin"));
    }

    private static boolean isStyleSheet(Node node) {
      return node instanceof DataNode
          && node.parent() instanceof Element parent
          && parent.tag().namespace().equals(Parser.NamespaceHtml)
          && parent.normalName().equals("style")
          && (parent.attr("type").isEmpty() || parent.attr("type").equalsIgnoreCase("text/css"))
          && isRead(parent);
    }

    /** Whether a browser with scripts has that element in the page. */
    private static boolean isRead(Element element) {
      return element.parents().stream()
          .noneMatch(parent -> Set.of("template", "noscript").contains(parent.normalName()));
    }
  }
}
