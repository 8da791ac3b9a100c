package dev.shunt.ops.config;

/**
 * One thing that is wrong in a configuration: where, what was found, what is allowed.
 *
 * @param file the file as it was named by the user
 * @param line counted from 1; 0 when the error belongs to no line
 * @param column counted from 1; 0 when the error belongs to no line
 * @param key path of the key, such as {@code services[0].port}; may be empty
 * @param found what stands there
 * @param allowed what may stand there; may be empty when {@code found} says all
 * @param hint a suggestion; may be empty
 */
public record ConfigError(
    String file, int line, int column, String key, String found, String allowed, String hint) {

  /** The sentence without its place. */
  public String message() {
    StringBuilder text = new StringBuilder(found);
    if (!allowed.isEmpty()) {
      text.insert(0, "found ").append(", allowed is ").append(allowed);
    }
    if (!hint.isEmpty()) {
      text.append("; ").append(hint);
    }
    return text.toString();
  }

  /** {@code shunt.yaml:3:11: services[0].port: found 'abc', allowed is …}. */
  @Override
  public String toString() {
    String place = line > 0 ? "%s:%d:%d: ".formatted(file, line, column) : file + ": ";
    return place + (key.isEmpty() ? "" : key + ": ") + message();
  }
}
