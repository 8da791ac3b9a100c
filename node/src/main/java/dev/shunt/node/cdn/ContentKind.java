package dev.shunt.node.cdn;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a link leads to, as the ending of its path tells. */
enum ContentKind {
  IMAGE("avif bmp gif ico jpeg jpg png svg webp"),
  STYLE("css"),
  SCRIPT("js mjs"),
  FONT("eot otf ttf woff woff2"),
  MEDIA("aac flac m4a m4v mov mp3 mp4 oga ogg ogv wav webm"),
  OTHER("");

  private static final Map<String, ContentKind> BY_ENDING =
      Arrays.stream(values())
          .flatMap(
              kind -> Arrays.stream(kind.endings.split(" ")).map(ending -> Map.entry(ending, kind)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Map<ContentKind, String> LABELS = new EnumMap<>(ContentKind.class);

  static {
    for (ContentKind kind : values()) {
      LABELS.put(kind, kind.name().toLowerCase(Locale.ROOT));
    }
  }

  private final String endings;

  ContentKind(String endings) {
    this.endings = endings;
  }

  /** The kind that a configuration calls so. */
  static Optional<ContentKind> parse(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }

  /** All that a configuration may say. */
  static String labels() {
    return Arrays.stream(values()).map(ContentKind::label).collect(Collectors.joining(", "));
  }

  String label() {
    return LABELS.getOrDefault(this, "");
  }

  static ContentKind of(String path) {
    int dot = path.lastIndexOf('.');
    return dot < path.lastIndexOf('/')
        ? OTHER
        : BY_ENDING.getOrDefault(path.substring(dot + 1).toLowerCase(Locale.ROOT), OTHER);
  }
}
