package dev.shunt.node.http;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.HttpService;
import dev.shunt.node.Node;
import dev.shunt.node.NodeConfig;
import dev.shunt.node.NodeException;
import dev.shunt.node.NodeStats;
import dev.shunt.node.ResponseStore;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import dev.shunt.node.StageProvider;
import dev.shunt.node.choice.Outcomes;
import dev.shunt.node.health.HealthMonitor;
import dev.shunt.node.tls.NodeTls;
import dev.shunt.node.tls.TlsLibrary;
import dev.shunt.node.transport.Transport;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.local.LocalBindings;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Node} on Netty. */
public final class NettyNode implements Node {

  private static final Logger LOG = LoggerFactory.getLogger(NettyNode.class);

  /** How long an event loop may take to look for a request. */
  private static final long EXPLAIN_MILLIS = 1_000;

  private static final long POLL_MILLIS = 20;
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final NodeConfig config;
  private final Ticker ticker;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final BindingTables bindings;
  private final Transport transport;
  private final List<Loops> loops = new ArrayList<>();
  private final List<ServiceRuntime> runtimes = new ArrayList<>();
  private final List<RunningService> services = new ArrayList<>();
  private final TlsLibrary tlsLibrary;
  private final NodeTls tls;
  private final Backlog backlog;
  private boolean started;
  private boolean closed;

  /**
   * @param clock what {@code Date} headers are made from
   * @param random what health checks and choices are spread with
   * @param bindings where stages have their tables
   * @throws NodeException when the configured transport does not work here
   */
  public NettyNode(
      NodeConfig config,
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random,
      BindingTables bindings)
      throws NodeException {
    this(config, ticker, clock, random, bindings, TlsLibrary.best());
  }

  /** The same alone, with tables of its own. */
  public NettyNode(NodeConfig config, Ticker ticker, InstantSource clock, RandomGenerator random)
      throws NodeException {
    this(config, ticker, clock, random, new LocalBindings(clock));
  }

  /** The same with a TLS library that was chosen. */
  NettyNode(
      NodeConfig config,
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random,
      BindingTables bindings,
      TlsLibrary tlsLibrary)
      throws NodeException {
    this.bindings = bindings;
    this.tlsLibrary = tlsLibrary;
    this.config = config;
    this.ticker = ticker;
    this.clock = clock;
    this.random = random;
    this.transport = Transport.of(config.transport());
    this.tls = new NodeTls(tlsLibrary, config.ticketKey(), clock);
    this.backlog = new Backlog(config.bufferedBytes());
  }

  /** A service and what belongs to it. */
  private record RunningService(
      ServiceRuntime runtime,
      List<ServiceLoop> loops,
      Sockets sockets,
      HealthMonitor health,
      Optional<Ejector> ejector) {

    private void startAdmitting(Worker deciding) {
      AdmissionGate gate = runtime.gate();
      if (gate != null) {
        gate.start(loops, deciding.eventLoop());
      }
    }

    private void startEjecting() {
      Outcomes outcomes = runtime.outcomes();
      if (outcomes != null) {
        ejector.ifPresent(e -> e.start(outcomes));
      }
    }
  }

  @Override
  public synchronized void start() throws NodeException {
    if (started) {
      throw new IllegalStateException("the node was started before");
    }
    started = true;
    boolean complete = false;
    try {
      startLoops(transport);
      boolean relays = config.services().stream().anyMatch(HttpService::isRelay);
      if (relays && transport.ofRelays() != transport) {
        startLoops(transport.ofRelays());
      }
      StageLoader stages = new StageLoader(config.cookieKey(), bindings, config.stageHome(), clock);
      for (HttpService service : config.services()) {
        services.add(
            prepare(service, stages, service.isRelay() ? loops.getLast() : loops.getFirst()));
      }
      for (RunningService service : services) {
        service.sockets().open();
        service.health().start();
        service.startEjecting();
        service.startAdmitting(service.loops().getFirst().worker);
      }
      tls.start();
      workers().forEach(worker -> worker.eventLoop().execute(worker::start));
      complete = true;
    } finally {
      if (!complete) {
        close(Duration.ZERO);
      }
    }
    LOG.info(
        "node: {} event loops on {}, TLS by {}",
        workers().count(),
        loops.stream().map(each -> each.transport().label()).collect(Collectors.joining(" and ")),
        tlsLibrary.label());
  }

  private void startLoops(Transport on) {
    loops.add(Loops.start(on, config.eventLoops(), ticker, clock, random, backlog));
  }

  private Stream<Worker> workers() {
    return loops.stream().flatMap(each -> each.workers().stream());
  }

