package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.cdn.PageRewriter;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Rewrites pages over and over: the side of Shunt in {@code bench cdn}, in a JVM of its own with
 * the flags of a daemon. {@code lol-html/rewrite.mjs} is the other one, and answers the same.
 *
 * <p>It first leaves each page's result beside the page and says with what it works. Then a line
 * with a page's name and milliseconds is answered by a line with how often it rewrote the page in
 * that time or a little more, the nanoseconds that took, and how many bytes that gave.
 */
public final class RewriteWorker {

  static final String PAGE = ".html";

  /** This side's, and the ending of its results. */
  static final String NAME = "shunt";

  /** Pages come in parts of so many bytes. */
  private static final int PART = 16_384;

  private static final String HOST = "shop.example";
  private static final String TARGET = "/dir/page.html";

  /** Links in style sheets stay, which lol-html does not read. Else all is as usual. */
  private static final List<String> RULES =
      List.of("keep element=style", "keep attribute=style", "kind=image,style,script,font,media");

  private final Ticker ticker;
  private final PageRewriter rewriter;
  private final Map<String, byte[]> pages = new HashMap<>();

  /** What parts are copied to, as a proxy does. */
  private final byte[] copy = new byte[1 << 20];

  private long written;

  /**
   * @param clock of the node's warnings
   */
  public RewriteWorker(Ticker ticker, InstantSource clock) {
    this.ticker = ticker;
    this.rewriter =
        new PageRewriter(List.of("https://cdn.example"), Set.of("www." + HOST), RULES, clock);
  }

  /**
   * Works until there are no more questions.
   *
   * @param dir with the pages, {@code NAME.html}
   */
  public void run(Path dir, BufferedReader in, PrintStream out) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.filter(file -> file.toString().endsWith(PAGE)).toList()) {
        String name = file.getFileName().toString().replace(PAGE, "");
        byte[] page = Files.readAllBytes(file);
        pages.put(name, page);
        Files.write(dir.resolve(name + "." + NAME), rewritten(page));
      }
    }
    out.println("Java " + Runtime.version());
    out.flush();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      out.println(timed(words[0], Duration.ofMillis(Long.parseLong(words[1]))));
      out.flush();
    }
  }

  private String timed(String name, Duration least) {
    byte[] page = pages.getOrDefault(name, new byte[0]);
    written = 0;
    long times = 0;
    long begin = ticker.nanos();
    long nanos;
    do {
      rewrite(page, this::take);
      times++;
      nanos = ticker.nanos() - begin;
    } while (nanos < least.toNanos());
    return "%d %d %d".formatted(times, nanos, written);
  }

  private void take(ByteBuffer part) {
    int length = part.remaining();
    part.get(copy, 0, length);
    written += length;
  }

  private byte[] rewritten(byte[] page) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    rewrite(
        page,
        part -> {
          int length = part.remaining();
          part.get(copy, 0, length);
          result.write(copy, 0, length);
        });
    return result.toByteArray();
  }

  private void rewrite(byte[] page, Consumer<ByteBuffer> to) {
    var filter = rewriter.page(HOST, TARGET);
    for (int at = 0; at < page.length; at += PART) {
      int length = Math.min(PART, page.length - at);
      filter.filter(ByteBuffer.wrap(page, at, length).slice(), false, to);
    }
    filter.filter(ByteBuffer.allocate(0), true, to);
  }
}
