package dev.shunt.node.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a PEM file (RFC 7468), in order; text around them is skipped. */
record PemFile(Path path, List<Part> parts) {

  /** A chain of a few certificates takes a hundredth of it. */
  static final int MAX_BYTES = 1 << 20;

  private static final Pattern PART =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");

  /** What stands between a BEGIN and an END: an encoded structure and what it is said to be. */
  static final class Part {
    final String label;
    final byte[] encoded;

    Part(String label, byte[] encoded) {
      this.label = label;
      this.encoded = encoded;
    }
  }

  static PemFile read(Path path) throws TlsFileException {
    String text = new String(bytes(path), StandardCharsets.ISO_8859_1);
    List<Part> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    while (matcher.find()) {
      try {
        // An encrypted key has header lines, which no Base64 has, and is told by its label.
        parts.add(new Part(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
      } catch (IllegalArgumentException _) {
        long line = text.substring(0, matcher.start()).lines().count() + 1;
        throw new TlsFileException(
            path, "no Base64 in the part that begins at line " + line, "PEM as openssl writes it");
      }
    }
    return new PemFile(path, parts);
  }

  private static byte[] bytes(Path path) throws TlsFileException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new TlsFileException(path, "more than 1 MiB", "a PEM file of at most 1 MiB");
      }
      return bytes;
    } catch (NoSuchFileException _) {
      throw new TlsFileException(path, "no such file", "a PEM file");
    } catch (AccessDeniedException _) {
      throw new TlsFileException(path, "may not be read by this user", "a file that may be read");
    } catch (IOException e) {
      throw new TlsFileException(path, "cannot be read: " + e.getMessage(), "a PEM file");
    }
  }

  /** What the file holds, for an error. */
  String describe() {
    return parts.isEmpty()
        ? "nothing in PEM"
        : String.join(", ", parts.stream().map(part -> part.label).distinct().toList());
  }
}