  private RunningService prepare(HttpService service, StageLoader stages, Loops on)
      throws NodeException {
    StageMeters meters = new StageMeters();
    ServiceRuntime runtime =
        new ServiceRuntime(
            service, stages.load(service, meters), meters, tls.front(service), tls.client(service));
    runtimes.add(runtime);
    StageLoader.start(runtime);
    List<Worker> workers = on.workers();
    List<ServiceLoop> each = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      ServiceLoop loop = new ServiceLoop(workers.get(i), runtime, workers.size(), i);
      workers.get(i).add(loop);
      each.add(loop);
    }
    Worker checking = workers.get(services.size() % workers.size());
    HealthMonitor health =
        new HealthMonitor(
            service,
            checking.eventLoop(),
            on.transport(),
            runtime.serverTls(),
            random,
            (server, up) -> {
              if (up) {
                runtime.cameBack(server, ticker.nanos());
              }
              runtime.changePool(pool -> pool.withHealthy(server, up));
            });
    runtime.onConnectFailure(health::connectFailed);
    Optional<Ejector> ejector =
        service
            .policy()
            .ejection()
            .map(e -> new Ejector(e, runtime, each, checking.eventLoop(), random));
    Sockets sockets =
        service.udp().isPresent()
            ? new DatagramSockets(on.transport(), each)
            : new Listeners(on.transport(), on.group(), each);
    return new RunningService(runtime, each, sockets, health, ejector);
  }

  @Override
  public void close() {
    close(config.drainTime());
  }

  @Override
  public synchronized void close(Duration patience) {
    if (!started || closed) {
      return;
    }
    closed = true;
    services.forEach(service -> service.sockets().refuse());
    services.forEach(service -> service.health().close());
    services.forEach(service -> service.ejector().ifPresent(Ejector::close));
    onEachLoop(Worker::drain);
    if (!await(() -> clients() == 0, patience)) {
      LOG.warn("node: cutting {} client connections after {}", clients(), patience);
    }
    onEachLoop(Worker::cut);
    services.forEach(service -> service.sockets().close());
    // An encrypted connection first says that it ends: without its event loop it never would.
    if (!await(this::allHaveLeft, FAREWELL)) {
      LOG.debug("node: connections are left that do not end");
    }
    onEachLoop(worker -> worker.received().close());
    loops.forEach(Loops::stop);
    runtimes.forEach(StageLoader::close);
    tls.close();
  }

  private void onEachLoop(Consumer<Worker> action) {
    workers()
        .forEach(worker ->
            worker.eventLoop().submit(() -> action.accept(worker)).awaitUninterruptibly());
  }

  private boolean await(BooleanSupplier condition, Duration patience) {
    if (condition.getAsBoolean()) {
      return true;
    }
    CountDownLatch gone = new CountDownLatch(1);
    ScheduledFuture<?> check =
        loops
            .getFirst()
            .workers()
            .getFirst()
            .eventLoop()
            .scheduleAtFixedRate(
                () -> {
                  if (condition.getAsBoolean()) {
                    gone.countDown();
                  }
                },
                0,
                POLL_MILLIS,
                TimeUnit.MILLISECONDS);
    try {
      return gone.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      check.cancel(false);
    }
  }

  private boolean allHaveLeft() {
    return clients() + serverConnections() == 0
        && services.stream().noneMatch(service -> service.health().underWay());
  }

  private long serverConnections() {
    return services.stream()
        .flatMap(service -> service.loops().stream())
        .flatMap(loop -> Arrays.stream(loop.slots()))
        .mapToLong(slot -> slot.counters.get(ServerCount.CONNECTIONS))
        .sum();
  }

  private long clients() {
    return services.stream()
        .flatMap(service -> service.loops().stream())
        .mapToLong(loop -> loop.counters.get(Count.CONNECTIONS))
        .sum();
  }

  @Override
  public NodeStats stats() {
    return new NodeStats(
        transport.label(),
        tlsLibrary.label(),
        loops.isEmpty() ? 0 : loops.getFirst().workers().size(),
        backlog.bytes(),
        backlog.limit(),
        config.stageHome().plugins().stream().map(StageProvider::name).toList(),
        services.stream().map(s -> Statistics.of(s.runtime(), s.loops(), s.ejector())).toList());
  }

  @Override
  public List<Server> servers(String service) {
    return find(service).runtime().pool().servers();
  }

  @Override
  public void drainServer(String service, String server) {
    drained(service, server, true);
  }

  @Override
  public void undrainServer(String service, String server) {
    drained(service, server, false);
  }

  private void drained(String service, String server, boolean drained) {
    ServiceRuntime runtime = find(service).runtime();
    ServerPool pool = runtime.pool();
    int index = pool.indexOf(server);
    if (index < 0) {
      throw new IllegalArgumentException(
          "service '%s' has no server '%s'; there are %s"
              .formatted(service, server, pool.servers().stream().map(Server::name).toList()));
    }
    if (!drained) {
      runtime.cameBack(index, ticker.nanos());
    }
    runtime.changePool(current -> current.withDrained(index, drained));
  }

  private RunningService find(String service) {
    return services.stream()
        .filter(s -> s.runtime().config().name().equals(service))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no service '%s'; there are %s"
                    .formatted(
                        service,
                        services.stream().map(s -> s.runtime().config().name()).toList())));
  }

  @Override
  public List<InetSocketAddress> addresses(String service) {
    return List.copyOf(find(service).sockets().addresses());
  }

  @Override
  public Map<String, ResponseStore> responseStores() {
    Map<String, ResponseStore> stores = new TreeMap<>();
    for (RunningService service : services) {
      ServiceRuntime runtime = service.runtime();
      runtime.stages().stream()
          .flatMap(stages -> stages.store().stream())
          .forEach(store -> stores.put(runtime.config().name(), store));
    }
    return stores;
  }

  @Override
  public Optional<ExplainedRequest> explain(String id) {
    for (Worker worker : workers().toList()) {
      Future<Optional<ExplainedRequest>> asked =
          worker.eventLoop().submit(() -> worker.explain(id));
      if (asked.awaitUninterruptibly(EXPLAIN_MILLIS)
          && asked.isSuccess()
          && asked.getNow().isPresent()) {
        return asked.getNow();
      }
    }
    return Optional.empty();
  }

  @Override
  public String transport() {
    return transport.label();
  }
}
