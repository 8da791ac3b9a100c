package dev.shunt.scheduler.edge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a label edge is made of.
 *
 * @param networkInterface where labelled frames come and go
 * @param role which end it is
 * @param vips whose flows are labelled; those of all other addresses are not touched
 * @param pinDirectory where programs and tables stay between two processes, below {@code
 *     /sys/fs/bpf}
 * @param maxFlows how many labels are remembered; the one used longest ago makes room
 * @param fresh how long a label is used without the other side confirming it. Less than the time
 *     for which the array gives a withdrawn label to nobody else (30 s), so that no label is ever
 *     used for two sessions
 * @param tunnels where labels in UDP come from and go to
 */
public record EdgeConfig(
    String networkInterface,
    EdgeRole role,
    List<Prefix> vips,
    Path pinDirectory,
    int maxFlows,
    Duration fresh,
    TunnelEnds tunnels) {

  public static final int DEFAULT_MAX_FLOWS = 1 << 16;
  public static final int MAX_FLOWS = 1 << 22;
  public static final int MAX_VIPS = 64;
  public static final Duration DEFAULT_FRESH = Duration.ofSeconds(10);
  public static final Duration MAX_FRESH = Duration.ofSeconds(25);

  private static final Path PINS = Path.of("/sys/fs/bpf/shunt-edge");

  public EdgeConfig {
    vips = vips.stream().distinct().toList();
    if (vips.isEmpty() || vips.size() > MAX_VIPS) {
      throw new IllegalArgumentException(
          "%d VIPs: allowed are 1 to %d".formatted(vips.size(), MAX_VIPS));
    }
    if (maxFlows < 1 || maxFlows > MAX_FLOWS) {
      throw new IllegalArgumentException(
          "%d flows: allowed are 1 to %d".formatted(maxFlows, MAX_FLOWS));
    }
    if (fresh.isNegative() || fresh.isZero() || fresh.compareTo(MAX_FRESH) > 0) {
      throw new IllegalArgumentException(
          "labels used for %s unconfirmed: allowed is more than 0 and up to %d s, less than a"
                  .formatted(fresh, MAX_FRESH.toSeconds())
              + " withdrawn label rests");
    }
    if (role == EdgeRole.CLIENT && !tunnels.addresses().isEmpty()) {
      throw new IllegalArgumentException(
          "labels in UDP for a client: allowed is role server, for nobody sends them to clients");
    }
  }

  /** Without labels in UDP. */
  public EdgeConfig(
      String networkInterface,
      EdgeRole role,
      List<Prefix> vips,
      Path pinDirectory,
      int maxFlows,
      Duration fresh) {
    this(networkInterface, role, vips, pinDirectory, maxFlows, fresh, TunnelEnds.NONE);
  }

  /** The same with other tunnels. */
  public EdgeConfig with(TunnelEnds other) {
    return new EdgeConfig(networkInterface, role, vips, pinDirectory, maxFlows, fresh, other);
  }

  /** Where the pins of an interface's edge are, if nothing else is said. */
  public static Path defaultPins(String networkInterface) {
    // The kernel allows no dots in names there.
    return PINS.resolve(networkInterface.replace('.', '_'));
  }
}
