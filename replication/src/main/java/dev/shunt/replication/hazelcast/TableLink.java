package dev.shunt.replication.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.local.SessionCopy;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that joins the shared tables, scans them when something may have been missed, and
 * joins again when they are lost.
 */
final class TableLink implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(TableLink.class);
  private static final AtomicLong instances = new AtomicLong();
  private static final long POLL_MILLIS = 20;
  private static final long RETRY_MILLIS = 1_000;
  private static final long RESCAN_MILLIS = 50;
  private static final int SCAN_ATTEMPTS = 50;

  /** How long entries that only this member has are given to come into the table. */
  private static final Duration FORGET_AFTER = Duration.ofSeconds(5);

  private static final Set<TableEvents.Reason> MEMBER_LOST = Set.of(TableEvents.Reason.MEMBER_LOST);
  private static final Set<TableEvents.Reason> TOO_MUCH =
      Set.of(TableEvents.Reason.MAY_HAVE_TOO_MUCH);

  private final ReplicationConfig config;
  private final SessionWriter writer;
  private final Arrivals arrivals;
  private final CopyScan scan;
  private final Verification verification;
  private final HazelcastArrayState arrayState;
  private final HazelcastLabelBlocks labelBlocks;
  private final HazelcastBindings bindings;
  private final CompletenessGate gate;
  private final Ticker ticker;
  private final TableEvents events;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable HazelcastInstance hazelcast;
  private @Nullable Long forgetAtNanos;

  TableLink(
      ReplicationConfig config,
      SessionWriter writer,
      Arrivals arrivals,
      SessionCopy copy,
      Counters counters,
      HazelcastArrayState arrayState,
      HazelcastLabelBlocks labelBlocks,
      HazelcastBindings bindings,
      CompletenessGate gate,
      Ticker ticker) {
    this.config = config;
    this.writer = writer;
    this.arrivals = arrivals;
    this.arrayState = arrayState;
    this.labelBlocks = labelBlocks;
    this.bindings = bindings;
    this.gate = gate;
    this.ticker = ticker;
    this.events = new TableEvents(gate, this::members);
    this.scan = new CopyScan(arrivals, events);
    this.verification = new Verification(copy, scan, counters, ticker, this::pause);
  }

  @Override
  public void run() {
    try {
      while (closed.getCount() > 0) {
        closed.await(tend(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** See {@link Verification#equalForNanos}. */
  long equalForNanos() {
    return verification.equalForNanos();
  }

  /** Members that take part in the shared tables now, this one included; none before joining. */
  Set<MemberId> members() {
    HazelcastInstance now = hazelcast;
    Set<MemberId> ids = new TreeSet<>();
    if (now != null && now.getLifecycleService().isRunning()) {
      now.getCluster().getMembers().stream().map(TableLink::id).forEach(ids::add);
    }
    return ids;
  }

  void suspect(Set<MemberId> gone) {
    HazelcastInstance now = hazelcast;
    if (now != null && now.getLifecycleService().isRunning()) {
      now.getCluster().getMembers().stream()
          .filter(member -> !member.localMember() && gone.contains(id(member)))
          .forEach(member -> Verdicts.suspect(now, member));
    }
  }

  void scan(TableEvents.Reason reason) {
    events.wantScan(reason);
  }

  /** Gives up what this member has of the tables, which do not heal; {@link #run} joins anew. */
  void joinAgain() {
    HazelcastInstance now = hazelcast;
    if (now != null && now.getLifecycleService().isRunning()) {
      log.warn("the shared tables, in which this member sees {}, do not heal", members());
      now.getLifecycleService().terminate();
    }
  }

  /** Leaves the shared tables within a bounded time. */
  void close() {
    closed.countDown();
    HazelcastInstance now = hazelcast;
    if (now != null) {
      leave(now);
    }
  }

  /** Shorter when this member leaves. */
  private void pause(Duration time) throws InterruptedException {
    closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private long tend() throws InterruptedException {
    try {
      HazelcastInstance now = hazelcast;
      if (now == null) {
        join();
      } else if (!now.getLifecycleService().isRunning()) {
        log.warn("the shared tables have shut down on this member; joining again");
        lose();
      } else if (events.scanDue()) {
        scan(now);
      } else if (forgetAtNanos != null && ticker.nanos() - forgetAtNanos >= 0) {
        forgetAtNanos = null;
        events.wantScan(TableEvents.Reason.MAY_HAVE_TOO_MUCH);
      } else if (verification.isDue() && gate.complete()) {
        verification.run(now);
      }
      return POLL_MILLIS;
    } catch (RuntimeException | ExecutionException e) {
      if (closed.getCount() > 0) {
        log.warn("the shared tables are not available, trying again: {}", e.toString());
        log.debug("because of", e);
      }
      return RETRY_MILLIS;
    }
  }

  private void join() {
    String name =
        "shunt-%s-%s-%d".formatted(config.arrayName(), config.self(), instances.incrementAndGet());
    HazelcastInstance joined = Hazelcast.newHazelcastInstance(HazelcastSettings.of(config, name));
    if (closed.getCount() == 0) {
      leave(joined);
      return;
    }
    IMap<byte[], byte[]> sessions = joined.getMap(HazelcastSettings.SESSIONS);
    events.listenTo(joined, sessions);
    sessions.addEntryListener(new SessionEvents(arrivals), true);
    arrayState.keepIn(joined.getMap(HazelcastSettings.ARRAY_STATE));
    bindings.keepIn(joined.getMap(HazelcastSettings.BINDINGS));
    hazelcast = joined;
    labelBlocks.keepIn(joined.getMap(HazelcastSettings.LABEL_BLOCKS), this::members);
    writer.writeTo(sessions);
    Set<MemberId> seen = members();
    gate.step(c -> {
      c.joined();
      c.seen(seen);
    });
    events.wantScan(TableEvents.Reason.MAY_HAVE_MISSED);
    log.info("joined the shared tables of array {} together with {}", config.arrayName(), seen);
  }

  private void lose() {
    writer.writeTo(null);
    arrayState.keepIn(null);
    labelBlocks.keepNowhere();
    bindings.keepIn(null);
    hazelcast = null;
    gate.step(Completeness::left);
  }

  private void scan(HazelcastInstance now) throws InterruptedException, ExecutionException {
    Set<TableEvents.Reason> reasons = events.takeReasons();
    try {
      boolean trustworthy = false;
      Set<MemberId> seen = Set.of();
      for (int i = 0; i < SCAN_ATTEMPTS && !trustworthy; i++) {
        if (i > 0) {
          closed.await(RESCAN_MILLIS, TimeUnit.MILLISECONDS);
        }
        seen = members();
        trustworthy =
            scan.run(now, onlyHere(reasons, seen.size() == 1), Predicates.alwaysTrue(), _ -> true)
                .trustworthy();
      }
      arrayState.reconcile(now.getMap(HazelcastSettings.ARRAY_STATE));
      labelBlocks.compareSoon();
      bindings.compare(now, now.getMap(HazelcastSettings.BINDINGS));
      Set<MemberId> covered = seen;
      if (trustworthy) {
        if (!gate.complete()) {
          // What the scan missed is mended before others rely on this member's copy.
          verification.run(now);
        }
        gate.step(c -> c.scanned(covered));
        // Others may still be bringing in what this member has from them.
        if (!leftAlone(reasons, covered.size() == 1) && !reasons.equals(TOO_MUCH)) {
          forgetAtNanos = ticker.nanos() + FORGET_AFTER.toNanos();
        }
      } else {
        reasons.forEach(events::wantScan);
      }
    } catch (RuntimeException | ExecutionException e) {
      reasons.forEach(events::wantScan);
      throw e;
    }
  }

  private static Reconciler.OnlyHere onlyHere(Set<TableEvents.Reason> reasons, boolean alone) {
    boolean only = alone && !leftAlone(reasons, alone);
    if (only || reasons.contains(TableEvents.Reason.TABLE_LOST_ENTRIES)) {
      return Reconciler.OnlyHere.RESEND;
    }
    return reasons.equals(TOO_MUCH) ? Reconciler.OnlyHere.FORGET : Reconciler.OnlyHere.KEEP;
  }

  /**
   * Whether this member has just become alone and nothing else happened: its table is whole then,
   * nobody brings anything in, and what is here only was removed meanwhile.
   */
  private static boolean leftAlone(Set<TableEvents.Reason> reasons, boolean alone) {
    return alone && reasons.equals(MEMBER_LOST);
  }

  private static MemberId id(Member member) {
    return new MemberId(String.valueOf(member.getAttribute(HazelcastSettings.MEMBER_ATTRIBUTE)));
  }

  private static void leave(HazelcastInstance instance) {
    Thread shutdown = Thread.ofPlatform().daemon().unstarted(instance::shutdown);
    shutdown.start();
    try {
      shutdown.join(TimeUnit.SECONDS.toMillis(HazelcastSettings.SHUTDOWN_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (shutdown.isAlive()) {
      log.warn(
          "leaving the shared tables took longer than {} s; leaving without good-bye",
          HazelcastSettings.SHUTDOWN_SECONDS);
      instance.getLifecycleService().terminate();
    }
  }
}
