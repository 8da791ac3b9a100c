package dev.shunt.ops.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One operation of the admin API.
 *
 * @param method {@code GET} or {@code POST}
 * @param path {@code /v1/members/{member}/drain}: what is in braces takes any one segment
 * @param action what it does
 */
record Route(String method, String path, Action action) {

  /** Answers a request. */
  @FunctionalInterface
  interface Action {

    /**
     * @return what the response holds, as JSON
     * @throws IllegalArgumentException when a parameter is not allowed
     */
    Object answer(Call call) throws ControlException;
  }

  /**
   * The parameters of a request.
   *
   * @param segments those in braces, by name
   * @param query by name; the first of each
   * @param body reads it, and waits for it; an {@link IllegalArgumentException} where it does not
   *     come whole
   */
  record Call(Map<String, String> segments, Map<String, String> query, Supplier<String> body) {

    String segment(String name) {
      return Optional.ofNullable(segments.get(name))
          .orElseThrow(() -> new IllegalStateException("the route has no {" + name + "}"));
    }

    Optional<String> query(String name) {
      return Optional.ofNullable(query.get(name));
    }
  }

  /** Whether it changes anything; such are for operators only. */
  boolean isCommand() {
    return method.equals("POST");
  }

  /** The segments in braces, if the path is this route's. */
  Optional<Map<String, String>> match(List<String> segments) {
    List<String> pattern = List.of(path.substring(1).split("/"));
    if (pattern.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> found = new HashMap<>();
    for (int i = 0; i < pattern.size(); i++) {
      String expected = pattern.get(i);
      if (expected.startsWith("{")) {
        found.put(expected.substring(1, expected.length() - 1), segments.get(i));
      } else if (!expected.equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(found);
  }
}
