package dev.shunt.node.http;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.Timeouts;
import dev.shunt.node.transport.Transport;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One event loop: its services, client connections, spare heads and timers. Everything but the
 * constructor runs on the loop's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Worker {

  /** Something that was written to and wants to be flushed once, after all writes of an event. */
  interface Flushable {
    void flush();
  }

  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(Timeouts.RESOLUTION_MILLIS);

  /** Sweeps over which lateness is averaged. */
  private static final int LAG_AVERAGED = 8;

  private static final int MAX_SPARE_HEADS = 1024;
  private static final int MAX_SPARE_BYTES = 65_536;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final EventLoop eventLoop;
  private final Transport transport;
  private final Ticker ticker;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final SplittableRandom dice;
  private final List<ServiceLoop> services = new ArrayList<>();
  private final ArrayDeque<HttpHead> spareHeads = new ArrayDeque<>();
  private final ArrayList<Flushable> dirty = new ArrayList<>();
  private final Clients clients = new Clients();
  private final RequestHistory history;
  private final ReceiveBuffer received = new ReceiveBuffer();
  private long dateSecond = -1;
  private byte[] date = {};
  private boolean flushing;
  private boolean inEvent;
  private long eventTime;
  private boolean draining;
  private boolean logged;
  private long lastLog;
  private long swept;
  private volatile long lag;

  Worker(
      EventLoop eventLoop,
      Transport transport,
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random) {
    this.eventLoop = eventLoop;
    this.transport = transport;
    this.ticker = ticker;
    this.clock = clock;
    this.random = random;
    this.dice = new SplittableRandom(random.nextLong());
    this.history = new RequestHistory(random.nextLong());
    history.clock(ticker.nanos(), clock.instant());
  }

  void start() {
    swept = now();
    eventLoop.scheduleWithFixedDelay(
        this::sweep, Timeouts.RESOLUTION_MILLIS, Timeouts.RESOLUTION_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    inEvent = false; // An event of which the end is still to come does not hold the time back.
    long now = now();
    history.clock(now, clock.instant());
    long late = Math.max(0, now - swept - SWEEP_NANOS);
    long before = lag;
    lag = before + (late - before) / LAG_AVERAGED;
    swept = now;
    clients.sweep(now);
    for (ServiceLoop service : services) {
      service.sweep(now);
    }
    flushPending();
  }

  /** How long what comes waits for this loop, on average in nanoseconds; for any thread. */
  long lag() {
    return lag;
  }

  void add(ServiceLoop service) {
    services.add(service);
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  Transport transport() {
    return transport;
  }

  /** For what nobody may guess. */
  RandomGenerator random() {
    return random;
  }

  /** For choices between equals: a source that nobody may guess costs 0.4 us a time. */
  SplittableRandom dice() {
    return dice;
  }

  Clients clients() {
    return clients;
  }

  /** Where datagrams are received. */
  ReceiveBuffer received() {
    return received;
  }

  /** The time, which stands still while an event is handled. */
  long now() {
    return inEvent ? eventTime : ticker.nanos();
  }

  /**
   * Bytes have come: looks at the clock once for all that is done about them, up to {@link
   * #flushPending}.
   */
  void eventBegins() {
    eventTime = ticker.nanos();
    inEvent = true;
  }

  /** Flushes after the event that is being handled. */
  void flushLater(Flushable written) {
    dirty.add(written);
  }

  /** Flushes what was written to; called at the end of each event. */
  void flushPending() {
    if (flushing) {
      return; // A flush has led here (a connection ended by it): whoever flushes goes on.
    }
    flushing = true;
    try {
      // By index: a flush may write to others (a writability change), which then come later.
      for (int i = 0; i < dirty.size(); i++) {
        dirty.get(i).flush();
      }
    } finally {
      dirty.clear();
      flushing = false;
      inEvent = false;
    }
  }

  HttpHead takeHead() {
    HttpHead spare = spareHeads.pollLast();
    return spare == null ? new HttpHead() : spare;
  }

  void giveBack(HttpHead head) {
    if (spareHeads.size() < MAX_SPARE_HEADS && head.bytes.length <= MAX_SPARE_BYTES) {
      spareHeads.addLast(head);
    }
  }

  RequestHistory history() {
    return history;
  }

  /** A request of this loop that is remembered, by its id. */
  Optional<ExplainedRequest> explain(String id) {
    return history.explain(id, now());
  }

  /** The value of a {@code Date} header, made once a second. */
  byte[] date() {
    Instant wall = clock.instant();
    if (wall.getEpochSecond() != dateSecond) {
      dateSecond = wall.getEpochSecond();
      date = DATE.format(wall).getBytes(StandardCharsets.ISO_8859_1);
    }
    return date;
  }

  /** Whether a warning may be logged: at most one in so many nanoseconds. */
  boolean mayLog(long now, long every) {
    if (logged && now - lastLog < every) {
      return false;
    }
    logged = true;
    lastLog = now;
    return true;
  }

  /** Whether clients are to leave. */
  boolean draining() {
    return draining;
  }

  /** Closes what is idle; from now on every response says that the connection closes. */
  void drain() {
    draining = true;
    clients.drain();
    services.forEach(ServiceLoop::close);
  }

  /** Cuts what is left. */
  void cut() {
    clients.cut();
    services.forEach(ServiceLoop::close);
  }
}
