package dev.shunt.scheduler;

import java.time.Duration;

/**
 * What one member sees of a direct server, or of its own node's work for a service.
 *
 * @param code how it is written: {@link #UNKNOWN}, {@link #DOWN}, or the class of its response time
 */
public record Sight(char code) {

  /** Not checked yet. */
  public static final Sight UNKNOWN = new Sight('?');

  /** Its checks fail. */
  public static final Sight DOWN = new Sight('-');

  private static final char FASTEST = 'A';
  private static final int CLASSES = 58;

  /** What the first class stands for; four classes double the time, so the last is 3.9 s. */
  private static final double FASTEST_NANOS = 200_000;

  private static final double CLASSES_PER_DOUBLING = 4;

  /** What a character stands for; {@link #UNKNOWN} for one that nobody writes. */
  public static Sight of(char code) {
    return code == DOWN.code || (code >= FASTEST && code < FASTEST + CLASSES)
        ? new Sight(code)
        : UNKNOWN;
  }

  /** Its checks succeed, and take so long: exact to 9 %, so that small changes are no news. */
  public static Sight up(Duration responseTime) {
    double doublings = Math.log(Math.max(1, responseTime.toNanos()) / FASTEST_NANOS) / Math.log(2);
    long number = Math.round(CLASSES_PER_DOUBLING * doublings);
    return new Sight((char) (FASTEST + Math.clamp(number, 0, CLASSES - 1)));
  }

  public boolean isKnown() {
    return code != UNKNOWN.code;
  }

  public boolean isUp() {
    return code >= FASTEST;
  }

  /** Its class counted from the fastest, 0; only of one that is up. */
  public int responseClass() {
    return code - FASTEST;
  }

  /** The response time that a class stands for. */
  public static Duration responseTime(int responseClass) {
    return Duration.ofNanos(Math.round(FASTEST_NANOS * slowness(responseClass)));
  }

  /** How many times as long as in the fastest class it takes in this one. */
  public static double slowness(int responseClass) {
    return Math.pow(2, responseClass / CLASSES_PER_DOUBLING);
  }
}
