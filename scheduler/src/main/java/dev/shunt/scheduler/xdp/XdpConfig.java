package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.SchedulerConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel data plane is made of.
 *
 * <p>A change of one of the sizes makes the maps of an earlier process unfit: they are replaced and
 * the sessions of this member's kernel are read again from the other members.
 *
 * @param networkInterface the data interface
 * @param pinDirectory where program and tables stay between two processes, below {@code
 *     /sys/fs/bpf}, its own for each member on a host
 * @param maxSessions bound of each session table, of which IPv4 and IPv6 have one
 * @param rowSize the longest row of a service, in buckets
 * @param maxServices bound of the services; each has room for two rows
 * @param eventBytes size of the ring buffer of session events, a power of two and no less than a
 *     page; {@value #EVENT_BYTES} bytes for each event
 * @param seed of the hash that picks a bucket; equal on all members, or they would send a flow
 *     without a session to different targets
 * @param tunnelEnd where this machine's tunnels end; empty: labels follow the Ethernet header
 */
public record XdpConfig(
    String networkInterface,
    Path pinDirectory,
    int maxSessions,
    int rowSize,
    int maxServices,
    int eventBytes,
    int seed,
    Optional<InetAddress> tunnelEnd) {

  public static final int DEFAULT_MAX_SERVICES = 64;
  public static final int DEFAULT_EVENT_BYTES = 1 << 20;

  /** Pairs of session labels that the kernel has room for beside those in use. */
  public static final int POOL_PAIRS = 1 << 16;

  public static final int MAX_ROW_SIZE = 1 << 20;

  /** Buckets of all rows together, each 8 bytes of kernel memory: 512 MiB. */
  static final int MAX_BUCKETS = 1 << 26;

  public static final int MAX_SERVICES = 1024;

  /** One event in the ring buffer, its header included. */
  static final int EVENT_BYTES = 72;

  private static final int MIN_EVENT_BYTES = 4096;

  public XdpConfig {
    require("maxSessions", maxSessions, 1, 1 << 26);
    require("rowSize", rowSize, 1, MAX_ROW_SIZE);
    require("maxServices", maxServices, 1, MAX_SERVICES);
    if (2L * rowSize * maxServices > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "rowSize %d for maxServices %d: allowed are %d buckets together, two rows a service"
              .formatted(rowSize, maxServices, MAX_BUCKETS));
    }
    require("eventBytes", eventBytes, MIN_EVENT_BYTES, 1 << 28);
    if (Integer.bitCount(eventBytes) != 1) {
      throw new IllegalArgumentException(
          "eventBytes " + eventBytes + ": allowed is a power of two");
    }
  }

  /** Without tunnels. */
  public XdpConfig(
      String networkInterface,
      Path pinDirectory,
      int maxSessions,
      int rowSize,
      int maxServices,
      int eventBytes,
      int seed) {
    this(
        networkInterface,
        pinDirectory,
        maxSessions,
        rowSize,
        maxServices,
        eventBytes,
        seed,
        Optional.empty());
  }

  /** The sizes that the scheduler's configuration names, the rest by default. */
  public static XdpConfig of(SchedulerConfig scheduler, Path pinDirectory) {
    return new XdpConfig(
        scheduler.networkInterface(),
        pinDirectory,
        scheduler.maxSessions(),
        scheduler.rowSize(),
        Math.max(DEFAULT_MAX_SERVICES, scheduler.services().size()),
        DEFAULT_EVENT_BYTES,
        0,
        scheduler.tunnelEnd());
  }

  /** The same with another seed of the hash. */
  public XdpConfig withSeed(int changed) {
    return new XdpConfig(
        networkInterface,
        pinDirectory,
        maxSessions,
        rowSize,
        maxServices,
        eventBytes,
        changed,
        tunnelEnd);
  }

  private static void require(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s %d: allowed is %d to %d".formatted(key, value, least, most));
    }
  }
}
