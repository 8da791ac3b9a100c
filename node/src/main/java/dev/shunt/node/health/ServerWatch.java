package dev.shunt.node.health;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.NodeException;
import dev.shunt.node.TransportChoice;
import dev.shunt.node.transport.Transport;
import dev.shunt.scheduler.PathChecks;
import dev.shunt.scheduler.Sight;
import dev.shunt.scheduler.VipPath;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks direct servers, which get clients' packets past the nodes: every member does, and the
 * array takes the majority's word. The checks also keep the kernel's neighbour table fresh, out of
 * which the servers' Ethernet addresses come.
 *
 * <p>One event loop of its own does all of it. {@link #sights} is for any thread.
 */
public final class ServerWatch implements AutoCloseable {

  /**
   * A server to check.
   *
   * @param name for people
   * @param address its own, not the VIP, and the port that is checked
   * @param path to it by the VIP, for a check that goes that way
   */
  public record Watched(String name, InetSocketAddress address, HealthCheck check, VipPath path) {

    private boolean isByFrames() {
      return check.via() == HealthCheck.Via.VIP && !path.local();
    }

    /** Where a check by a connection goes: a server on this machine has this machine's VIP. */
    private InetSocketAddress connectsTo() {
      return check.via() == HealthCheck.Via.VIP
          ? new InetSocketAddress(path.vip(), path.port())
          : address;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(ServerWatch.class);

  private final List<Watched> servers;
  private final RandomGenerator random;
  private final Ticker ticker;
  private final MultiThreadIoEventLoopGroup group;
  private final ChannelGroup underWay;
  private final List<Probe> probes;
  private final List<PathProbe> pathProbes;
  private final List<SightState> states;
  private final AtomicReferenceArray<Sight> sights;
  private volatile boolean closed;

  /**
   * @param paths for checks through the VIP
   * @throws NodeException when the transport does not work here
   */
  public ServerWatch(
      List<Watched> servers,
      TransportChoice choice,
      PathChecks paths,
      RandomGenerator random,
      Ticker ticker)
      throws NodeException {
    this.servers = List.copyOf(servers);
    this.random = random;
    this.ticker = ticker;
    Transport transport = Transport.of(choice);
    this.group = new MultiThreadIoEventLoopGroup(1, transport.handlers());
    EventLoop loop = group.next();
    this.underWay = new DefaultChannelGroup(loop, true);
    this.probes =
        servers.stream().map(s -> new Probe(s.check(), loop, transport, underWay)).toList();
    this.pathProbes =
        servers.stream()
            .map(s -> new PathProbe(s.path(), s.check().timeout(), paths, loop, ticker))
            .toList();
    this.states = servers.stream().map(s -> new SightState(s.check())).toList();
    Sight[] unknown = new Sight[servers.size()];
    Arrays.fill(unknown, Sight.UNKNOWN);
    this.sights = new AtomicReferenceArray<>(unknown);
  }

  public void start() {
    for (int i = 0; i < servers.size(); i++) {
      schedule(i, states.get(i).firstDelay(random));
    }
  }

  /** What is seen of each server, in their order. */
  public List<Sight> sights() {
    return IntStream.range(0, servers.size()).mapToObj(sights::get).toList();
  }

  @Override
  public void close() {
    closed = true;
    var _ = underWay.close();
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void schedule(int server, Duration delay) {
    if (!closed) {
      var _ = group.schedule(() -> check(server), delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void check(int server) {
    Watched watched = servers.get(server);
    if (watched.check().kind() == HealthCheck.Kind.NONE) {
      PathProbe.disturb(watched.address().getAddress());
      record(server, true, 0, "not checked");
      return;
    }
    if (watched.isByFrames()) {
      pathProbes
          .get(server)
          .run((answer, took) -> record(server, answer.isSuccess(), took.toNanos(), answer.text()));
      return;
    }
    long began = ticker.nanos();
    probes
        .get(server)
        .run(
            watched.connectsTo(),
            success ->
                record(
                    server,
                    success,
                    ticker.nanos() - began,
                    success ? "it answered" : "no answer that counts"));
  }

  private void record(int server, boolean success, long nanos, String why) {
    if (closed) {
      return;
    }
    Sight before = sights.get(server);
    Sight now = states.get(server).record(success, Duration.ofNanos(nanos));
    sights.set(server, now);
    if (before.isUp() != now.isUp() || !before.isKnown()) {
      Watched watched = servers.get(server);
      LOG.info(
          "server {} at {} is {}, checked by {}: {}",
          watched.name(),
          watched.address(),
          now.isUp() ? "up" : "down",
          watched.connectsTo(),
          why);
    }
    schedule(server, states.get(server).nextDelay(random));
  }
}
