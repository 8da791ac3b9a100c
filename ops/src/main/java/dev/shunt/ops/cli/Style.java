package dev.shunt.ops.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * How words and numbers look.
 *
 * @param colors whether the terminal shows them
 */
record Style(boolean colors) {

  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  /** A state in its color: what works is green, what an operator did is yellow, the rest is red. */
  String state(String word) {
    return switch (word) {
      case "up", "yes", "complete", "established", "good" -> colored(GREEN, word);
      case "drained", "opening", "closing" -> colored(YELLOW, word);
      case "down", "gone", "no", "incomplete", "absent", "none", "expired", "revoked" ->
          colored(RED, word);
      default -> word;
    };
  }

  String warning(String sentence) {
    return colored(YELLOW, sentence);
  }

  private String colored(String color, String word) {
    return colors ? color + word + RESET : word;
  }

  /** {@code 3d 4h}, {@code 12m 5s}, {@code 7s}, {@code 134ms}. */
  static String duration(long millis) {
    Duration d = Duration.ofMillis(millis);
    if (d.toDays() > 0) {
      return d.toDays() + "d " + d.toHoursPart() + "h";
    }
    if (d.toHours() > 0) {
      return d.toHours() + "h " + d.toMinutesPart() + "m";
    }
    if (d.toMinutes() > 0) {
      return d.toMinutes() + "m " + d.toSecondsPart() + "s";
    }
    return millis >= 1000 ? d.toSeconds() + "s" : millis + "ms";
  }

  /** Microseconds as milliseconds. */
  static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
  }

  static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f%%", ratio * 100);
  }
}
