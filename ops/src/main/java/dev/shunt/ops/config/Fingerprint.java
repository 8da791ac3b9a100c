package dev.shunt.ops.config;

import dev.shunt.replication.AddressText;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A short name for all that members must have in common: equal on two members exactly when their
 * {@link ArrayConfig}s are.
 *
 * <p>SHA-256 over the canonical form, a line {@code key=value} for every value in the order of the
 * keys. How the file is laid out, commented or defaulted does not matter. The secret is not in it.
 */
public final class Fingerprint {

  private Fingerprint() {}

  /** 64 hexadecimal digits. */
  public static String of(ArrayConfig array) {
    StringBuilder text = new StringBuilder();
    canonical(array)
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Every value by its path, such as {@code services[0].name}. */
  public static SortedMap<String, String> canonical(ArrayConfig array) {
    SortedMap<String, String> values = new TreeMap<>();
    add("", array, values);
    return values;
  }

  /** The paths whose values differ, in order. */
  public static List<String> differences(ArrayConfig one, ArrayConfig other) {
    SortedMap<String, String> mine = canonical(one);
    SortedMap<String, String> its = canonical(other);
    TreeMap<String, String> all = new TreeMap<>(mine);
    all.putAll(its);
    return all.keySet().stream()
        .filter(key -> !mine.getOrDefault(key, "").equals(its.getOrDefault(key, "")))
        .toList();
  }

  private static void add(String path, Object value, SortedMap<String, String> values) {
    switch (value) {
      case List<?> list -> {
        values.put(path + ".length", String.valueOf(list.size()));
        for (int i = 0; i < list.size(); i++) {
          add(path + "[" + i + "]", list.get(i), values);
        }
      }
      case Map<?, ?> map -> map.forEach((key, v) -> add(path + "." + key, v, values));
      case Duration duration -> values.put(path, duration.toMillis() + "ms");
      case InetAddress address -> values.put(path, AddressText.of(address));
      case InetSocketAddress endpoint -> values.put(path, AddressText.of(endpoint));
      case Record record -> {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          add(
              path.isEmpty() ? component.getName() : path + "." + component.getName(),
              component(record, component),
              values);
        }
      }
      default -> values.put(path, escaped(value.toString()));
    }
  }

  /** A value is one line, whatever it holds. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a public record's component can be read", e);
    }
  }
}
