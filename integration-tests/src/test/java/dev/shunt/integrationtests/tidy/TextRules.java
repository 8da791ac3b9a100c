package dev.shunt.integrationtests.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What no file may say, and what may stand at the top level. */
final class TextRules {

  /** The folders and files of the top level; names with a dot in front are free. */
  static final Set<String> TOP_LEVEL =
      Set.of(
          "cluster",
          "replication",
          "scheduler",
          "node",
          "ops",
          "integration-tests",
          "docs",
          "pom.xml",
          "README.md",
          "CHANGELOG.md",
          "LICENSE",
          "shunt");

  /** The rules themselves and their tests must name what they ban. */
  private static final String OWN_FOLDER =
      "integration-tests/src/test/java/dev/shunt/integrationtests/tidy/";

  private static final Map<Pattern, String> BANNED =
      Map.of(
          Pattern.compile("(?<![\\w.])/work/"),
          "name a path relative to the repository, or make it configurable",
          Pattern.compile("/usr/lib/jvm/temurin"),
          "find the JDK with toolchain discovery or JAVA_HOME",
          Pattern.compile("/root/\\.\\w+"),
          "name no one's home folder",
          Pattern.compile("\\b(TODO|FIXME)\\b"),
          "do it now, or open an issue and say here what is, not what will be");

  private TextRules() {}

  static List<Violation> bannedWords(TextFile file) {
    if (file.path().startsWith(OWN_FOLDER)) {
      return List.of();
    }
    List<Violation> found = new ArrayList<>();
    List<String> lines = file.lines();
    for (int i = 0; i < lines.size(); i++) {
      for (Map.Entry<Pattern, String> banned : BANNED.entrySet()) {
        Matcher matcher = banned.getKey().matcher(lines.get(i));
        if (matcher.find()) {
          found.add(
              new Violation(
                  file.path(), i + 1L, "says '" + matcher.group() + "'", banned.getValue()));
        }
      }
    }
    return found;
  }

  static List<Violation> topLevel(List<String> names) {
    return names.stream()
        .filter(name -> !name.startsWith(".") && !TOP_LEVEL.contains(name))
        .map(name ->
            new Violation(
                name,
                1,
                "does not belong at the top level",
                "put it into the module or the docs folder it belongs to"))
        .toList();
  }
}
