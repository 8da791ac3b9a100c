package dev.shunt.integrationtests.tidy;

import java.util.List;

/**
 * A file of the repository as text.
 *
 * @param path relative to the repository, with slashes
 * @param text what is in it
 */
record TextFile(String path, String text) {

  List<String> lines() {
    return text.lines().toList();
  }

  boolean isMarkdown() {
    return path.endsWith(".md");
  }

  boolean isJava() {
    return path.endsWith(".java");
  }
}
