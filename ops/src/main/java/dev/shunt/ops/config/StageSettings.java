package dev.shunt.ops.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A stage that a service's requests pass.
 *
 * @param name what its provider is called
 * @param settings its own keys and values, by key
 */
public record StageSettings(String name, SortedMap<String, String> settings) {

  /** Asks a stage's provider about its settings, so that {@code check} finds what a start would. */
  @FunctionalInterface
  public interface Check {

    /** Takes any stage; whether it exists is found out at the start. */
    Check ANY = (service, stage) -> {};

    /**
     * The same with the stages of plug-in jars.
     *
     * @throws IllegalArgumentException when a jar cannot be used; the message names it
     */
    default Check with(Path plugins) {
      return this;
    }

    /**
     * @throws IllegalArgumentException when there is no such stage, or it refuses its settings; the
     *     message says what was found and what is allowed
     */
    void check(ServiceConfig service, StageSettings stage);
  }

  public StageSettings {
    settings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  public StageSettings(String name, Map<String, String> settings) {
    this(name, new TreeMap<>(settings));
  }
}
