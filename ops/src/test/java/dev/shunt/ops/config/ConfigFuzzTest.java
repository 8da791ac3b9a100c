package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Whatever the bytes are: a configuration, or an explanation. */
class ConfigFuzzTest {

  private static final String[] FRAGMENTS = {
    "[",
    "]",
    "{",
    "}",
    ":",
    "- ",
    "*a",
    "&a ",
    "!!int ",
    "!<x> ",
    "|\n",
    ">\n",
    "'",
    "\"",
    "\t",
    "\n",
    "---\n",
    "...\n",
    "%YAML 9.9\n",
    "null",
    "-1",
    "99999999999999999999",
    "1e9",
    "\u0000",
    "\ufeff",
    "\ud800",
    "é",
    "<<: *a",
    "? ",
    "#",
    "@",
    "`",
    "0ms",
    "::1",
    "[::1]:80",
    "true"
  };

  @Property(tries = 800)
  void aMutatedConfigurationIsReadOrExplained(
      @ForAll @IntRange(max = 7) int mutations, @ForAll long seed) {
    java.util.random.RandomGenerator random = new java.util.SplittableRandom(seed);
    StringBuilder text =
        new StringBuilder(random.nextBoolean() ? Yaml.FULL : Yaml.array("row_size: 101"));
    for (int i = 0; i <= mutations; i++) {
      mutate(text, random);
    }
    assertIsReadOrExplained(text.toString());
  }

  @Property(tries = 500)
  void anyTextIsReadOrExplained(@ForAll @StringLength(max = 200) String text) {
    assertIsReadOrExplained(text);
  }

  private static void mutate(StringBuilder text, java.util.random.RandomGenerator random) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + random.nextInt(12));
    switch (random.nextInt(4)) {
      case 0 -> text.delete(at, Math.min(end, text.length() - 1));
      case 1 -> text.insert(at, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
      case 2 -> text.setCharAt(at, (char) random.nextInt(32, 127));
      default -> text.insert(random.nextInt(text.length()), text.substring(at, end));
    }
  }

  private static void assertIsReadOrExplained(String text) {
    try {
      ConfigFile file = Yaml.read(text);
      assertThat(file.array().services()).isNotEmpty();
      assertThat(Fingerprint.of(file.array())).hasSize(64);
    } catch (ConfigException e) {
      assertThat(e.errors()).isNotEmpty();
      assertThat(e.errors()).allSatisfy(ConfigFuzzTest::assertIsPrintable);
    }
  }

  private static void assertIsPrintable(ConfigError error) {
    assertThat(error.toString()).startsWith("shunt.yaml:").hasSizeLessThan(900);
    assertThat(error.toString().chars()).noneMatch(Character::isISOControl);
  }
}
