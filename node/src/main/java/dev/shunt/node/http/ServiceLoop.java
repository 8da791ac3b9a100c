package dev.shunt.node.http;

import dev.shunt.node.Balancing;
import dev.shunt.node.Exchange;
import dev.shunt.node.Http2Limits;
import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.NormalPath;
import dev.shunt.node.Routing;
import dev.shunt.node.ServerPool;
import dev.shunt.node.Stage;
import dev.shunt.node.UdpRelay;
import dev.shunt.node.choice.KeyHash;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/** A service on one event loop: its stages, connections to servers, turn and counters. */
final class ServiceLoop {

  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 2;

  final Worker worker;
  final ServiceRuntime runtime;
  final Limits limits;
  final Http2Limits http2;
  final TimeoutNanos timeouts;
  final HeadLimits requestLimits;
  final HeadLimits responseLimits;

  /** Of responses that stages kept: a server's, and what was added to them. */
  final HeadLimits keptLimits;

  final ForwardedHeaders forwarded;

  /** How long nothing may come in a session of datagrams, in nanoseconds. */
  final long datagramIdle;

  final ServerGroups groups;
  final NormalPath path = new NormalPath();
  final Counters counters = new Counters(Count.values().length);

  private final Stage[] stages;
  private final ServerSlot[] slots;
  private final Picker picker;
  private final @Nullable RequestKey requestKey;
  private final SingleWriterRecorder latency = new SingleWriterRecorder(LONGEST_MICROS, DIGITS);
  private final Histogram total = new Histogram(LONGEST_MICROS, DIGITS);
  private @Nullable Histogram recycled;
  private final int maxHandshakes;
  private final long handshakeTimeoutNanos;
  final RetryPolicy retries;
  final @Nullable AdmissionLoop admission;

  private int handshakes;

  /** Requests that servers have now. */
  int underWay;

  private long latencySum;

  ServiceLoop(Worker worker, ServiceRuntime runtime, int loops, int loopIndex) {
    HttpService config = runtime.config();
    this.worker = worker;
    this.runtime = runtime;
    this.limits = config.limits();
    this.http2 = config.http2();
    this.timeouts = new TimeoutNanos(config.timeouts());
    this.requestLimits = HeadLimits.ofRequest(limits);
    this.responseLimits = HeadLimits.ofResponse(limits);
    this.keptLimits = HeadLimits.ofKept(limits);
    this.retries = new RetryPolicy(this, config.policy().retries(), loops);
    this.admission = config.policy().goal().isPresent() ? new AdmissionLoop() : null;
    this.groups = new ServerGroups(runtime);
    this.datagramIdle = config.udp().orElse(UdpRelay.DEFAULT).idle().toNanos();
    this.forwarded = new ForwardedHeaders(config.forwarding());
    this.stages = runtime.stages().stream().map(Supplier::get).toArray(Stage[]::new);
    this.maxHandshakes =
        config.tls().map(tls -> ServerSlot.share(tls.handshakes(), loops)).orElse(0);
    this.handshakeTimeoutNanos =
        config.tls().map(tls -> tls.handshakeTimeout().toNanos()).orElse(0L);
    Routing routing = config.routing();
    this.requestKey = routing.balancing() == Balancing.HASH ? new RequestKey(routing.hash()) : null;
    this.slots = new ServerSlot[config.servers().size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new ServerSlot(this, i, config, loops);
    }
    // Loops begin with different servers, so that few requests on many loops spread too.
    this.picker = new Picker(this, slots, loopIndex);
  }

  Stage[] stages() {
    return stages;
  }

  ServerSlot slot(int server) {
    return slots[server];
  }

  ServerSlot[] slots() {
    return slots;
  }

  /**
   * Chooses a server for new work, or {@link Exchange#NO_SERVER}.
   *
   * @param tried servers not to take
   * @param key of the request, or {@link KeyHash#NONE}
   */
  int choose(ServerPool pool, int[] tried, int triedCount, long key) {
    return picker.choose(pool, tried, triedCount, key);
  }

  /** The key of a request; {@link KeyHash#NONE} where it has none, or none is asked for. */
  long key(HttpHead head, long client) {
    return requestKey == null ? KeyHash.NONE : requestKey.of(head, client, path);
  }

  /** The key of a client, where one is asked for. */
  long clientKey(InetAddress client) {
    return requestKey == null ? KeyHash.NONE : RequestKey.of(client);
  }

  /** Whether another TLS handshake may begin; always without TLS. */
  boolean hasRoomForHandshake() {
    return runtime.tls() == null || handshakes < maxHandshakes;
  }

  long handshakeTimeoutNanos() {
    return handshakeTimeoutNanos;
  }

  /** A client is cut off, for it takes too little of what waits for it. */
  void stalled() {
    counters.increment(Count.TIMEOUTS);
    counters.increment(Count.SLOW_CLIENTS);
  }

  void handshakeBegins() {
    handshakes++;
  }

  void handshakeEnds() {
    handshakes--;
  }

  void recordLatency(long nanos) {
    latency.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
  }

  /** Adds what this loop measured since the start; called by threads that show statistics. */
  synchronized long addLatency(Histogram to) {
    Histogram since = latency.getIntervalHistogram(recycled);
    recycled = since;
    total.add(since);
    latencySum += (long) (since.getMean() * since.getTotalCount());
    to.add(total);
    return latencySum;
  }

  static Histogram emptyHistogram() {
    return new Histogram(LONGEST_MICROS, DIGITS);
  }

  /**
   * Closes connections to servers that have been idle for too long or that went down; returns how
   * many bytes wait for servers on connections that requests share.
   */
  long sweep(long now) {
    long waiting = 0;
    ServerPool pool = runtime.pool();
    for (int i = 0; i < slots.length; i++) {
      slots[i].sweep(now, pool.server(i).state().keepsSessions());
      waiting += slots[i].held();
    }
    return waiting;
  }

  /** Whether there is no room for what a new request may leave waiting; counted. */
  boolean crowded() {
    boolean refused = worker.crowded();
    if (refused) {
      counters.increment(Count.CROWDED_REFUSED);
    }
    return refused;
  }

  void close() {
    for (ServerSlot slot : slots) {
      slot.close();
    }
  }
}
