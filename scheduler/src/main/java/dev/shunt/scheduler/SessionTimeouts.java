package dev.shunt.scheduler;

import java.time.Duration;

/**
 * After how much silence of the client a session is forgotten.
 *
 * @param opening nothing came after the first packet
 * @param established TCP, between two packets
 * @param udp UDP, between two packets
 * @param closing after FIN or RST
 */
public record SessionTimeouts(
    Duration opening, Duration established, Duration udp, Duration closing) {

  public static final SessionTimeouts DEFAULT =
      new SessionTimeouts(
          Duration.ofSeconds(60),
          Duration.ofHours(1),
          Duration.ofSeconds(120),
          Duration.ofSeconds(20));
}
