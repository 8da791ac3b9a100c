package dev.shunt.integrationtests.tidy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The source tree that the tests run in, as the system property {@code shunt.home} names it. */
final class Repository {

  private static final Set<String> GENERATED = Set.of("target", ".git", ".idea", ".vscode");
  private static final Set<String> TEXT =
      Set.of(
          "java",
          "md",
          "xml",
          "yaml",
          "yml",
          "json",
          "c",
          "h",
          "sh",
          "py",
          "txt",
          "properties",
          "html",
          "css",
          "js",
          "editorconfig",
          "gitattributes",
          "gitignore");
  private static final long MAX_TEXT_BYTES = 1 << 20;

  private final Path home;
  private final List<TextFile> files = new ArrayList<>();
  private final List<JavaFile> javaFiles;

  Repository() throws IOException {
    home =
        Path.of(
            Objects.requireNonNull(
                System.getProperty("shunt.home"), "the build sets the property shunt.home"));
    read();
    javaFiles = JavaFile.parse(files.stream().filter(TextFile::isJava).toList());
  }

  Path home() {
    return home;
  }

  /** Every file that people write, but for binary ones. */
  List<TextFile> files() {
    return files;
  }

  List<JavaFile> javaFiles() {
    return javaFiles;
  }

  /** What stands at the top level, but for what builds and tools leave there. */
  List<String> topLevel() throws IOException {
    try (Stream<Path> entries = Files.list(home)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !GENERATED.contains(name))
          .sorted()
          .toList();
    }
  }

  private void read() throws IOException {
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return GENERATED.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && isText(file, attributes.size())) {
              files.add(new TextFile(pathOf(file), Files.readString(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private String pathOf(Path file) {
    return home.relativize(file).toString().replace('\\', '/');
  }

  private static boolean isText(Path file, long bytes) throws IOException {
    String name = file.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return bytes <= MAX_TEXT_BYTES && (TEXT.contains(extension) || isScript(file, name));
  }

  private static boolean isScript(Path file, String name) throws IOException {
    if (name.indexOf('.') >= 0) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      return in.read() == '#' && in.read() == '!';
    }
  }
}
