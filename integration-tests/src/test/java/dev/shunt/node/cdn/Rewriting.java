package dev.shunt.node.cdn;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.Meters;
import dev.shunt.node.cdn.ContentHeaders.Content;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Pages or style sheets of {@code https://shop.example/zq7/page.html} with their links changed, and
 * what must hold whatever they are.
 */
record Rewriting(boolean isCss) {

  /** Where links lead then; input in which it stands says nothing about what was inserted. */
  private static final String CDN = "https://cdn.zq7.example";

  private static final String MARK = "zq7";
  private static final String DIRECTORY = "/zq7/";

  private static final CdnSettings USUAL = settings(List.of(), "");
  private static final CdnSettings KEEP = settings(List.of("keep"), "");
  private static final CdnSettings VERSION = settings(List.of("path=/** to=" + CDN + "/x"), "v=1");

  /** A reference to a character, but for those whose names nobody needs in a host's. */
  private static final Pattern REFERENCE =
      Pattern.compile("&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));");

  /** What may be replaced in front of a path. */
  private static final Pattern REPLACED =
      Pattern.compile(
          "(?i)[\\x01- ]*(?:(?:https?:)?//(?:www\\.)?shop\\.example(?::443|:80)?)?",
          Pattern.DOTALL);

  private static final Pattern SPACE = Pattern.compile("[\\x01- ]*");

  private static final int LONGEST_REPLACED = 400;

  private static CdnSettings settings(List<String> rules, String version) {
    return CdnSettings.parse(List.of(CDN), Set.of("www.shop.example"), rules, version);
  }

  /** Checks an input. */
  void check(byte[] input) {
    String text = Oracle.text(input);
    Oracle.anyParts(input, parts -> rewritten(VERSION, input, parts));
    same(text, rewritten(KEEP, input, Parts.some(input)), "without links to change it passes");
    String changed = Oracle.anyParts(input, parts -> rewritten(USUAL, input, parts));
    same(
        changed,
        rewritten(USUAL, Oracle.bytes(changed), Parts.whole()),
        "links that lead to the CDN stay");
    // Behind a base another directory is inserted.
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.contains(MARK) && !lower.contains("base")) {
      List<String> parts = List.of(changed.split(Pattern.quote(CDN), -1));
      String first = parts.getFirst();
      require(
          text.startsWith(first) && restores(text, first.length(), parts, 1),
          "without what was inserted it is not the input: " + changed);
    }
  }

  private String rewritten(CdnSettings settings, byte[] input, Parts parts) {
    CdnCounters counters = new CdnCounters("test", InstantSource.system());
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Consumer<ByteBuffer> out =
        part -> {
          byte[] bytes = new byte[part.remaining()];
          part.get(bytes);
          written.writeBytes(bytes);
        };
    PageAddress page = PageAddress.of(true, "shop.example", DIRECTORY + "page.html");
    SiteLinks links = new SiteLinks(settings, counters, page, new ContentPolicy("https"));
    PageFilter filter = new PageFilter(links, isCss ? Content.STYLE : Content.PAGE);
    for (var piece : parts.cut(input)) {
      filter.filter(piece.nioBuffer(), false, out);
    }
    filter.filter(ByteBuffer.allocate(0), true, out);
    counters.tell(new NoFailures());
    return Oracle.text(written.toByteArray());
  }

  /**
   * Whether the input goes on as the parts do, with nothing between but what a link to the CDN
   * replaces.
   */
  private static boolean restores(String input, int at, List<String> parts, int next) {
    if (next == parts.size()) {
      return at == input.length();
    }
    String part = parts.get(next);
    boolean relative = part.startsWith(DIRECTORY);
    String own = relative ? part.substring(DIRECTORY.length()) : part;
    int last = Math.min(input.length() - own.length(), at + LONGEST_REPLACED);
    for (int from = at; from <= last; from++) {
      if (input.startsWith(own, from)
          && isReplaced(input.substring(at, from), relative)
          && restores(input, from + own.length(), parts, next + 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isReplaced(String text, boolean relative) {
    String read =
        REFERENCE
            .matcher(text)
            .replaceAll(found -> {
              boolean hex = found.group(1) != null;
              int character = Integer.parseInt(found.group(hex ? 1 : 2), hex ? 16 : 10);
              return character > ' ' && character < 0x7F && "\\$".indexOf(character) < 0
                  ? String.valueOf((char) character)
                  : "?";
            });
    return (relative ? SPACE : REPLACED).matcher(read).matches();
  }

  /** No link may fail, though a page would pass for all that. */
  private static final class NoFailures implements Meters {

    @Override
    public void counter(String name, LongSupplier value) {
      require(!name.equals("cdn_failed") || value.getAsLong() == 0, "links failed");
    }

    @Override
    public void gauge(String name, LongSupplier value) {}
  }
}
