package dev.shunt.ops.lab;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/**
 * A page with a style sheet and pictures, whose links are relative; and those, which any demo
 * server has. A browser that has loaded the page says in it where each picture came from, and how
 * large it is.
 */
final class DemoPage {

  /** Where the page is. */
  static final String PATH = "/page";

  private static final String STYLE = "/style.css";
  private static final String PICTURE = "/picture.svg";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html>
      <head><title>A page</title><link rel="stylesheet" href="style.css"></head>
      <body>
      <img src="/picture.svg?1"><img src='picture.svg?2' srcset="picture.svg?3 1x">
      <div id="back"></div>
      <a href="/page">again</a>
      <script>
      window.onload = () => {
        const list = document.createElement("ul");
        const say = text => {
          const item = document.createElement("li");
          item.textContent = text;
          list.append(item);
        };
        for (const picture of document.images) {
          say(picture.currentSrc + " " + picture.naturalWidth + "x" + picture.naturalHeight);
        }
        say(getComputedStyle(document.getElementById("back")).backgroundImage);
        document.body.append(list);
      };
      </script>
      </body>
      </html>
      """;

  private DemoPage() {}

  /** Whether there is something at a path. */
  static boolean has(String path) {
    return path.equals(PATH) || path.equals(STYLE) || path.equals(PICTURE);
  }

  /** What is there; gzipped if the client takes that, and it is said so. */
  static byte[] content(HttpExchange exchange, String path) throws IOException {
    String type =
        switch (path) {
          case PATH -> "text/html; charset=utf-8";
          case STYLE -> "text/css";
          default -> "image/svg+xml";
        };
    exchange.getResponseHeaders().set("Content-Type", type);
    String text =
        switch (path) {
          case PATH -> PAGE;
          case STYLE -> "#back { width: 8px; height: 8px; background-image: url(picture.svg?4) }\n";
          default ->
              "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"32\"><rect width=\"64\" height=\"32\"/></svg>\n";
        };
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    if (accepted == null || !accepted.contains("gzip")) {
      return plain;
    }
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    exchange.getResponseHeaders().set("Vary", "Accept-Encoding");
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
      gzip.write(plain);
    }
    return coded.toByteArray();
  }
}
