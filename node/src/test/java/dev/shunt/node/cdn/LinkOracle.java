package dev.shunt.node.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must have become of a link under {@link TestPage#USUAL}, said a second time: by {@link URI},
 * by expressions, and by the HTML standard's steps for {@code srcset}.
 */
final class LinkOracle {

  private static final Set<String> ORIGINS = Set.of("shop.example", "www.shop.example");

  private static final Pattern ENDING =
      Pattern.compile(
          "(?is).*\\.(avif|bmp|gif|ico|jpe?g|png|svg|webp|css|m?js|eot|otf|ttf|woff2?|aac|flac|m4a"
              + "|m4v|mov|mp3|mp4|og[agv]|wav|webm)");

  /** White space and control characters within, a backslash; the last stands for a NUL byte. */
  private static final Pattern NOT_UNDERSTOOD =
      Pattern.compile("(?s)[^?#]*[\\x00- \\x7f\\\\\ufffd].*|///.*");

  private static final Pattern UNSAFE =
      Pattern.compile("[^!-~]|[\"<>^`{|}\\[\\]]|%(?![0-9A-Fa-f]{2})");

  /**
   * The parts of a style sheet: comments, URLs without quotes and with, those that are none,
   * strings, functions, names, ends. Groups: a URL without quotes, one with, a string.
   */
  private static final Pattern CSS =
      Pattern.compile(
          "(?is)/\\*.*?(?:\\*/|\\z)"
              + "|(?<![\\w@\\\\\\x80-\\xff-])url\\([ \\t\\r\\n\\f]*(?:([^\"'()\\\\ \\t\\r\\n\\f]*)[ \\t\\r\\n\\f]*\\)"
              + "|(?:\"([^\"\\\\\\r\\n\\f]*)\"|'([^'\\\\\\r\\n\\f]*)')|(?![\"'])(?:\\\\.|[^)\\\\])*(?:\\)|\\z))"
              + "|\"((?:\\\\.|[^\"\\\\\\r\\n\\f])*)(?:\"|(?=[\\r\\n\\f])|\\z)|'((?:\\\\.|[^'\\\\\\r\\n\\f])*)(?:'|(?=[\\r\\n\\f])|\\z)"
              + "|[\\w@\\x80-\\xff-](?:[\\w@\\x80-\\xff-]|\\\\.)*\\(?|\\\\.|[ \\t\\r\\n\\f]+|.");

  private final @Nullable URI base;

  private LinkOracle(@Nullable URI base) {
    this.base = base;
  }

  static LinkOracle ofPage() {
    return new LinkOracle(URI.create("https://shop.example/dir/page.html"));
  }

  /** After the page's {@code base}. */
  LinkOracle withBase(String href) {
    String link = stripped(href);
    return new LinkOracle(link.isEmpty() || link.startsWith("?") ? base : resolve(link));
  }

  /** Checks one link. */
  void link(String before, String after, String what) {
    URI from = resolve(stripped(before));
    if (from == null || !leadsToCdn(from)) {
      assertThat(after).as(what).isEqualTo(before);
      return;
    }
    assertThat(after).as(what).startsWith("https://cdn.example/").isNotEqualTo(before);
    URI to = resolve(stripped(after));
    assertThat(to).as(what).isNotNull();
    assertThat(tail(to)).as(what).isEqualTo(tail(from));
  }

  /** Checks a {@code srcset}. */
  void candidates(String before, String after, String what) {
    List<String> was = candidates(before);
    List<String> is = candidates(after);
    assertThat(is).as(what).hasSameSizeAs(was);
    for (int i = 0; i < was.size(); i += 2) {
      link(was.get(i), is.get(i), what);
      assertThat(is.get(i + 1)).as(what).isEqualTo(was.get(i + 1));
    }
  }

  /**
   * Checks a style sheet.
   *
   * @param attribute whether it is a style attribute, whose end ends a URL
   */
  void style(String before, String after, boolean attribute, String what) {
    List<String> was = style(before, attribute);
    List<String> is = style(after, attribute);
    assertThat(is).as(what).hasSameSizeAs(was);
    for (int i = 0; i < was.size(); i += 2) {
      assertThat(is.get(i)).as(what).isEqualTo(was.get(i));
      if (i + 1 < was.size()) {
        link(was.get(i + 1), is.get(i + 1), what);
      }
    }
  }

  private @Nullable URI resolve(String link) {
    if (base == null && !link.matches("(?is)https?://.*")) {
      return null;
    }
    if (NOT_UNDERSTOOD.matcher(link).matches()) {
      return null;
    }
    String safe =
        UNSAFE.matcher(link).replaceAll(m -> "%%%02X".formatted((int) m.group().charAt(0)));
    try {
      URI uri = new URI(safe);
      URI resolved = base == null ? uri : base.resolve(uri);
      boolean web = resolved.getScheme().matches("(?i)https?");
      return web && resolved.getHost() != null && resolved.getUserInfo() == null ? resolved : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static boolean leadsToCdn(URI link) {
    boolean secure = link.getScheme().equalsIgnoreCase("https");
    boolean usual = link.getPort() == -1 || link.getPort() == (secure ? 443 : 80);
    return usual
        && ORIGINS.contains(link.getHost().toLowerCase(Locale.ROOT))
        && ENDING.matcher(path(link)).matches();
  }

  private static String path(URI link) {
    String path =
        URI.create("/").resolve(link.getRawPath().replaceAll("(?i)%2e", ".")).normalize().getPath();
    return path.replaceAll("^(?:/\\.\\.)+(?=/|$)", "");
  }

  private static String tail(URI link) {
    return path(link) + "?" + link.getRawQuery() + "#" + link.getRawFragment();
  }

  private static String stripped(String link) {
    return link.replaceAll("^[\\x00- ]+|[\\x00- ]+$", "");
  }

  /** URLs, and behind each its descriptors (WHATWG HTML section 4.8.4.3.10). */
  private static List<String> candidates(String text) {
    List<String> found = new ArrayList<>();
    Matcher next = Pattern.compile("[\\s,]*([^\\s]+)").matcher(text);
    int at = 0;
    while (next.find(at) && next.start() == at) {
      String url = next.group(1).replaceAll(",+$", "");
      at = next.end();
      if (url.equals(next.group(1))) {
        Matcher descriptors = Pattern.compile("(?:\\([^)]*(?:\\)|$)|[^,(])*,?").matcher(text);
        descriptors.find(at);
        found.addAll(List.of(url, descriptors.group()));
        at = descriptors.end();
      } else if (!url.isEmpty()) {
        found.addAll(List.of(url, ""));
      }
    }
    return found;
  }

  /** Other text and URLs in turn. */
  private static List<String> style(String text, boolean attribute) {
    List<String> found = new ArrayList<>();
    Matcher part = CSS.matcher(text + (attribute ? ")" : ""));
    String function = "";
    boolean importing = false;
    int depth = 0;
    int from = 0;
    while (part.find()) {
      String all = part.group().toLowerCase(Locale.ROOT);
      int group = 1;
      while (group <= 5 && part.group(group) == null) {
        group++;
      }
      boolean inSet = function.endsWith("image-set(") && depth == 1;
      boolean string = group == 4 || group == 5;
      if (group <= 3 || (string && (importing || inSet) && !all.contains("\\"))) {
        found.add(text.substring(from, part.start(group)));
        found.add(part.group(group));
        from = part.end(group);
      }
      if (group == 2 || group == 3 || all.equals("(") || (all.endsWith("(") && depth > 0)) {
        depth++;
      } else if (all.endsWith("(") && all.length() > 1) {
        function = all;
        depth = 1;
      } else if (all.equals(")")) {
        depth = Math.max(0, depth - 1);
      } else if (all.matches("[{};]")) {
        depth = 0;
      }
      importing = all.equals("@import") || (importing && all.matches("(?s)\\s+|/\\*.*"));
    }
    found.add(text.substring(Math.min(from, text.length())));
    return found;
  }
}
