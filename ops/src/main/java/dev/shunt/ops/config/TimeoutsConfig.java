package dev.shunt.ops.config;

import java.time.Duration;

/**
 * How long anything of a service may take.
 *
 * @param header from the first byte of a request to the end of its headers
 * @param idle a client's connection between two requests
 * @param body between two parts of a request's body
 * @param connect until a server accepts
 * @param response from the request's last part to the first byte of the response
 * @param responseBody between two parts of a response
 * @param writeStall a client that takes nothing of what waits for it
 * @param serverIdle a server's connection between two requests
 * @param tunnel an upgraded connection on which nothing comes
 * @param linger how long a client that is still sending is listened to after an error was answered
 */
public record TimeoutsConfig(
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

  public static final TimeoutsConfig DEFAULT =
      new TimeoutsConfig(
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
}
