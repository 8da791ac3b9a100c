package dev.shunt.node;

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
 * @param settings what the configuration says for this stage
 * @param key the secret that all members share; read it only if needed
 */
public record StageContext(
    String service, List<Server> servers, Map<String, String> settings, Supplier<byte[]> key) {

  public StageContext {
    servers = List.copyOf(servers);
    settings = Map.copyOf(settings);
  }

  public String setting(String key, String orElse) {
    return settings.getOrDefault(key, orElse);
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
