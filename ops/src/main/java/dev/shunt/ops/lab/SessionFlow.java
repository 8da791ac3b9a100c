package dev.shunt.ops.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Begins sessions of the service {@code datagrams} at a steady rate: a datagram each, from a source
 * of its own, which servers pass over in silence.
 *
 * <p>They come from {@code trafgen}, which takes little of the processor; datagrams from sockets
 * would take as much as the array does.
 */
public final class SessionFlow {

  /** Sessions that one source address has. */
  public static final int PER_ADDRESS = 63_000;

  private static final int FIRST_PORT = 2_048;

  /** Behind no host of the lab; the last byte counts on. */
  private static final String SOURCES = "10.78.0.";

  private static final int MOST_ADDRESSES = 250;
  private static final Duration SLACK = Duration.ofSeconds(60);

  private final Lab lab;
  private int addresses;

  private SessionFlow(Lab lab) {
    this.lab = lab;
  }

  /** Installs what it takes, where that may be done. */
  public static void require(Consumer<String> progress) {
    LabTools.require(Map.of("trafgen", "netsniff-ng"), progress);
  }

  /** Makes the servers of a lab silent for it. */
  public static SessionFlow in(Lab lab) {
    for (LabHost server : lab.topology().serverHosts()) {
      lab.exec(
          server.name(),
          "nft",
          "add table ip flow; add chain ip flow in { type filter hook prerouting priority -300; };"
              + " add rule ip flow in ip saddr "
              + SOURCES
              + "0/24 drop");
    }
    return new SessionFlow(lab);
  }

  /**
   * Begins so many new ones at this rate, and returns when all have been sent.
   *
   * @param perSecond approximately
   */
  public void send(int sessions, int perSecond) {
    int used = (sessions + PER_ADDRESS - 1) / PER_ADDRESS;
    if (addresses + used > MOST_ADDRESSES) {
      throw new LabException(
          "%d sessions more: allowed are %d altogether"
              .formatted(sessions, MOST_ADDRESSES * PER_ADDRESS));
    }
    Path file = lab.paths().dir().resolve("flow.cfg");
    try {
      Files.writeString(file, packets(used));
    } catch (IOException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
    addresses += used;
    Duration limit = Duration.ofSeconds(sessions / perSecond).plus(SLACK);
    lab.exec(
        limit,
        lab.client().name(),
        "trafgen",
        "--cpus",
        "1",
        "--no-cpu-stats",
        "--dev",
        "eth0",
        "--conf",
        file.toString(),
        "--num",
        Integer.toString(sessions),
        "--rate",
        perSecond + "pps");
  }

  /** One for each source address, whose port counts on. */
  private String packets(int used) {
    String mac = schedulersMac();
    StringBuilder packets = new StringBuilder();
    for (int i = 1; i <= used; i++) {
      packets.append(
          "{ eth(da=%s), ip4(sa=%s%d, da=%s, ttl=64), udp(sp=dinc(%d, %d), dp=%d), fill(0x61, 18) }%n"
              .formatted(
                  mac,
                  SOURCES,
                  addresses + i,
                  LabTopology.PLAIN_VIP,
                  FIRST_PORT,
                  FIRST_PORT + PER_ADDRESS - 1,
                  LabTopology.DATAGRAM_PORT));
    }
    return packets.toString();
  }

  /** What the client's packets go to; no scheduler may change while they do. */
  private String schedulersMac() {
    String scheduler = lab.resolve("scheduler");
    return lab.admin(scheduler).get("/v1/status").path("data_plane").path("mac").asText();
  }
}
