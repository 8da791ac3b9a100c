package dev.shunt.node.health;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Server;
import dev.shunt.node.tls.TlsClient;
import dev.shunt.node.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the servers of a service and tells when one comes up or goes down (claim A13).
 *
 * <p>Everything happens on the one event loop it is given; {@link #connectFailed} may be called
 * from any thread.
 */
public final class HealthMonitor {

  /** Is told of changes, on the event loop. */
  @FunctionalInterface
  public interface Listener {
    void changed(int server, boolean up);
  }

  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

  private final HttpService service;
  private final EventLoop eventLoop;
  private final ChannelGroup underWay;
  private final RandomGenerator random;
  private final Listener listener;
  private final Probe probe;
  private final Optional<DatagramProbe> datagrams;
  private final List<HealthState> states = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param tls with which checks are encrypted
   */
  public HealthMonitor(
      HttpService service,
      EventLoop eventLoop,
      Transport transport,
      @Nullable TlsClient tls,
      RandomGenerator random,
      Listener listener) {
    this.service = service;
    this.eventLoop = eventLoop;
    this.underWay = new DefaultChannelGroup(eventLoop, true);
    this.random = random;
    this.listener = listener;
    this.probe =
        new Probe(
            service.healthCheck(),
            eventLoop,
            transport,
            underWay,
            tls,
            service.udp().isPresent() ? null : service.proxy().toServers().orElse(null),
            service.toServers().protocol());
    this.datagrams =
        service
            .healthCheck()
            .datagram()
            .map(check ->
                new DatagramProbe(
                    check,
                    service.healthCheck().timeout(),
                    eventLoop,
                    transport,
                    underWay,
                    service.proxy().toServers().isPresent()));
    for (int i = 0; i < service.servers().size(); i++) {
      states.add(new HealthState(service.healthCheck()));
    }
  }

  public void start() {
    if (checks()) {
      eventLoop.execute(() -> {
        for (int i = 0; i < states.size(); i++) {
          schedule(i, states.get(i).firstDelay(random));
        }
      });
    }
  }

  /** Checks no more, and ends what is under way; for any thread. */
  public void close() {
    closed = true;
    var _ = underWay.close();
  }

  /** Whether connections of checks are still open; for any thread. */
  public boolean underWay() {
    return !underWay.isEmpty();
  }

  /** A request's connection to a server failed: counts as a failed check. */
  public void connectFailed(int server) {
    if (checks() && !closed) {
      try {
        eventLoop.execute(() -> record(server, false));
      } catch (RejectedExecutionException e) {
        LOG.debug("the node is closing", e);
      }
    }
  }

  private boolean checks() {
    return service.healthCheck().kind() != HealthCheck.Kind.NONE;
  }

  private void schedule(int server, Duration delay) {
    if (!closed) {
      var _ = eventLoop.schedule(() -> check(server), delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void check(int server) {
    if (!closed) {
      InetSocketAddress target =
          service.healthCheck().target(service.servers().get(server).address());
      Consumer<Boolean> result =
          success -> {
            record(server, success);
            schedule(server, states.get(server).nextDelay(random));
          };
      datagrams.ifPresentOrElse(d -> d.run(target, result), () -> probe.run(target, result));
    }
  }

  private void record(int server, boolean success) {
    if (!closed && states.get(server).record(success)) {
      Server of = service.servers().get(server);
      LOG.info(
          "service {}: server {} at {} is {}",
          service.name(),
          of.name(),
          of.address(),
          success ? "up" : "down");
      listener.changed(server, success);
    }
  }
}
