package dev.shunt.node;

import java.time.Duration;

/**
 * How long anything may take. Kept to within {@value #RESOLUTION_MILLIS} ms.
 *
 * @param header from the first byte of a request to the end of its headers; beyond: 408. As long a
 *     new connection may say nothing at all; beyond: closed
 * @param idle a client's connection between two requests; beyond: closed
 * @param body between two parts of a request's body; beyond: 408
 * @param connect until a server accepts; beyond: another server, else 504
 * @param response from the request's last part to the first byte of the response; beyond: 504
 * @param responseBody between two parts of a response; beyond: the client's connection is reset
 * @param writeStall a client that takes nothing of what waits for it; beyond: reset
 * @param serverIdle a server's connection between two requests; beyond: closed
 * @param tunnel an upgraded connection on which nothing comes; beyond: closed
 * @param linger how long a client is listened to that may still be sending: after an error was
 *     answered, or when the node drains and its first request has not come
 */
public record Timeouts(
    Duration header,
    Duration idle,
    Duration body,
    Duration connect,
    Duration response,
    Duration responseBody,
    Duration writeStall,
    Duration serverIdle,
    Duration tunnel,
    Duration linger) {

  public static final int RESOLUTION_MILLIS = 100;
  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofDays(7);

  public static final Timeouts DEFAULT =
      new Timeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          Duration.ofSeconds(2));

  public Timeouts {
    Ranges.check("timeouts, header", header, MIN, MAX);
    Ranges.check("timeouts, idle", idle, MIN, MAX);
    Ranges.check("timeouts, body", body, MIN, MAX);
    Ranges.check("timeouts, connect", connect, MIN, MAX);
    Ranges.check("timeouts, response", response, MIN, MAX);
    Ranges.check("timeouts, response body", responseBody, MIN, MAX);
    Ranges.check("timeouts, write stall", writeStall, MIN, MAX);
    Ranges.check("timeouts, server idle", serverIdle, MIN, MAX);
    Ranges.check("timeouts, tunnel", tunnel, MIN, MAX);
    Ranges.check("timeouts, linger", linger, MIN, MAX);
  }

  /** The same duration for everything, but {@code linger}. */
  public static Timeouts all(Duration each) {
    return new Timeouts(each, each, each, each, each, each, each, each, each, DEFAULT.linger);
  }
}
