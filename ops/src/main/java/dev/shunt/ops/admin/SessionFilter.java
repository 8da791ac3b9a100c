package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.admin.model.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which sessions are asked for: {@code target=m2,state=established}.
 *
 * <p>Keys are {@code id}, {@code client}, {@code destination}, {@code service}, {@code target},
 * {@code state} and {@code protocol}; all must match. {@code client} and {@code destination} match
 * with or without the port.
 */
public final class SessionFilter {

  /** Takes every session. */
  public static final SessionFilter ALL = new SessionFilter(Map.of());

  static final int MAX_LENGTH = 512;

  private static final List<String> KEYS =
      List.of("client", "destination", "id", "protocol", "service", "state", "target");

  private final Map<String, String> wanted;

  private SessionFilter(Map<String, String> wanted) {
    this.wanted = Map.copyOf(wanted);
  }

  /**
   * @throws IllegalArgumentException when the text is no filter; the message says what is allowed
   */
  public static SessionFilter parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("filter: longer than " + MAX_LENGTH + " characters");
    }
    Map<String, String> wanted = new TreeMap<>();
    for (String term : text.split(",", -1)) {
      int equals = term.indexOf('=');
      String key = equals < 0 ? term : term.substring(0, equals);
      if (text.isBlank()) {
        continue;
      }
      if (equals < 0 || !KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "filter: found '%s', allowed is KEY=VALUE[,KEY=VALUE…] with the keys %s"
                .formatted(term, String.join(", ", KEYS)));
      }
      wanted.put(key, term.substring(equals + 1));
    }
    return new SessionFilter(wanted);
  }

  public boolean matches(SessionEntry session) {
    return wanted.entrySet().stream()
        .allMatch(term ->
            switch (term.getKey()) {
              case "client" -> matchesAddress(session.client(), term.getValue());
              case "destination" -> matchesAddress(session.destination(), term.getValue());
              case "id" -> term.getValue().equals(session.id());
              case "protocol" -> term.getValue().equals(session.protocol());
              case "service" -> term.getValue().equals(session.service());
              case "state" -> term.getValue().equals(session.state());
              default -> term.getValue().equals(session.target());
            });
  }

  /**
   * Gathers what matches, without ever holding more than {@code limit} sessions.
   *
   * @param forEach shows every session once
   */
  public Sessions select(Consumer<Consumer<SessionEntry>> forEach, int limit) {
    List<SessionEntry> found = new ArrayList<>();
    long[] counts = new long[2];
    forEach.accept(session -> {
      counts[0]++;
      if (matches(session)) {
        counts[1]++;
        if (found.size() < limit) {
          found.add(session);
        }
      }
    });
    return new Sessions(counts[0], counts[1], found);
  }

  static boolean matchesAddress(String endpoint, String wanted) {
    return endpoint.equals(wanted)
        || (endpoint.startsWith(wanted)
            && endpoint.lastIndexOf(':') == wanted.length()
            && !wanted.isEmpty());
  }
}
