package dev.shunt.node.cache;

import java.util.LinkedHashSet;
import java.util.Set;

/** The names by which a response wants to be purged, with others of the same names. */
final class Tags {

  private static final int MOST = 256;

  private Tags() {}

  /** Of {@code Surrogate-Key}, with blanks between, and {@code Cache-Tag}, with commas. */
  static Set<String> of(Fields fields) {
    Set<String> tags = new LinkedHashSet<>();
    String all = fields.list("Surrogate-Key") + "," + fields.list("Cache-Tag");
    for (String tag : all.split("[, \t]+")) {
      if (!tag.isEmpty() && tags.size() < MOST) {
        tags.add(tag);
      }
    }
    return Set.copyOf(tags);
  }
}
