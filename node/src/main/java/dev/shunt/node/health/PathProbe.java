package dev.shunt.node.health;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.PathAnswer;
import dev.shunt.scheduler.PathChecks;
import dev.shunt.scheduler.VipPath;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One health check of a server through the VIP. Runs on one event loop.
 *
 * <p>Raw frames don't make the kernel look for the server or notice that it moved, so a datagram to
 * the server's own address goes before each.
 */
final class PathProbe {

  private static final Logger LOG = LoggerFactory.getLogger(PathProbe.class);

  /** RFC 863: whatever comes there is thrown away. All it is for is an ARP request before it. */
  private static final int DISCARD_PORT = 9;

  /** How often it is looked whether the neighbour table has the server by now. */
  private static final Duration AGAIN = Duration.ofMillis(20);

  private final VipPath path;
  private final long timeoutNanos;
  private final PathChecks checks;
  private final EventLoop eventLoop;
  private final Ticker ticker;

  PathProbe(VipPath path, Duration timeout, PathChecks checks, EventLoop eventLoop, Ticker ticker) {
    this.path = path;
    this.timeoutNanos = timeout.toNanos();
    this.checks = checks;
    this.eventLoop = eventLoop;
    this.ticker = ticker;
  }

  /** Checks the server; {@code result} is told once, on the event loop. */
  void run(PathChecks.Listener result) {
    disturb(path.server());
    begin(ticker.nanos() + timeoutNanos, result);
  }

  private void begin(long untilNanos, PathChecks.Listener result) {
    long left = untilNanos - ticker.nanos();
    try {
      Optional<PathChecks.Check> begun =
          checks.begin(path, (answer, took) -> tell(result, answer, took));
      if (begun.isPresent()) {
        later(begun.get()::giveUp, Math.max(left, 0));
      } else if (left <= 0) {
        result.answered(PathAnswer.UNKNOWN_NEIGHBOUR, Duration.ZERO);
      } else {
        later(() -> begin(untilNanos, result), Math.min(left, AGAIN.toNanos()));
      }
    } catch (DataPlaneException e) {
      LOG.debug("checking {}", path, e);
      result.answered(PathAnswer.NOT_SENT, Duration.ZERO);
    }
  }

  private void tell(PathChecks.Listener result, PathAnswer answer, Duration took) {
    try {
      eventLoop.execute(() -> result.answered(answer, took));
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closing", e);
    }
  }

  private void later(Runnable action, long nanos) {
    var _ = eventLoop.schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  /** Makes the kernel look where the server is. */
  static void disturb(InetAddress server) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.configureBlocking(false);
      channel.send(ByteBuffer.allocate(0), new InetSocketAddress(server, DISCARD_PORT));
    } catch (IOException e) {
      LOG.debug("sending to {}", server, e);
    }
  }
}
