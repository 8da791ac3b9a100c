package dev.shunt.integrationtests.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A Java source file, parsed by the compiler: rules see names and calls, not comments and strings.
 *
 * @param path relative to the repository, with slashes
 * @param text what is in it
 * @param tree what the compiler makes of it
 * @param trees tells positions
 */
record JavaFile(String path, String text, CompilationUnitTree tree, Trees trees) {

  /** Parses one file; for tests of the rules. */
  static JavaFile of(String path, String text) {
    return parse(List.of(new TextFile(path, text))).getFirst();
  }

  /** Parses many files together, which is much faster than one by one. */
  static List<JavaFile> parse(List<TextFile> files) {
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "the tests need a JDK");
    Map<URI, TextFile> byUri = new HashMap<>();
    files.forEach(file -> byUri.put(uri(file), file));
    List<Source> sources = files.stream().map(Source::new).toList();
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, null, new DiagnosticCollector<>(), List.of("-proc:none"), null, sources);
    Trees trees = Trees.instance(task);
    List<JavaFile> parsed = new ArrayList<>();
    try {
      for (CompilationUnitTree tree : task.parse()) {
        // The compiler wraps the source it was given.
        TextFile file = Objects.requireNonNull(byUri.get(tree.getSourceFile().toUri()));
        parsed.add(new JavaFile(file.path(), file.text(), tree, trees));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parsed;
  }

  Optional<Module> module() {
    return Module.ofFolder(path.substring(0, Math.max(0, path.indexOf('/'))));
  }

  boolean isMain() {
    return path.contains("/src/main/java/");
  }

  String packageName() {
    return tree.getPackageName() == null ? "" : tree.getPackageName().toString();
  }

  /** Whether it is in {@code name} or a package below it. */
  boolean isInPackage(String name) {
    return packageName().equals(name) || packageName().startsWith(name + ".");
  }

  /** The line on which a part begins, counted from 1. */
  long line(Tree part) {
    return lineAt(trees.getSourcePositions().getStartPosition(tree, part));
  }

  /** The line on which a part ends. */
  long lastLine(Tree part) {
    return lineAt(trees.getSourcePositions().getEndPosition(tree, part));
  }

  Violation violation(Tree part, String what, String instead) {
    return new Violation(path, line(part), what, instead);
  }

  private static URI uri(TextFile file) {
    return URI.create("string:///" + file.path());
  }

  private long lineAt(long position) {
    return position < 0 ? 1 : tree.getLineMap().getLineNumber(position);
  }

  private static final class Source extends SimpleJavaFileObject {

    private final TextFile file;

    Source(TextFile file) {
      super(uri(file), JavaFileObject.Kind.SOURCE);
      this.file = file;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return file.text();
    }
  }
}
