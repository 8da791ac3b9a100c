package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.ReplicationConfig;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks several times a second whether something is wrong with the tables: starts what repairs it,
 * and says so in the log, not too often.
 */
final class Watch implements Runnable {

  static final Duration INTERVAL = Duration.ofMillis(100);

  /** How long the shared tables may see fewer members than membership does before it is said. */
  static final Duration JOIN_BOUND = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Watch.class);
  private static final long STALL_MILLIS = 1_000;
  private static final Duration REPEAT = Duration.ofSeconds(10);

  private final Ticker ticker;
  private final ReplicationConfig config;
  private final CompletenessGate gate;
  private final SessionWriter writer;
  private final OutgoingQueue queue;
  private final Outgoing outgoing;
  private final Arrivals arrivals;
  private final TableLink link;
  private final HazelcastBindings bindings;
  private final Rejoin rejoin;
  private final Throttle stallWarnings;
  private final Throttle memberWarnings;
  private boolean stalled;
  private boolean overflowed;
  private long sameSinceNanos;

  Watch(
      Ticker ticker,
      ReplicationConfig config,
      CompletenessGate gate,
      SessionWriter writer,
      OutgoingQueue queue,
      Outgoing outgoing,
      Arrivals arrivals,
      TableLink link,
      HazelcastBindings bindings) {
    this.ticker = ticker;
    this.config = config;
    this.gate = gate;
    this.writer = writer;
    this.queue = queue;
    this.outgoing = outgoing;
    this.arrivals = arrivals;
    this.link = link;
    this.bindings = bindings;
    this.rejoin = new Rejoin(ticker);
    this.stallWarnings = new Throttle(ticker, REPEAT);
    this.memberWarnings = new Throttle(ticker, REPEAT);
    this.sameSinceNanos = ticker.nanos();
  }

  @Override
  public void run() {
    try {
      gate.step(_ -> {});
      watchOverflow();
      watchStall();
      watchMembers();
      watchHealing();
    } catch (RuntimeException e) {
      log.error("watching the shared tables failed", e);
    }
  }

  private void watchOverflow() {
    overflowed |= outgoing.takeLost();
    if (overflowed && queue.size() < config.queueEntries() / 2) {
      overflowed = false;
      link.scan(TableEvents.Reason.OUTGOING_OVERFLOW);
    }
    if (bindings.wantsComparison()) {
      link.scan(TableEvents.Reason.OUTGOING_OVERFLOW);
    }
    if (arrivals.takeUnheard()) {
      link.scan(TableEvents.Reason.MAY_HAVE_MISSED);
    }
  }

  private void watchStall() {
    long millis = writer.stalledMillis();
    // Before it has joined, the link says why.
    if (millis >= STALL_MILLIS && !link.members().isEmpty()) {
      stalled = true;
      if (stallWarnings.pass()) {
        log.warn(
            "the shared tables have not answered for {} ms; {} changes wait, traffic goes on",
            millis,
            queue.size());
      }
    } else if (stalled && writer.idle()) {
      stalled = false;
      stallWarnings.reset();
      log.info("the shared tables answer again and have been told everything");
    }
  }

  private void watchMembers() {
    Set<MemberId> missing = gate.missing();
    long now = ticker.nanos();
    if (missing.isEmpty()) {
      sameSinceNanos = now;
      memberWarnings.reset();
    } else if (now - sameSinceNanos > JOIN_BOUND.toNanos() && memberWarnings.pass()) {
      log.warn(
          "membership sees {} but the shared tables, which see {}, do not: is TCP port {} blocked?",
          missing,
          link.members(),
          config.port());
    }
  }

  private void watchHealing() {
    Set<MemberId> missing = gate.missing();
    Duration stalled = Duration.ofMillis(writer.stalledMillis());
    if (rejoin.due(link.members(), missing, stalled, gate.complete())) {
      link.joinAgain();
    }
  }
}
