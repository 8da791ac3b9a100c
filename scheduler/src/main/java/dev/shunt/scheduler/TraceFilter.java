package dev.shunt.scheduler;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which packets are told of; all that is given must match.
 *
 * @param from the source's network
 * @param to the destination's
 * @param protocol number of the IP protocol; 0: any
 * @param port source or destination; 0: any
 * @param outcomes their names, or how these begin, such as {@code drop}; empty: all
 * @param every one of so many, on each processor
 */
public record TraceFilter(
    Optional<Network> from,
    Optional<Network> to,
    int protocol,
    int port,
    Set<String> outcomes,
    int every) {

  /** How long a trace runs on without being renewed. */
  public static final Duration LEASE = Duration.ofSeconds(3);

  public static final int MAX_EVERY = 1_000_000_000;

  /** Every packet. */
  public static final TraceFilter ALL =
      new TraceFilter(Optional.empty(), Optional.empty(), 0, 0, Set.of(), 1);

  /**
   * Addresses that begin alike.
   *
   * @param bits how many
   */
  public record Network(InetAddress address, int bits) {

    public Network {
      int most = address.getAddress().length * Byte.SIZE;
      if (bits < 0 || bits > most) {
        throw new IllegalArgumentException(
            "prefix length: found %d, allowed is 0 to %d".formatted(bits, most));
      }
    }

    boolean isIpv4() {
      return address instanceof Inet4Address;
    }
  }

  public TraceFilter {
    outcomes = Set.copyOf(outcomes);
    if (from.isPresent() && to.isPresent() && from.get().isIpv4() != to.get().isIpv4()) {
      throw new IllegalArgumentException(
          "from and to: found IPv4 and IPv6, allowed are two of the same");
    }
    if (every < 1 || every > MAX_EVERY) {
      throw new IllegalArgumentException(
          "every: found %d, allowed is 1 to %d".formatted(every, MAX_EVERY));
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: found " + port + ", allowed is 1 to 65535");
    }
    if (protocol < 0 || protocol > 255) {
      throw new IllegalArgumentException("protocol: found " + protocol + ", allowed is 1 to 255");
    }
  }
}
