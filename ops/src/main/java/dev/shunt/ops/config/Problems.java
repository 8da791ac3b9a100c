package dev.shunt.ops.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Gathers errors and warnings while a file is read, so that the user sees all of them at once. */
final class Problems {

  /** More errors than this are one mistake repeated; the rest is only counted. */
  static final int MAX_ERRORS = 100;

  private static final Comparator<ConfigError> BY_PLACE =
      Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column);

  private final String file;
  private final List<ConfigError> errors = new ArrayList<>();
  private final List<ConfigError> warnings = new ArrayList<>();
  private int more;

  Problems(String file) {
    this.file = file;
  }

  /** An error of the file as a whole. */
  void file(String sentence) {
    add(new ConfigError(file, 0, 0, "", sentence, "", ""));
  }

  void at(Mark mark, String key, String found, String allowed, String hint) {
    add(error(mark, key, found, allowed, hint));
  }

  void at(Value value, String found, String allowed) {
    add(error(value.mark(), value.path(), found, allowed, ""));
  }

  void warn(Value value, String sentence) {
    warnings.add(error(value.mark(), value.path(), sentence, "", ""));
  }

  List<ConfigError> warnings() {
    return List.copyOf(warnings);
  }

  void throwIfAny() throws ConfigException {
    if (errors.isEmpty()) {
      return;
    }
    List<ConfigError> all = new ArrayList<>(errors);
    all.sort(BY_PLACE);
    if (more > 0) {
      all.add(new ConfigError(file, 0, 0, "", more + " more errors", "", ""));
    }
    throw new ConfigException(all);
  }

  private void add(ConfigError error) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(error);
    } else {
      more++;
    }
  }

  private ConfigError error(Mark mark, String key, String found, String allowed, String hint) {
    return new ConfigError(
        file, mark.getLine() + 1, mark.getColumn() + 1, key, found, allowed, hint);
  }
}
