package dev.shunt.ops.config;

import java.time.Duration;

/**
 * How it is found out whether a server works.
 *
 * @param path asked for with {@link HealthType#HTTP}
 * @param host the {@code Host} asked for with {@link HealthType#HTTP}
 * @param lowestStatus of the answers that count as success
 * @param highestStatus of the answers that count as success
 * @param interval from one check to the next
 * @param timeout of one check, at most the interval
 * @param rise successes in a row that bring a server up
 * @param fall failures in a row that take it down
 */
public record HealthConfig(
    HealthType type,
    String path,
    String host,
    int lowestStatus,
    int highestStatus,
    Duration interval,
    Duration timeout,
    int rise,
    int fall) {

  public static final HealthConfig DEFAULT =
      new HealthConfig(
          HealthType.TCP,
          "/",
          "localhost",
          200,
          399,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          2,
          3);
}
