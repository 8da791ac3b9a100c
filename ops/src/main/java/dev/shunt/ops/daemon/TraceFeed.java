package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.admin.LineStream;
import dev.shunt.ops.admin.model.TraceLine;
import dev.shunt.ops.admin.model.TraceLine.Loss;
import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation.Verdict;
import dev.shunt.scheduler.Inspector;
import dev.shunt.scheduler.PacketSummary;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TracedPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trace on its way from the data plane to who reads it. What is not read fast enough is dropped
 * and counted; the kernel's trace is renewed only while somebody reads.
 */
final class TraceFeed implements LineStream {

  private static final Logger LOG = LoggerFactory.getLogger(TraceFeed.class);

  /** Packets that wait for the reader. */
  static final int WAITING = 4096;

  /** A reader hears something at least so often, and so it is noticed when it is gone. */
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Target labels come in pairs. */
  private static final int PAIR = 2;

  /**
   * When it ends at the latest.
   *
   * @param count packets that it tells of
   */
  record Bounds(Duration time, int count) {}

  private final LayerFour layerFour;
  private final SessionReport names;
  private final Bounds bounds;
  private final Ticker ticker;
  private final BlockingQueue<TracedPacket> waiting = new ArrayBlockingQueue<>(WAITING);
  private final LongAdder dropped = new LongAdder();
  private final long epochNanosAtZero;
  private final long begun;
  private Inspector.@Nullable Trace trace;
  private long lastBeat;
  private long told;
  private Loss loss = new Loss(0, 0);
  private boolean ended;

  private TraceFeed(
      LayerFour layerFour,
      SessionReport names,
      Bounds bounds,
      Ticker ticker,
      LongSupplier wallClockMillis) {
    this.layerFour = layerFour;
    this.names = names;
    this.bounds = bounds;
    this.ticker = ticker;
    begun = ticker.nanos();
    lastBeat = begun;
    epochNanosAtZero = TimeUnit.MILLISECONDS.toNanos(wallClockMillis.getAsLong()) - begun;
  }

  /**
   * Begins a trace.
   *
   * @throws IllegalStateException if there is one already
   */
  static TraceFeed begin(
      LayerFour layerFour,
      SessionReport names,
      TraceFilter filter,
      Bounds bounds,
      Ticker ticker,
      LongSupplier wallClockMillis)
      throws DataPlaneException {
    TraceFeed feed = new TraceFeed(layerFour, names, bounds, ticker, wallClockMillis);
    feed.trace = layerFour.ask(dataPlane -> dataPlane.inspector().trace(filter, feed::hear));
    return feed;
  }

  /** On a thread of the data plane. */
  private void hear(TracedPacket packet) {
    if (!waiting.offer(packet)) {
      dropped.increment();
    }
  }

  @Override
  public Optional<Object> next() throws InterruptedException {
    if (ended) {
      return Optional.empty();
    }
    if (told >= bounds.count()) {
      return Optional.of(end("that many packets were asked for"));
    }
    long now = ticker.nanos();
    if (now - lastBeat >= BEAT.toNanos()) {
      return Optional.of(beat(now));
    }
    long left = Math.min(bounds.time().toNanos() - (now - begun), BEAT.toNanos());
    TracedPacket packet = waiting.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
    if (packet == null) {
      return Optional.of(beat(ticker.nanos()));
    }
    told++;
    return Optional.of(TraceLine.of(line(packet)));
  }

  private TraceLine beat(long now) {
    lastBeat = now;
    if (now - begun >= bounds.time().toNanos()) {
      return end("the time is over");
    }
    Inspector.Trace running = trace;
    try {
      if (running != null) {
        layerFour.ask(_ -> {
          running.renew();
          return running;
        });
      }
      return grown() ? TraceLine.of(loss) : TraceLine.ALIVE;
    } catch (DataPlaneException e) {
      return end(String.valueOf(e.getMessage()));
    }
  }

  private TraceLine end(String why) {
    ended = true;
    try {
      grown();
    } catch (DataPlaneException e) {
      LOG.debug("what a trace lost is not known", e);
    }
    return TraceLine.of(new TraceLine.End(why, told, loss));
  }

  /** Whether more was lost since it was asked last. */
  private boolean grown() throws DataPlaneException {
    Inspector.Trace running = trace;
    long kernel = running == null ? 0 : layerFour.ask(_ -> running.lost());
    Loss now = new Loss(kernel, dropped.sum());
    boolean grown = !now.equals(loss);
    loss = now;
    return grown;
  }

  private TraceLine.Packet line(TracedPacket packet) {
    PacketSummary leaves = packet.leaves();
    long nanos = epochNanosAtZero + packet.nanos();
    Instant time = Instant.EPOCH.plusNanos(nanos).truncatedTo(ChronoUnit.MICROS);
    return new TraceLine.Packet(
        time.toString(),
        packet.cpu(),
        leaves.protocol(),
        leaves.source().map(TraceFeed::end).orElse(null),
        leaves.destination().map(TraceFeed::end).orElse(null),
        leaves.flags(),
        orNull(leaves.vlan()),
        orNull(leaves.label()),
        packet.length(),
        packet.outcome(),
        packet.verdict().name().toLowerCase(Locale.ROOT),
        target(packet).orElse(null),
        packet.reason(),
        packet.head());
  }

  private static String end(InetSocketAddress end) {
    return end.getPort() == 0 ? AddressText.of(end.getAddress()) : AddressText.of(end);
  }

  private static @Nullable Integer orNull(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }

  /** By its label, by the Ethernet address that it goes to, or this member. */
  private Optional<String> target(TracedPacket packet) {
    if (packet.verdict() == Verdict.UP) {
      boolean ours = packet.outcome().startsWith("local_") || packet.outcome().startsWith("label_");
      return layerFour.table().targets().stream()
          .filter(t -> ours && t.local())
          .map(Target::name)
          .findFirst();
    }
    if (packet.verdict() != Verdict.SENT) {
      return Optional.empty();
    }
    OptionalInt label = packet.leaves().label();
    if (label.isPresent()
        && label.getAsInt() >= Target.FIRST_LABEL
        && label.getAsInt() <= Target.LAST_LABEL + 1) {
      return Optional.of(names.target(label.getAsInt() / PAIR * PAIR));
    }
    return layerFour.table().targets().stream()
        .filter(t -> t.mac().equals(packet.leaves().to()))
        .map(Target::name)
        .findFirst();
  }

  @Override
  public void close() {
    Inspector.Trace running = trace;
    trace = null;
    if (running == null) {
      return;
    }
    try {
      layerFour.ask(_ -> {
        running.close();
        return running;
      });
    } catch (DataPlaneException e) {
      // The kernel ends it by itself.
      LOG.warn("a trace could not be ended at once: {}", e.getMessage());
    }
  }
}
