package dev.shunt.scheduler.vip;

import dev.shunt.scheduler.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's neighbour table: which Ethernet address each IPv4 address of the data network has.
 * What keeps it fresh is traffic, such as health checks.
 */
public final class Neighbours {

  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

  /** Of this thread's network namespace. */
  private static final Path TABLE = Path.of("/proc/thread-self/net/arp");

  /** {@code ATF_COM} of {@code <linux/if_arp.h>}: the address is known. */
  private static final int COMPLETE = 2;

  private static final int COLUMNS = 6;

  private final String networkInterface;

  public Neighbours(String networkInterface) {
    this.networkInterface = networkInterface;
  }

  /** Who is known now; nobody if the table cannot be read. */
  public Map<InetAddress, MacAddress> read() {
    try {
      return parse(Files.readAllLines(TABLE), networkInterface);
    } catch (IOException e) {
      LOG.warn("reading {}: {}", TABLE, e.getMessage());
      return Map.of();
    }
  }

  /** Lines of {@code address, type, flags, MAC, mask, device}, under a heading. */
  static Map<InetAddress, MacAddress> parse(List<String> lines, String networkInterface) {
    Map<InetAddress, MacAddress> found = new HashMap<>();
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length != COLUMNS || !columns[5].equals(networkInterface)) {
        continue;
      }
      try {
        if ((Integer.decode(columns[2]) & COMPLETE) != 0) {
          found.put(InetAddress.ofLiteral(columns[0]), MacAddress.parse(columns[3]));
        }
      } catch (IllegalArgumentException e) {
        LOG.debug("a line of the neighbour table that is none: {}", line, e);
      }
    }
    return found;
  }
}
