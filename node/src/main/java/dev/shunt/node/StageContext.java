package dev.shunt.node;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What a stage is made from.
 *
 * @param service the service's name
 * @param servers the service's servers; their order is that of {@link ServerPool}
 * @param settings what the configuration says for this stage; the items of a list are lines
 * @param key the secret that all members share; read it only if needed
 * @param directory the member's own, for what a stage keeps; relative paths are taken from there
 * @param clock what the time is
 */
public record StageContext(
    String service,
    List<Server> servers,
    Map<String, String> settings,
    Supplier<byte[]> key,
    Path directory,
    InstantSource clock) {

  public StageContext {
    servers = List.copyOf(servers);
    settings = Map.copyOf(settings);
  }

  public String setting(String key, String orElse) {
    return settings.getOrDefault(key, orElse);
  }

  /** A setting that is a list: its items, of which none is blank. */
  public List<String> list(String key) {
    return setting(key, "").lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /**
   * A setting that is {@code true} or {@code false}.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  public boolean flag(String key, boolean orElse) {
    String value = settings.getOrDefault(key, Boolean.toString(orElse));
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(key + ": found '" + value + "', allowed is true or false");
    }
    return value.equals("true");
  }

  /**
   * Refuses settings that the stage does not know.
   *
   * @throws IllegalArgumentException naming the first such key and those allowed
   */
  public void allow(Set<String> keys) {
    for (String found : new TreeSet<>(settings.keySet())) {
      if (!keys.contains(found)) {
        throw new IllegalArgumentException(
            "found key '" + found + "', allowed is " + new TreeSet<>(keys));
      }
    }
  }
}
