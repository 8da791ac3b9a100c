package dev.shunt.node.tls;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to a host name: by the name itself, else by a wildcard for its first label
 * (RFC 6125 section 6.4.3: {@code *.a.example} is {@code x.a.example}, and neither {@code
 * a.example} nor {@code x.y.a.example}). Names are in lower case. Immutable after filling.
 */
public final class HostNames<T> {

  private final Map<String, T> exact = new HashMap<>();
  private final Map<String, T> wildcards = new HashMap<>();

  /** Adds names; those that are there already stay as they are. */
  public void add(Set<String> names, T value) {
    for (String name : names) {
      if (name.startsWith("*.")) {
        wildcards.putIfAbsent(name.substring(1), value);
      } else {
        exact.putIfAbsent(name, value);
      }
    }
  }

  /** What was added for that name or its wildcard, or null. */
  public @Nullable T find(String host) {
    T found = exact.get(host);
    int dot = host.indexOf('.');
    return found != null || dot <= 0 ? found : wildcards.get(host.substring(dot));
  }
}
