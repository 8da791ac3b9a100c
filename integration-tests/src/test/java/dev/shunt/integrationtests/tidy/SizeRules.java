package dev.shunt.integrationtests.tidy;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;

/** How long things may be, and what may have a {@code main}. */
final class SizeRules {

  static final int MAX_FILE_LINES = 500;
  static final int MAX_METHOD_LINES = 60;
  static final String MAIN = "ops/src/main/java/dev/shunt/ops/Main.java";

  private SizeRules() {}

  static List<Violation> fileLength(TextFile file) {
    boolean code = file.path().matches(".*\\.(java|c|h|py|sh)");
    int lines = file.lines().size();
    return !code || lines <= MAX_FILE_LINES
        ? List.of()
        : List.of(
            new Violation(
                file.path(),
                MAX_FILE_LINES + 1,
                "the file has " + lines + " lines, allowed " + MAX_FILE_LINES,
                "split it by meaning"));
  }

  static List<Violation> methodLength(JavaFile file) {
    List<Violation> found = new ArrayList<>();
    for (MethodTree method : methods(file)) {
      long lines = file.lastLine(method) - file.line(method) + 1;
      if (lines > MAX_METHOD_LINES) {
        found.add(
            file.violation(
                method,
                "method "
                    + method.getName()
                    + " has "
                    + lines
                    + " lines, allowed "
                    + MAX_METHOD_LINES,
                "split it by meaning"));
      }
    }
    return found;
  }

  static List<Violation> singleMain(JavaFile file) {
    if (!file.isMain() || file.path().equals(MAIN)) {
      return List.of();
    }
    return methods(file).stream()
        .filter(method -> method.getName().contentEquals("main"))
        .map(method ->
            file.violation(
                method,
                "a second class with a main method",
                "make it a subcommand of dev.shunt.ops.Main"))
        .toList();
  }

  static List<MethodTree> methods(JavaFile file) {
    List<MethodTree> methods = new ArrayList<>();
    new TreeScanner<Void, List<MethodTree>>() {
      @Override
      public Void visitMethod(MethodTree method, List<MethodTree> found) {
        found.add(method);
        return super.visitMethod(method, found);
      }
    }.scan(file.tree(), methods);
    return methods;
  }
}
