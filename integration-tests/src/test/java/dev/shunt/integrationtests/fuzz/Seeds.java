package dev.shunt.integrationtests.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What a fuzzer begins with, and what was once a finding: one input a line, in which {@code \r},
 * {@code \n}, {@code \t}, {@code \\} and {@code \x41} stand for bytes. A line that begins with
 * {@code #} says what follows.
 */
final class Seeds {

  private Seeds() {}

  static List<byte[]> of(Fuzzer fuzzer) throws IOException {
    String file = "/fuzz/" + fuzzer.label() + ".txt";
    try (InputStream in = Objects.requireNonNull(Seeds.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Seeds::bytes)
          .toList();
    }
  }

  static byte[] bytes(String line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c != '\\') {
        bytes.write(c);
        continue;
      }
      char kind = line.charAt(at++);
      switch (kind) {
        case 'r' -> bytes.write('\r');
        case 'n' -> bytes.write('\n');
        case 't' -> bytes.write('\t');
        case '\\' -> bytes.write('\\');
        case 'x' -> {
          bytes.write(HexFormat.fromHexDigits(line, at, at + 2));
          at += 2;
        }
        default -> throw new IllegalArgumentException("\\" + kind + " in " + line);
      }
    }
    return bytes.toByteArray();
  }

  static String line(byte[] bytes) {
    StringBuilder line = new StringBuilder();
    for (byte b : bytes) {
      switch (b) {
        case '\r' -> line.append("\\r");
        case '\n' -> line.append("\\n");
        case '\t' -> line.append("\\t");
        case '\\' -> line.append("\\\\");
        default -> {
          boolean plain = b >= ' ' && b < 0x7F && (b != '#' || !line.isEmpty());
          line.append(plain ? Character.toString(b) : "\\x%02x".formatted(b));
        }
      }
    }
    return line.toString();
  }
}
