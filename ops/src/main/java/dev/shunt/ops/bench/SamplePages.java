package dev.shunt.ops.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Pages like those of sites, of {@code https://shop.example/dir/page.html}, made from a seed: in
 * every run the same.
 *
 * <p>Tags in which a link is changed have one space between attributes and double quotes around
 * values, because lol-html writes a tag that it changes that way: so both results can be compared
 * byte by byte.
 */
final class SamplePages {

  /** Sizes a decade apart, by name. */
  private static final List<Size> SIZES =
      List.of(new Size("10KB", 10_000), new Size("100KB", 100_000), new Size("1MB", 1_000_000));

  private static final String[] WORDS =
      """
      the of and to in is that for it as was with on be by at this which or from an are not but have \
      market station evening railway harbour council winter morning village engineer captain record \
      glass timber copper garden kettle ribbon lantern saddle anchor orchard meadow granite pepper \
      said found made called later early small large quiet bright across between after before while\
      """
          .split("\\s+");

  private record Size(String name, int bytes) {}

  /**
   * A page.
   *
   * @param what for people
   * @param text of ASCII characters
   */
  record Page(String name, String what, String text) {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    int size() {
      return text.length();
    }
  }

  /** What pages are made of. */
  enum Kind {
    SHOP("a shop's products", SamplePages::product),
    ARTICLE("text with some pictures", SamplePages::section),
    LINKS("a list of links", SamplePages::entry),
    SCRIPT("mostly inline scripts and styles", SamplePages::inline),
    SVG("inline SVG", SamplePages::drawing);

    private final String what;

    @SuppressWarnings("ImmutableEnumChecker") // A method.
    private final Function<SplittableRandom, String> block;

    Kind(String what, Function<SplittableRandom, String> block) {
      this.what = what;
      this.block = block;
    }
  }

  private SamplePages() {}

  /** A page of each kind and size. */
  static List<Page> all() {
    return Stream.of(Kind.values())
        .flatMap(kind -> SIZES.stream().map(size -> page(kind, size)))
        .toList();
  }

  /** The names of a kind's pages, by size. */
  static List<String> names(Kind kind) {
    return SIZES.stream().map(size -> name(kind, size)).toList();
  }

  private static String name(Kind kind, Size size) {
    return kind.name().toLowerCase(Locale.ROOT) + "-" + size.name();
  }

  private static Page page(Kind kind, Size size) {
    SplittableRandom random = new SplittableRandom(7_919L * kind.what.length() + size.bytes());
    String foot = foot(random);
    StringBuilder page = new StringBuilder(size.bytes() + 4_096);
    page.append(head(random));
    while (page.length() + foot.length() < size.bytes()) {
      page.append(kind.block.apply(random));
    }
    return new Page(name(kind, size), kind.what, page.append(foot).toString());
  }

  private static String head(SplittableRandom random) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%1$s &amp; more &ndash; Shop</title>
    <link rel="canonical" href="https://shop.example/dir/page.html">
    <link rel="stylesheet" href="/static/css/main.css?v=%2$d">
    <link rel="preload" href="/static/fonts/text.woff2" as="font" type="font/woff2" crossorigin>
    <link rel="icon" href="//www.shop.example/favicon.ico">
    <link rel="stylesheet" href="https://fonts.other.example/css?family=Text:400,700&amp;display=swap">
    <meta property="og:image" content="https://shop.example/static/img/share-%2$d.jpg">
    <style>
    :root { --accent: #%2$06x; --gap: 12px }
    body { margin: 0; font: 16px/1.5 Text, sans-serif; background: #fff url(/static/img/paper.png) }
    .top > a[href^="/"]:hover { color: var(--accent) } /* a < b */
    </style>
    <script src="/static/js/app.js" defer></script>
    </head>
    <body class="page">
    <header class='top'><a href="/"><img src="/static/img/logo.svg" alt="Shop" width="120" height="40"></a>
    <nav><ul><li><a href="/new">New</a></li><li><a href="/sale?from=top&amp;p=1">Sale</a></li><li><a href=/help>Help</a></li></ul></nav></header>
    <main>
    """
        .formatted(text(random, 3), random.nextInt(1 << 24));
  }

  private static String foot(SplittableRandom random) {
    return """
    </main>
    <footer><p>&copy; Shop. <a href="/terms">Terms</a> <a href="/privacy">Privacy</a></p></footer>
    <script>window.page = {id: %d, beacon: "/b?x=1", html: "<b>no tag<\\/b>"};</script>
    <script src="https://tags.other.example/t.js" async></script>
    </body>
    </html>
    """
        .formatted(random.nextInt(1_000_000));
  }

  private static String product(SplittableRandom random) {
    int id = random.nextInt(100_000);
    return """
    <article class="card" data-id="%1$d" data-track='{"list":"main","id":%1$d}'>
      <a href="/p/%1$d-%2$s?ref=list&amp;pos=3"><picture>
        <source type="image/webp" srcset="/img/p/%1$d-400.webp 400w, /img/p/%1$d-800.webp 800w" sizes="(max-width: 600px) 50vw, 300px">
        <img src="/img/p/%1$d-400.jpg" srcset="/img/p/%1$d-400.jpg 1x, /img/p/%1$d-800.jpg 2x" alt="%3$s" loading="lazy" width="400" height="400">
      </picture></a>
      <h3 class="name"><a href="/p/%1$d-%2$s">%3$s</a></h3>
      <p class="price" style="color: var(--accent)">&euro;&nbsp;%4$d.99 <s>%5$d.99</s></p>
      <p>%6$s</p>
      <form action="/cart" method="post"><input type="hidden" name="id" value="%1$d"><button class="buy" disabled>Add</button></form>
    </article>
    """
        .formatted(
            id,
            word(random),
            text(random, 4),
            random.nextInt(5, 300),
            random.nextInt(300, 400),
            text(random, 16));
  }

  private static String section(SplittableRandom random) {
    return """
    <h2 id="s%1$d">%2$s</h2>
    <p>%3$s <em>%4$s</em> %5$s <a href="/dir/%6$s.html" title="%4$s">%4$s</a>. %7$s</p>
    <p>%8$s &ldquo;%9$s&rdquo;<br>%10$s</p>
    <figure><img src="img/%6$s-%1$d.jpg" alt="%4$s"><figcaption>%4$s</figcaption></figure>
    <p>%11$s</p>
    """
        .formatted(
            random.nextInt(10_000),
            text(random, 5),
            text(random, 60),
            text(random, 3),
            text(random, 25),
            word(random),
            text(random, 70),
            text(random, 40),
            text(random, 12),
            text(random, 80),
            text(random, 90));
  }

  private static String entry(SplittableRandom random) {
    return """
    <li class="item"><img src="https://www.shop.example/i/%1$s.png" width="16" height="16" alt=""> <a href="https://news.example/%1$s/%2$d" rel="nofollow" target=_blank>%3$s</a> <span class="by">%1$s, <a href="/from/%4$s">%4$s</a></span></li>
    """
        .formatted(word(random), random.nextInt(100_000), text(random, 7), word(random));
  }

  private static String inline(SplittableRandom random) {
    StringBuilder script = new StringBuilder("<script>\n(function () {\n");
    StringBuilder style = new StringBuilder("<style>\n");
    for (int i = 0; i < 24; i++) {
      script.append(
          """
            var %1$s%2$d = {name: "%3$s", url: "/img/%1$s.png", html: '<img src="/img/%1$s.png">'};
            if (%1$s%2$d.name.length < %2$d && window.%1$s) { window.%1$s(%1$s%2$d, function (a) { return a << 2; }); }
          """
              .formatted(word(random), random.nextInt(1_000), text(random, 3)));
      style.append(
          """
          .%1$s-%2$d > .%3$s { margin: 0 %4$dpx; background: url("/img/%3$s.png") no-repeat; color: #%2$03d }
          """
              .formatted(word(random), random.nextInt(1_000), word(random), random.nextInt(64)));
    }
    return "%s}());\n</script>\n%s</style>\n<div class=\"app\"><img src=\"/img/%s.gif\" alt=\"\"></div>\n"
        .formatted(script, style, word(random));
  }

  private static String drawing(SplittableRandom random) {
    StringBuilder paths = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      paths.append("<path class=\"line\" d=\"M");
      for (int at = 0; at < 12; at++) {
        paths.append(
            "%d.%d %d.%dc-"
                .formatted(
                    random.nextInt(100),
                    random.nextInt(100),
                    random.nextInt(100),
                    random.nextInt(100)));
      }
      paths.append("z\" fill=\"none\"/>\n<circle cx='4' cy='").append(i).append("' r='2'/>");
    }
    return """
    <div class="icon"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img"><title>%1$s</title>
    <g transform="translate(2 2)">%2$s<use href="#%1$s"/><image href="/img/%1$s.png" width="20" height="20"></image></g></svg><span>%3$s</span></div>
    """
        .formatted(word(random), paths, text(random, 4));
  }

  private static String text(SplittableRandom random, int words) {
    StringBuilder text = new StringBuilder(word(random));
    for (int i = 1; i < words; i++) {
      text.append(' ').append(word(random));
    }
    return text.toString();
  }

  private static String word(SplittableRandom random) {
    return WORDS[random.nextInt(WORDS.length)];
  }
}
