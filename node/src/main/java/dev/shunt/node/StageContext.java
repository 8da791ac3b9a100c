package dev.shunt.node;

import dev.shunt.replication.BindingTables;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a stage is made from.
 *
 * @param service the service's name
 * @param servers the service's servers; their order is that of {@link ServerPool}
 * @param rules for each of the service's rules the names of its servers, see {@link Exchange#rule}
 * @param settings what the configuration says for this stage; the items of a list are lines
 * @param key the secret that all members share; read it only if needed
 * @param bindings where it has tables that all members share; a table's name begins with the
 *     service's, so that no other has it
 * @param meters where it says what there is to see of it
 * @param directory the member's own, for what a stage keeps; relative paths are taken from there
 * @param clock what the time is
 */
public record StageContext(
    String service,
    List<Server> servers,
    List<List<String>> rules,
    Map<String, String> settings,
    Supplier<byte[]> key,
    BindingTables bindings,
    Meters meters,
    Path directory,
    InstantSource clock) {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Map<String, Long> UNITS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  public StageContext {
    servers = List.copyOf(servers);
    rules = rules.stream().map(List::copyOf).toList();
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
   * A setting that is a whole number.
   *
   * @throws IllegalArgumentException when it is anything else, or out of range
   */
  public int integer(String key, int orElse, int min, int max) {
    String value = settings.getOrDefault(key, Integer.toString(orElse));
    if (!value.matches("[0-9]{1,9}")
        || Integer.parseInt(value) < min
        || Integer.parseInt(value) > max) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is %d to %d".formatted(key, value, min, max));
    }
    return Integer.parseInt(value);
  }

  /**
   * A setting that is a time, such as {@code 30m}.
   *
   * @throws IllegalArgumentException when it is anything else, or out of range
   */
  public Duration duration(String key, Duration orElse, Duration min, Duration max) {
    String value = settings.getOrDefault(key, orElse.toMillis() + "ms");
    Matcher matcher = DURATION.matcher(value);
    Duration found =
        matcher.matches()
            ? Duration.ofMillis(
                Long.parseLong(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 1L))
            : Duration.ofMillis(-1);
    if (found.compareTo(min) < 0 || found.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is a duration from %ds to %dd (units ms, s, m, h, d)"
              .formatted(key, value, min.toSeconds(), max.toDays()));
    }
    return found;
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
