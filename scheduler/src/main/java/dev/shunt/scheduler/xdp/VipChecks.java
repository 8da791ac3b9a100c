package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.PathChecks;
import dev.shunt.scheduler.VipPath;
import dev.shunt.scheduler.health.HalfOpen;
import dev.shunt.scheduler.vip.Neighbours;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Half-open checks of VIPs at their servers, by raw frames on the data interface.
 *
 * <p>No socket of the kernel's could ask: the VIP stands on this member's own loopback. For the
 * same reason the kernel's stack drops the answers that a packet socket has seen, as if somebody
 * forged this member's address, and counts each as martian ({@code in_martian_src} of {@code
 * /proc/net/stat/rt_cache}; it logs them only with {@code log_martians}).
 *
 * <p>Needs {@code CAP_NET_RAW}. Any thread may call; {@link #open} first.
 */
public final class VipChecks implements PathChecks, AutoCloseable {

  /** How old what is known of the neighbours may be. */
  private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();

  private final String networkInterface;
  private final InetAddress source4;
  private final boolean ipv6;
  private final RandomGenerator random;
  private final Ticker ticker;
  private final Neighbours table;
  private @Nullable Open open;
  private Map<InetAddress, MacAddress> neighbours = Map.of();
  private @Nullable Long readAtNanos;

  /** What there is between {@link #open} and {@link #close}. */
  private record Open(PacketSocket socket, HalfOpen checks, Optional<InetAddress> source6) {}

  /**
   * @param source4 this member's own IPv4 address on the data network
   * @param ipv6 whether there are IPv6 VIPs to check
   * @param random one that nobody can predict
   */
  public VipChecks(
      String networkInterface,
      InetAddress source4,
      boolean ipv6,
      RandomGenerator random,
      Ticker ticker) {
    this.networkInterface = networkInterface;
    this.source4 = source4;
    this.ipv6 = ipv6;
    this.random = random;
    this.ticker = ticker;
    this.table = new Neighbours(networkInterface);
  }

  /**
   * @throws DataPlaneException without the capability, or without an IPv6 address where one is
   *     needed
   */
  public synchronized void open() throws DataPlaneException {
    Optional<InetAddress> source6 = ipv6 ? Optional.of(source6()) : Optional.empty();
    DataInterface on = DataInterface.of(networkInterface);
    PacketSocket socket = new PacketSocket(on);
    HalfOpen checks = new HalfOpen(on.mac(), socket, random, ticker);
    socket.start(checks::receive);
    open = new Open(socket, checks, source6);
  }

  /** One of the data interface: a global one, or what every link has. */
  private InetAddress source6() throws DataPlaneException {
    try {
      NetworkInterface found = NetworkInterface.getByName(networkInterface);
      return Optional.ofNullable(found).stream()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet6Address.class::isInstance)
          .min(Comparator.comparing(InetAddress::isLinkLocalAddress))
          .orElseThrow(() ->
              new DataPlaneException(
                  "checking an IPv6 VIP: %s has no IPv6 address".formatted(networkInterface)));
    } catch (IOException e) {
      throw new DataPlaneException("reading the addresses of " + networkInterface, e);
    }
  }

  @Override
  public Optional<Check> begin(VipPath path, Listener listener) throws DataPlaneException {
    Open now = opened();
    MacAddress server = neighbour(path.server());
    if (server == null) {
      return Optional.empty();
    }
    InetAddress source = path.vip() instanceof Inet4Address ? source4 : now.source6.orElseThrow();
    return Optional.of(now.checks.begin(path, source, server, listener));
  }

  private synchronized Open opened() throws DataPlaneException {
    if (open == null) {
      throw new DataPlaneException("checking a VIP: the packet socket is not open");
    }
    return open;
  }

  private synchronized @Nullable MacAddress neighbour(InetAddress server) {
    long now = ticker.nanos();
    if (readAtNanos == null || now - readAtNanos >= FRESH_NANOS) {
      neighbours = table.read();
      readAtNanos = now;
    }
    return neighbours.get(server);
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.socket.close();
      open = null;
    }
  }
}
