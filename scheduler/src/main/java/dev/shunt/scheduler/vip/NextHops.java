package dev.shunt.scheduler.vip;

import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.MacAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By whom addresses behind routers are reached: the kernel's routes, and the Ethernet addresses of
 * the routers that they name.
 *
 * <p>The kernel is told to keep these neighbours ({@code managed}), so that it knows them without
 * any traffic of its own, and goes on to when this process has ended. A thread follows both tables
 * as long as the process lives; {@link #read} never waits for it.
 */
public final class NextHops {

  private static final Logger LOG = LoggerFactory.getLogger(NextHops.class);
  private static final long INTERVAL_MILLIS = 1000;
  private static final Duration COMMAND = Duration.ofSeconds(5);

  private final String networkInterface;
  private final List<InetAddress> far;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("next-hops").daemon(true).factory());
  private volatile Map<InetAddress, MacAddress> known = Map.of();
  private Set<InetAddress> unknown = Set.of();
  private Set<InetAddress> hops = Set.of();

  /** Both tables at one time, as far as they matter. */
  record Tables(Map<InetAddress, InetAddress> routes, Map<InetAddress, MacAddress> neighbours) {}

  /**
   * @param networkInterface the only one by which packets may leave
   * @param far addresses that are to be reached
   */
  public NextHops(String networkInterface, Collection<InetAddress> far) {
    this.networkInterface = networkInterface;
    this.far = List.copyOf(far);
  }

  /** Begins to follow. */
  public NextHops start() {
    var _ = thread.scheduleWithFixedDelay(this::follow, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  /** The Ethernet address that leads to each, as last seen; those without a way are left out. */
  public Map<InetAddress, MacAddress> read() {
    return known;
  }

  private void follow() {
    try {
      Set<InetAddress> before = hops;
      refresh();
      if (!before.equals(hops)) {
        // Now the kernel is told of the new ones, and asked for their addresses.
        refresh();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // One failure must not end the following ones.
      LOG.error("following the next hops of {} failed", networkInterface, e);
    }
  }

  /** A way once found stays until another is: a neighbour that is being asked again is no loss. */
  private void refresh() throws InterruptedException {
    try {
      Tables tables = parse(ip(commands()), networkInterface);
      hops = new HashSet<>(tables.routes.values());
      Map<InetAddress, MacAddress> found = new HashMap<>(known);
      Set<InetAddress> missing = new HashSet<>();
      for (InetAddress address : far) {
        InetAddress hop = tables.routes.get(address);
        MacAddress mac = hop == null ? null : tables.neighbours.get(hop);
        if (mac != null) {
          found.put(address, mac);
        } else {
          missing.add(address);
        }
      }
      known = Map.copyOf(found);
      report(missing);
    } catch (IOException e) {
      LOG.warn("reading routes and neighbours of {}: {}", networkInterface, e.getMessage());
    }
  }

  private void report(Set<InetAddress> missing) {
    if (!missing.equals(unknown)) {
      unknown = missing;
      if (missing.isEmpty()) {
        LOG.info("every tunnel has its next hop on {}", networkInterface);
      } else {
        LOG.warn(
            "no way on {} to {}",
            networkInterface,
            missing.stream().map(AddressText::of).sorted().toList());
      }
    }
  }

  private String commands() {
    StringBuilder commands = new StringBuilder();
    for (InetAddress address : far) {
      commands.append("route get ").append(AddressText.of(address)).append('\n');
    }
    for (InetAddress hop : hops) {
      commands
          .append("neigh replace ")
          .append(AddressText.of(hop))
          .append(" dev ")
          .append(networkInterface)
          .append(" managed\n");
    }
    return commands.append("neigh show dev ").append(networkInterface).append('\n').toString();
  }

  /** One process for all; what fails is missing in the answer, and the rest is there. */
  private static List<String> ip(String commands) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("ip", "-o", "-force", "-batch", "-")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(commands.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new IOException("ip gave no answer in " + COMMAND.toSeconds() + " s");
    }
    return output.lines().toList();
  }

  /**
   * Lines of {@code ip route get} ({@code ADDRESS [from ...] [via HOP] dev NAME ...}) and of {@code
   * ip neigh show dev NAME} ({@code ADDRESS lladdr MAC STATE}).
   */
  static Tables parse(List<String> lines, String networkInterface) {
    Map<InetAddress, InetAddress> routes = new HashMap<>();
    Map<InetAddress, MacAddress> neighbours = new HashMap<>();
    for (String line : lines) {
      List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+")));
      try {
        InetAddress subject = InetAddress.ofLiteral(words.getFirst());
        String mac = after(words, "lladdr");
        if (!mac.isEmpty()) {
          if (!words.getLast().equals("FAILED")) {
            neighbours.put(subject, MacAddress.parse(mac));
          }
        } else if (after(words, "dev").equals(networkInterface)) {
          String via = after(words, "via");
          routes.put(subject, via.isEmpty() ? subject : InetAddress.ofLiteral(via));
        }
      } catch (IllegalArgumentException e) {
        LOG.debug("a line that is neither route nor neighbour: {}", line, e);
      }
    }
    return new Tables(routes, neighbours);
  }

  private static String after(List<String> words, String key) {
    int at = words.indexOf(key);
    return at < 0 || at + 1 == words.size() ? "" : words.get(at + 1);
  }
}
