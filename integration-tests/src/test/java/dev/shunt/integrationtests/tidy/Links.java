package dev.shunt.integrationtests.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Relative links in Markdown must lead somewhere. */
final class Links {

  private static final Pattern INLINE = Pattern.compile("\\]\\(\\s*<?([^)\\s>]+)>?[^)]*\\)");
  private static final Pattern REFERENCE =
      Pattern.compile("^\\s{0,3}\\[[^]]+]:\\s*<?(\\S+?)>?(\\s.*)?$");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern ELSEWHERE = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*:|#|//).*");

  private Links() {}

  /** {@code exists} says whether a path relative to the repository is there. */
  static List<Violation> dead(TextFile file, Predicate<String> exists) {
    List<Violation> found = new ArrayList<>();
    List<String> lines = file.lines();
    boolean fenced = false;
    for (int i = 0; i < lines.size(); i++) {
      boolean fence = lines.get(i).stripLeading().startsWith("```");
      fenced ^= fence;
      if (!fenced && !fence) {
        for (String target : targets(lines.get(i))) {
          String path = resolve(file.path(), target);
          if (!exists.test(path)) {
            found.add(
                new Violation(
                    file.path(),
                    i + 1L,
                    "links to " + target + ", which is not there",
                    "correct the link; it is relative to the folder of the page"));
          }
        }
      }
    }
    return found;
  }

  private static List<String> targets(String line) {
    String prose = CODE.matcher(line).replaceAll("");
    List<String> targets = new ArrayList<>();
    for (Pattern pattern : List.of(INLINE, REFERENCE)) {
      Matcher matcher = pattern.matcher(prose);
      while (matcher.find()) {
        targets.add(matcher.group(1));
      }
    }
    targets.removeIf(target -> ELSEWHERE.matcher(target).matches());
    return targets;
  }

  /** The path that a link leads to, without its fragment. */
  private static String resolve(String page, String target) {
    String path = target.replaceFirst("[#?].*", "");
    String folder = page.substring(0, page.lastIndexOf('/') + 1);
    String joined = path.startsWith("/") ? path.substring(1) : folder + path;
    List<String> parts = new ArrayList<>();
    for (String part : joined.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }
}
