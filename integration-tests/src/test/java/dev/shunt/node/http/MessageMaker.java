package dev.shunt.node.http;

import dev.shunt.integrationtests.fuzz.Oracle;
import java.util.SplittableRandom;

/** Makes streams of messages: good ones, shapes that smuggle, and damage. A seed decides all. */
final class MessageMaker {

  // Of each the first one is good.
  private static final String[] METHODS = {
    "GET", "POST", "PUT", "HEAD", "OPTIONS", "X", "get", "CONNECT", "TRACE", "G T", "G@T", ""
  };
  private static final String[] TARGETS = {
    "/",
    "/a?b=c",
    "/%41/../x",
    "*",
    "http://a/",
    "HTTP://a",
    "http://b/",
    "https://a?x",
    "a",
    "",
    "/a b",
    "/#f",
    "/\u00e9",
    "//a",
    "/\t",
    "a:443",
    "http:///x",
    "http://a@b/"
  };
  private static final String[] VERSIONS = {
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/2.0",
    "HTTP/1.2",
    "http/1.1",
    "HTTP/1.10",
    "HTTP/01.1",
    "HTTP/1.1 ",
    "HTTP/ 1.1",
    ""
  };
  private static final String[] STATUSES = {
    "200 OK",
    "200",
    "200 ",
    "204 No Content",
    "304 Not Modified",
    "100 Continue",
    "101 Switching Protocols",
    "404 Not\tFound",
    "500 \u00e9",
    "99 X",
    "600 X",
    "2000 X",
    "20x X",
    "200  OK",
    "200\tOK",
    "200 a\0b",
    "103 Early Hints",
    "205 Reset Content"
  };
  private static final String[] FIELDS = {
    "X: y",
    "X:y",
    "X:  y \t",
    "X:",
    "X: \u00e9",
    "Cookie: a=b; c=d",
    "X : y",
    " X: y",
    "X\t: y",
    ": y",
    "X",
    "X: a\0b",
    "X: a\rb",
    "X: a\nb",
    "X: a\u007fb",
    "X(y): z",
    "X: y\r\n folded",
    "X: y\r\n\tfolded",
    "Expect: 100-continue",
    "Expect: tea",
    "TE: trailers",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: upgrade\r\nUpgrade: websocket",
    "Connection: host",
    "Connection: upgrade, http2-settings\r\nUpgrade: h2c",
    "Connection: content-length",
    "Connection: transfer-encoding",
    "Connection: x,,y ,",
    "Connection: a;b",
    "Upgrade: tls",
    "Keep-Alive: 5",
    "Trailer: X",
    "Proxy-Connection: close"
  };
  private static final String[] HOSTS = {
    "Host: a",
    "hOST:a",
    "Host: a:80",
    "Host: [::1]:8",
    "Host:",
    "Host: a, b",
    "Host: a b",
    "Host: a\r\nHost: a",
    "Host: a\r\nHost: b",
    "Host: a@b",
    "Host: a/b",
    "Host: a:b",
    "Host : a",
    "Host: a:",
    "X-Host: a",
    "Host: \u00e9"
  };
  private static final String[] LENGTHS = {
    "Content-Length: %d",
    "content-length:%d",
    "Content-Length: 0%d",
    "Content-Length: +%d",
    "Content-Length: -%d",
    "Content-Length: 0x%d",
    "Content-Length: %d, %<d",
    "Content-Length: %d\r\nContent-Length: %<d",
    "Content-Length: %d\r\nContent-Length: 0",
    "Content-Length: %d 0",
    "Content-Length: %d;",
    "Content-Length : %d",
    "Content_Length: %d",
    "Content-Length: 99999999999999999999%d",
    "Content-Length:\u000b%d",
    "Content-Length:\r\n %d"
  };
  private static final String[] ENCODINGS = {
    "Transfer-Encoding: chunked",
    "transfer-encoding:chunked",
    "Transfer-Encoding: CHUNKED",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding:\u000bchunked",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding:",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer_Encoding: chunked",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: chunked,",
    "Transfer-Encoding: ,chunked",
    "Transfer-Encoding\0: chunked"
  };
  private static final String[] EXTENSIONS = {
    "",
    ";a",
    ";a=b",
    ";a=\"b;c\"",
    ";a=\"b\\\"c\"",
    " ;a",
    "; a = b",
    ";",
    ";a=\"\r\n",
    ";a\nb",
    ";a\rb",
    " ",
    "\t",
    ";a=\"b",
    ";\u00e9",
    ";a=\"b\"c",
    ";a=",
    ";=b"
  };
  private static final String[] TRAILERS = {
    "",
    "X: y\r\n",
    "A: b\r\nC: d\r\n",
    "Content-Length: 5\r\n",
    "Host: b\r\n",
    "X : y\r\n",
    " X: y\r\n",
    "X: a\nb\r\n",
    "X\r\n",
    "Transfer-Encoding: chunked\r\n",
    "X-Forwarded-For: 192.0.2.1\r\n"
  };
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String ODD = "\r\n \t:\0/\u007f\u00ff,;A0\u000b\u0085";

