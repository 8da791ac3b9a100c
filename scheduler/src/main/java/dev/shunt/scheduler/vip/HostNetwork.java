package dev.shunt.scheduler.vip;

import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Vip;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Prepares the host for its part: every VIP stands on the loopback, and the kernel itself never
 * answers for one.
 *
 * <p>IPv4: {@code arp_ignore=1}: answer only for addresses of the interface asked on; {@code
 * arp_announce=2}: never ask with a VIP as the sender; {@code rp_filter=0}: a packet that the
 * scheduler sent on is not taken for a forgery.
 *
 * <p>IPv6 answers and asks in this way by itself. A VIP is deprecated from the start ({@code
 * preferred_lft 0}), so that no connection to a server takes it for its source (RFC 6724 rule 3);
 * and the data interface joins its solicited-node group (RFC 4291 section 2.7.1), or no card and no
 * switch that snoops would let its solicitations through to the program. Likewise the data
 * interface takes the group addresses of everyone's VIPs. All idempotent.
 */
public final class HostNetwork {

  private static final long COMMAND_SECONDS = 5;
  private static final Path SYSCTL = Path.of("/proc/sys/net/ipv4/conf");
  private static final Path SYSCTL6 = Path.of("/proc/sys/net/ipv6/conf");

  private final String networkInterface;
  private final List<Vip> vips;
  private final Set<Vip> everyones;

  public HostNetwork(String networkInterface, List<Vip> vips) {
    this(networkInterface, vips, Set.of());
  }

  /**
   * @param everyones those of the VIPs whose packets every member takes
   */
  public HostNetwork(String networkInterface, List<Vip> vips, Set<Vip> everyones) {
    this.networkInterface = networkInterface;
    this.vips = List.copyOf(vips);
    this.everyones = Set.copyOf(everyones);
  }

  /** Puts the VIPs on the loopback and sets the kernel's ARP behaviour. */
  public void prepare() throws DataPlaneException {
    Map<String, String> settings = Map.of("arp_ignore", "1", "arp_announce", "2", "rp_filter", "0");
    for (String scope : List.of("all", networkInterface)) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        write(SYSCTL.resolve(scope).resolve(setting.getKey()), setting.getValue());
      }
    }
    ip("link", "set", "lo", "up");
    for (Vip vip : vips) {
      if (vip.address() instanceof Inet4Address) {
        ip("address", "replace", vip + "/32", "dev", "lo");
      } else {
        prepare6(vip);
      }
    }
    for (Vip vip : everyones) {
      ip("maddress", "add", vip.groupMac().toString(), "dev", networkInterface);
    }
  }

  private void prepare6(Vip vip) throws DataPlaneException {
    for (String device : List.of("lo", networkInterface)) {
      write(SYSCTL6.resolve(device).resolve("disable_ipv6"), "0");
    }
    ip("address", "replace", vip + "/128", "dev", "lo", "preferred_lft", "0", "nodad");
    ip("address", "replace", solicitedNode(vip), "dev", networkInterface, "autojoin", "nodad");
  }

  /** Where tunnels end, packets come only if the host has the address. */
  public static void requireAddress(InetAddress address) throws DataPlaneException {
    try {
      if (NetworkInterface.getByInetAddress(address) == null) {
        throw new DataPlaneException(
            "data address "
                + AddressText.of(address)
                + ": no interface of this host has it; allowed is one by which members reach it");
      }
    } catch (SocketException e) {
      throw new DataPlaneException(
          "looking for " + AddressText.of(address) + ": " + e.getMessage(), e);
    }
  }

  /** The group in which neighbours ask for an address, with its last three bytes. */
  static String solicitedNode(Vip vip) {
    byte[] address = vip.address().getAddress();
    return "ff02::1:ff%02x:%02x%02x/128".formatted(address[13], address[14], address[15]);
  }

  private static void write(Path file, String value) throws DataPlaneException {
    try {
      if (!Files.readString(file).strip().equals(value)) {
        Files.writeString(file, value);
      }
    } catch (IOException e) {
      throw new DataPlaneException("setting " + file + " to " + value + ": " + e.getMessage(), e);
    }
  }

  private static void ip(String... arguments) throws DataPlaneException {
    String command = "ip " + String.join(" ", arguments);
    try {
      Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new DataPlaneException(command + ": no answer in " + COMMAND_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new DataPlaneException(command + ": " + output);
      }
    } catch (IOException e) {
      throw new DataPlaneException(command + ": " + e.getMessage() + " (package iproute2)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataPlaneException(command + ": interrupted", e);
    }
  }
}
