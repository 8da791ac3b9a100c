package dev.shunt.node.cache;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names by which a response wants to be purged, with others of the same names. */
final class Tags {

  private static final int MOST = 256;

  private Tags() {}

  /** Whether some would be left out, by which the response could not be purged. */
  static boolean isTooMany(Fields fields) {
    return all(fields).filter(tag -> !tag.isEmpty()).distinct().count() > MOST;
  }

  private static Stream<String> all(Fields fields) {
    String lists = fields.list("Surrogate-Key") + "," + fields.list("Cache-Tag");
    return Pattern.compile("[, \t]+").splitAsStream(lists);
  }

  /** Of {@code Surrogate-Key}, with blanks between, and {@code Cache-Tag}, with commas. */
  static Set<String> of(Fields fields) {
    return all(fields)
        .filter(tag -> !tag.isEmpty())
        .distinct()
        .limit(MOST)
        .collect(Collectors.toUnmodifiableSet());
  }
}
