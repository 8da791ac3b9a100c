package dev.shunt.ops.config;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Configurations: read, always as the same one, or explained in lines that can be printed. */
public final class ConfigFuzz {

  private static final int LONGEST_ERROR = 900;

  private ConfigFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      ConfigFile file = read(text);
      require(!file.array().services().isEmpty(), "a configuration of nothing");
      same(Fingerprint.of(file.array()), Fingerprint.of(read(text).array()), "two fingerprints");
    } catch (ConfigException e) {
      require(!e.errors().isEmpty(), "nobody knows why");
      for (ConfigError error : e.errors()) {
        String line = error.toString();
        require(line.length() < LONGEST_ERROR, "an error that nobody reads: " + line);
        require(line.chars().noneMatch(Character::isISOControl), "an error of several lines");
      }
    }
  }

  private static ConfigFile read(String text) throws ConfigException {
    return ConfigFile.parse(Path.of("shunt.yaml"), text, StageSettings.Check.ANY);
  }
}