  private static final int WILDEST = 1;
  private static final int TAMEST = 12;

  private final SplittableRandom random;

  /** One of so many parts is not the good one. */
  private int tame = WILDEST;

  MessageMaker(long seed) {
    random = new SplittableRandom(seed);
  }

  byte[] requests() {
    return stream(true);
  }

  byte[] responses() {
    return stream(false);
  }

  private byte[] stream(boolean requests) {
    tame = random.nextInt(WILDEST, TAMEST);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      text.append(message(requests));
    }
    for (int i = oneOf(4) ? random.nextInt(1, 4) : 0; i > 0; i--) {
      damage(text);
    }
    return Oracle.bytes(text.toString());
  }

  private String message(boolean requests) {
    StringBuilder text = new StringBuilder(oneOf(12) ? "\r\n" : "");
    if (requests) {
      text.append(mostly(METHODS)).append(' ').append(mostly(TARGETS)).append(' ');
      text.append(mostly(VERSIONS)).append(lineEnd()).append(mostly(HOSTS)).append(lineEnd());
    } else {
      text.append(mostly(VERSIONS)).append(' ').append(mostly(STATUSES)).append(lineEnd());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append(mostly(FIELDS)).append(lineEnd());
    }
    String data = SMUGGLED.substring(random.nextInt(SMUGGLED.length()));
    return switch (random.nextInt(6)) {
      case 0, 1 -> text + lineEnd();
      case 2 -> text + length(data) + lineEnd() + lineEnd() + data;
      case 3, 4 -> text + mostly(ENCODINGS) + lineEnd() + lineEnd() + chunks(data);
      default -> text + both(data) + lineEnd() + lineEnd() + data;
    };
  }

  private String both(String data) {
    String other = oneOf(2) ? mostly(ENCODINGS) : "Connection: keep-alive";
    return other + lineEnd() + length(data);
  }

  private String length(String data) {
    return mostly(LENGTHS).formatted(data.length());
  }

  private String chunks(String data) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < data.length(); ) {
      int end = Math.min(data.length(), at + random.nextInt(1, 20));
      int said = oneOf(20 * tame) ? end - at + random.nextInt(-1, 2) : end - at;
      text.append(oneOf(20 * tame) ? pick("+", "-", "0x", " ", "\t", "00000000000000000") : "");
      text.append(oneOf(2) ? "0" : "").append(Integer.toHexString(said));
      text.append(mostly(EXTENSIONS)).append(lineEnd());
      text.append(data, at, end).append(lineEnd());
      at = end;
    }
    return text + "0" + mostly(EXTENSIONS) + lineEnd() + mostly(TRAILERS) + lineEnd();
  }

  private String lineEnd() {
    return oneOf(30 * tame) ? pick("\n", "\r", "\r\r\n", "\n\r", " \r\n", "") : "\r\n";
  }

  private void damage(StringBuilder text) {
    int at = random.nextInt(text.length());
    char c = ODD.charAt(random.nextInt(ODD.length()));
    switch (random.nextInt(4)) {
      case 0 -> text.setCharAt(at, c);
      case 1 -> text.insert(at, c);
      case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 9)));
      default -> text.deleteCharAt(at);
    }
  }

  private String mostly(String[] from) {
    return oneOf(tame) ? pick(from) : from[0];
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }

  private boolean oneOf(int chances) {
    return random.nextInt(chances) == 0;
  }
}
