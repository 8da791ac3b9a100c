package dev.shunt.node.http;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.Timeouts;
import dev.shunt.node.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.SocketChannel;
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
  private final ChannelFactory<? extends SocketChannel> sockets;
  private final Ticker ticker;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final SplittableRandom dice;
  private final List<ServiceLoop> services = new ArrayList<>();
  private final ArrayDeque<HttpHead> spareHeads = new ArrayDeque<>();
  private final ArrayList<Flushable> dirty = new ArrayList<>();
  private final ArrayList<Flushable> shared = new ArrayList<>();
  private final Runnable flushShared = this::flushShared;
  private final Clients clients = new Clients();
  private final RequestHistory history;

  /** Apart, for anybody can begin as many as he likes with forged addresses. */
  private final RequestHistory datagrams;

  private final ReceiveBuffer received = new ReceiveBuffer();
  private final Backlog backlog;
  private long waiting;
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
      RandomGenerator random,
      Backlog backlog) {
    this(
        eventLoop,
        transport,
        new ReflectiveChannelFactory<>(transport.channel()),
        ticker,
        clock,
        random,
        backlog);
  }

  /**
   * @param sockets makes those to servers
   */
  Worker(
      EventLoop eventLoop,
      Transport transport,
      ChannelFactory<? extends SocketChannel> sockets,
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random,
      Backlog backlog) {
    this.eventLoop = eventLoop;
    this.backlog = backlog;
    this.transport = transport;
    this.sockets = sockets;
    this.ticker = ticker;
    this.clock = clock;
    this.random = random;
    this.dice = new SplittableRandom(random.nextLong());
    this.history = new RequestHistory(random.nextLong());
    this.datagrams = new RequestHistory(random.nextLong());
    tellTime(ticker.nanos());
  }

  private void tellTime(long now) {
    Instant time = clock.instant();
    history.clock(now, time);
    datagrams.clock(now, time);
  }

  void start() {
    swept = now();
    eventLoop.scheduleWithFixedDelay(
        this::sweep, Timeouts.RESOLUTION_MILLIS, Timeouts.RESOLUTION_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    inEvent = false; // An event of which the end is still to come does not hold the time back.
    long now = now();
    tellTime(now);
    long late = Math.max(0, now - swept - SWEEP_NANOS);
    long before = lag;
    lag = before + (late - before) / LAG_AVERAGED;
    swept = now;
    long found = clients.sweep(now);
    for (ServiceLoop service : services) {
      found += service.sweep(now);
    }
    account(found);
    flushPending();
  }

  private void account(long found) {
    backlog.changed(found - waiting);
    waiting = found;
    long excess = backlog.excess(found);
    if (excess > 0) {
      clients.makeRoom(excess);
    }
  }

  /** Whether so much waits in the node's memory that nothing new is to be taken. */
  boolean crowded() {
    return backlog.crowded();
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

  /** Makes connections to servers. */
  ChannelFactory<? extends SocketChannel> sockets() {
    return sockets;
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

  /**
   * Flushes after all events that the event loop has now: for a connection with the streams of many
   * others, which write to it one after the other. One that is flushing itself must not ask.
   */
  void flushShared(Flushable written) {
    shared.add(written);
    if (shared.size() == 1) {
      eventLoop.execute(flushShared);
    }
  }

  private void flushShared() {
    try {
      // By index: a flush may write to others, which then come later.
      for (int i = 0; i < shared.size(); i++) {
        shared.get(i).flush();
      }
    } finally {
      shared.clear();
    }
  }

  /**
   * Stops reading a connection, or goes on. Where the system has a read of it under way, Netty
   * cancels that and tells no end of the event: so what was written in it is flushed after it.
   */
  void reading(Channel channel, boolean wanted) {
    channel.config().setAutoRead(wanted);
    if (!wanted) {
      eventLoop.execute(this::flushPending);
    }
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

  /** Of sessions of datagrams. */
  RequestHistory datagrams() {
    return datagrams;
  }

  /** What of this loop is remembered, by its id. */
  Optional<ExplainedRequest> explain(String id) {
    long now = now();
    return history.explain(id, now).or(() -> datagrams.explain(id, now));
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
