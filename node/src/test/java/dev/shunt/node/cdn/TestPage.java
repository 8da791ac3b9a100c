package dev.shunt.node.cdn;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** Rewrites a page of {@code https://shop.example/dir/page.html}, cut wherever a test wants it. */
final class TestPage {

  static final CdnSettings USUAL =
      CdnSettings.parse(List.of("https://cdn.example"), Set.of("www.shop.example"), List.of(), "");

  private final CdnCounters counters = new CdnCounters("test", InstantSource.system());
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PageFilter filter;

  private TestPage(CdnSettings settings) {
    PageAddress page = PageAddress.of(true, "shop.example", "/dir/page.html?q=/x/");
    SiteLinks links = new SiteLinks(settings, counters, page, new ContentPolicy("https"));
    filter = new PageFilter(links, ContentHeaders.Content.PAGE);
  }

  static String rewritten(String page) {
    return rewritten(USUAL, page);
  }

  static String rewritten(CdnSettings settings, String page) {
    byte[] bytes = page.getBytes(StandardCharsets.ISO_8859_1);
    return new TestPage(settings).rewrite(bytes, new int[] {bytes.length});
  }

  /** The same of a page that comes in parts that end there. */
  static String rewrittenInParts(String page, int... ends) {
    return new TestPage(USUAL).rewrite(page.getBytes(StandardCharsets.ISO_8859_1), ends);
  }

  /** How many links stayed for their integrity. */
  static long keptForIntegrity(String page) {
    TestPage test = new TestPage(USUAL);
    byte[] bytes = page.getBytes(StandardCharsets.ISO_8859_1);
    test.rewrite(bytes, new int[] {bytes.length});
    return test.counters.linksKeptForIntegrity();
  }

  private String rewrite(byte[] page, int[] ends) {
    int from = 0;
    for (int end : ends) {
      take(page, from, end, false);
      from = end;
    }
    take(page, from, page.length, true);
    return written.toString(StandardCharsets.ISO_8859_1);
  }

  private void take(byte[] page, int from, int to, boolean last) {
    filter.filter(
        ByteBuffer.wrap(page, from, to - from).slice(),
        last,
        part -> {
          byte[] bytes = new byte[part.remaining()];
          part.get(bytes);
          written.writeBytes(bytes);
        });
  }
}
