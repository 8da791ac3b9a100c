package dev.shunt.node.health;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.NodeException;
import dev.shunt.node.TransportChoice;
import dev.shunt.node.transport.Transport;
import dev.shunt.scheduler.Sight;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
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
   */
  public record Watched(String name, InetSocketAddress address, HealthCheck check) {}

  private static final Logger LOG = LoggerFactory.getLogger(ServerWatch.class);

  /** RFC 863: whatever comes there is thrown away. All it is for is an ARP request before it. */
  private static final int DISCARD_PORT = 9;

  private final List<Watched> servers;
  private final RandomGenerator random;
  private final Ticker ticker;
  private final MultiThreadIoEventLoopGroup group;
  private final List<Probe> probes;
  private final List<SightState> states;
  private final AtomicReferenceArray<Sight> sights;
  private volatile boolean closed;

  /**
   * @throws NodeException when the transport does not work here
   */
  public ServerWatch(
      List<Watched> servers, TransportChoice choice, RandomGenerator random, Ticker ticker)
      throws NodeException {
    this.servers = List.copyOf(servers);
    this.random = random;
    this.ticker = ticker;
    Transport transport = Transport.of(choice);
    this.group = new MultiThreadIoEventLoopGroup(1, transport.handlers());
    EventLoop loop = group.next();
    this.probes = servers.stream().map(s -> new Probe(s.check(), loop, transport)).toList();
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
      disturb(watched.address());
      record(server, true, 0);
      return;
    }
    long began = ticker.nanos();
    probes
        .get(server)
        .run(watched.address(), success -> record(server, success, ticker.nanos() - began));
  }

  private void record(int server, boolean success, long nanos) {
    if (closed) {
      return;
    }
    Sight before = sights.get(server);
    Sight now = states.get(server).record(success, Duration.ofNanos(nanos));
    sights.set(server, now);
    if (before.isUp() != now.isUp() || !before.isKnown()) {
      Watched watched = servers.get(server);
      LOG.info(
          "server {} at {} is {}", watched.name(), watched.address(), now.isUp() ? "up" : "down");
    }
    schedule(server, states.get(server).nextDelay(random));
  }

  /** Without a check, something has to make the kernel look for the server. */
  private static void disturb(InetSocketAddress server) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.configureBlocking(false);
      channel.send(
          ByteBuffer.allocate(0), new InetSocketAddress(server.getAddress(), DISCARD_PORT));
    } catch (IOException e) {
      LOG.debug("sending to {}", server, e);
    }
  }
}
