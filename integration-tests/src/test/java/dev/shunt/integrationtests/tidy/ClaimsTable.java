package dev.shunt.integrationtests.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.MethodTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The tables of {@code docs/CLAIMS.md}: every row that has an id names tests that exist, as {@code
 * ClassName#methodName}, several apart by comma, space or {@code <br>}.
 */
final class ClaimsTable {

  static final String PATH = "docs/CLAIMS.md";

  private static final Pattern TEST = Pattern.compile("[\\w.$]+#\\w+");
  private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");
  private static final Set<String> TEST_ANNOTATIONS =
      Set.of(
          "Test",
          "ParameterizedTest",
          "RepeatedTest",
          "TestFactory",
          "TestTemplate",
          "Property",
          "Example");

  private ClaimsTable() {}

  /** {@code exists} says whether there is a test of this name. */
  static List<Violation> check(TextFile page, Predicate<String> exists) {
    List<Violation> found = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int idColumn = -1;
    int testColumn = -1;
    List<String> lines = page.lines();
    for (int i = 0; i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      List<String> names = cells.stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
      if (cells.isEmpty()) {
        idColumn = -1;
      } else if (names.contains("id") && names.stream().anyMatch(n -> n.startsWith("test"))) {
        idColumn = names.indexOf("id");
        testColumn = column(names);
      } else if (idColumn >= 0 && !cells.getFirst().matches("[:\\s-]*-[:\\s-]*")) {
        String id = cell(cells, idColumn);
        checkRow(page, i + 1, id, cell(cells, testColumn), exists, found);
        if (!ids.add(id)) {
          found.add(violation(page, i + 1, "claim " + id + " has two rows", "make them one"));
        }
      }
    }
    if (ids.isEmpty()) {
      found.add(
          violation(page, 1, "has no table of claims", "write | id | claim | code | test | rows"));
    }
    return found;
  }

  /** {@code ClassName#methodName} of every test, with the simple and the full name of the class. */
  static Set<String> tests(List<JavaFile> files) {
    Set<String> tests = new HashSet<>();
    for (JavaFile file : files) {
      if (!file.isMain()) {
        String simple = file.path().replaceFirst(".*/", "").replace(".java", "");
        for (MethodTree method : SizeRules.methods(file)) {
          if (method.getModifiers().getAnnotations().stream().anyMatch(ClaimsTable::isTest)) {
            tests.add(simple + "#" + method.getName());
            tests.add(file.packageName() + "." + simple + "#" + method.getName());
          }
        }
      }
    }
    return tests;
  }

  private static void checkRow(
      TextFile page,
      int line,
      String id,
      String testCell,
      Predicate<String> exists,
      List<Violation> found) {
    List<String> tests =
        Arrays.stream(testCell.replace("`", " ").split("<br\\s*/?>|[,;\\s]+", -1))
            .filter(test -> !test.isBlank())
            .toList();
    if (tests.isEmpty()) {
      found.add(violation(page, line, "claim " + id + " names no test", "a claim without is none"));
    }
    for (String test : tests) {
      if (!TEST.matcher(test).matches()) {
        found.add(
            violation(
                page,
                line,
                "claim " + id + " names '" + test + "' as its test",
                "write ClassName#methodName"));
      } else if (!exists.test(test)) {
        found.add(
            violation(
                page,
                line,
                "claim " + id + " names " + test + ", which is no test",
                "name one that is there"));
      }
    }
  }

  private static int column(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).startsWith("test")) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> cells(String line) {
    String row = line.strip();
    if (!row.startsWith("|")) {
      return List.of();
    }
    return CELL_END.splitAsStream(row.substring(1)).map(String::strip).toList();
  }

  private static String cell(List<String> cells, int column) {
    return column < cells.size() ? cells.get(column) : "";
  }

  private static boolean isTest(AnnotationTree annotation) {
    String name = annotation.getAnnotationType().toString();
    return TEST_ANNOTATIONS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static Violation violation(TextFile page, int line, String what, String instead) {
    return new Violation(page.path(), line, what, instead);
  }
}
