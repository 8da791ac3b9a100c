package dev.shunt.ops.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration file that was read and is valid.
 *
 * @param path as it was named
 * @param array what all members share
 * @param local defaults of what is local
 * @param warnings what is allowed but hardly meant
 */
public record ConfigFile(
    Path path, ArrayConfig array, LocalDefaults local, List<ConfigError> warnings) {

  public ConfigFile {
    warnings = List.copyOf(warnings);
  }

  /** Where it lies: relative paths in it are taken from there. */
  public Path directory() {
    return ConfigReader.directoryOf(path);
  }

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException with all that is wrong, and nothing else whatever the bytes are
   */
  public static ConfigFile read(Path path, StageSettings.Check stages) throws ConfigException {
    Problems problems = new Problems(path.toString());
    return parse(path, YamlFile.read(path, problems), new ConfigReader(problems, stages), problems);
  }

  /**
   * The same for a witness, whose host needs nothing that belongs to services: neither their
   * certificates and keys nor plug-in jars are looked for.
   */
  public static ConfigFile readForWitness(Path path) throws ConfigException {
    Problems problems = new Problems(path.toString());
    String text = YamlFile.read(path, problems);
    return parse(path, text, ConfigReader.ofWitness(problems), problems);
  }

  /** The same with the text at hand; {@code path} is only named in errors. */
  public static ConfigFile parse(Path path, String text, StageSettings.Check stages)
      throws ConfigException {
    Problems problems = new Problems(path.toString());
    return parse(path, text, new ConfigReader(problems, stages), problems);
  }

  private static ConfigFile parse(Path path, String text, ConfigReader reader, Problems problems)
      throws ConfigException {
    ConfigFile file = reader.read(path, YamlFile.parse(text, problems));
    problems.throwIfAny();
    return file;
  }
}
