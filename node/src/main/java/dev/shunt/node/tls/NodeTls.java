package dev.shunt.node.tls;

import dev.shunt.node.HttpService;
import dev.shunt.node.NodeException;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of all services of a node. Looks after certificates' files and ticket keys on a thread of
 * its own, for it reads files; without a service that needs it there is none.
 */
public final class NodeTls implements AutoCloseable {

  /** How soon a change of a file is noticed. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);

  private final TlsLibrary library;
  private final Supplier<byte[]> secret;
  private final InstantSource clock;
  private final List<TlsFront> fronts = new ArrayList<>();
  private final List<TlsClient> clients = new ArrayList<>();
  private byte @Nullable [] key;
  private @Nullable ScheduledExecutorService thread;

  /**
   * @param secret what ticket keys are made from; asked once, and only if a service has TLS
   */
  public NodeTls(TlsLibrary library, Supplier<byte[]> secret, InstantSource clock) {
    this.library = library;
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * The TLS of a service towards its clients, or null where it has none.
   *
   * @throws NodeException when a file cannot be used
   */
  public @Nullable TlsFront front(HttpService service) throws NodeException {
    if (service.tls().isEmpty()) {
      return null;
    }
    TlsTermination config = service.tls().get();
    byte[] shared = key == null ? secret.get() : key;
    key = shared;
    try {
      TlsFront front =
          new TlsFront(
              service.name(), config, library, service.http2().enabled(), shared::clone, clock);
      fronts.add(front);
      return front;
    } catch (TlsFileException e) {
      throw unusable(service, e);
    }
  }

  /**
   * The TLS of a service towards its servers, or null where it has none.
   *
   * @throws NodeException when a file cannot be used
   */
  public @Nullable TlsClient client(HttpService service) throws NodeException {
    if (service.serverTls().isEmpty()) {
      return null;
    }
    TlsToServers config = service.serverTls().get();
    try {
      TlsClient client = new TlsClient(config, service.toServers().protocol(), library);
      clients.add(client);
      return client;
    } catch (TlsFileException e) {
      throw unusable(service, e);
    }
  }

  private static NodeException unusable(HttpService service, TlsFileException e) {
    return new NodeException("service '%s': %s".formatted(service.name(), e.getMessage()), e);
  }

  /** Begins to look after what {@link #front} gave. */
  public void start() {
    if (fronts.isEmpty()) {
      return;
    }
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("shunt-certificates").factory());
    thread = started;
    long millis = INTERVAL.toMillis();
    var _ = started.scheduleWithFixedDelay(this::keep, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void keep() {
    for (TlsFront front : fronts) {
      try {
        front.keep();
      } catch (RuntimeException e) {
        LOG.warn("certificates stay as they were", e);
      }
    }
  }

  /** Ends the looking, then frees what is held; no connection may begin afterwards. */
  @Override
  public void close() {
    ScheduledExecutorService running = thread;
    if (running != null) {
      running.close();
    }
    fronts.forEach(TlsFront::close);
    fronts.clear();
    clients.forEach(TlsClient::close);
    clients.clear();
  }
}
