package dev.shunt.node.cdn;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pages as sites have them, good ones and broken ones. Their files are UTF-8 with plain line ends,
 * whatever the page is: {@code ␀} stands for a NUL byte, and the name's endings say what else
 * becomes of it: {@code page.crlf.html} gets CRLF, {@code page.gbk.html} that charset. What is no
 * link for a browser, or stays for another reason, is called {@code no} and perhaps a number; what
 * is surely one {@code /y} and a number.
 */
final class CorpusPages {

  private static final Path FOLDER = Path.of("src", "test", "resources", "cdn-pages");

  private CorpusPages() {}

  /**
   * A page.
   *
   * @param text its bytes as characters of ISO 8859-1
   */
  record Page(String name, String text) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Page> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(CorpusPages::read).toList();
    }
  }

  private static Page read(Path file) {
    String name = file.getFileName().toString();
    List<String> words = Arrays.asList(name.split("\\."));
    Charset charset = StandardCharsets.UTF_8;
    try {
      String text = Files.readString(file).replace('\u2400', '\0');
      for (String word : words.subList(1, words.size() - 1)) {
        if (word.equals("crlf")) {
          text = text.replace("\n", "\r\n");
        } else {
          charset = Charset.forName(word);
        }
      }
      return new Page(name, new String(text.getBytes(charset), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
