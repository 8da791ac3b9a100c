package dev.shunt.integrationtests.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What every parser has to keep to, in the words of a finding. */
public final class Oracle {

  private Oracle() {}

  public static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  public static void same(@Nullable Object expected, @Nullable Object actual, String otherwise) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError("%s:%n%s%n%s".formatted(otherwise, expected, actual));
    }
  }

  /**
   * That input is read alike however it was cut.
   *
   * @param read what the input is read as, given in parts
   * @return what it is read as
   */
  public static String anyParts(byte[] input, Function<Parts, String> read) {
    String whole = read.apply(Parts.whole());
    for (Parts parts : List.of(Parts.some(input), Parts.bytes(input))) {
      same(whole, read.apply(parts), "in parts it is read otherwise");
    }
    return whole;
  }

  /** Bytes as characters of ISO 8859-1. */
  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Characters of ISO 8859-1 as bytes. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
