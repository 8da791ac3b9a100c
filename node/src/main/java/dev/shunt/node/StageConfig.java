package dev.shunt.node;

import java.util.Map;

/**
 * A stage that a service uses.
 *
 * @param name the {@link StageProvider#name}
 * @param settings its own keys and values
 */
public record StageConfig(String name, Map<String, String> settings) {

  public StageConfig {
    settings = Map.copyOf(settings);
  }
}
