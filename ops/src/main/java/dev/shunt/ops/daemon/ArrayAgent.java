package dev.shunt.ops.daemon;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.ArrayState;
import dev.shunt.replication.Replication;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this member in step with the array: what membership, operators and the node's health checks
 * say becomes what the kernel does and what this member tells the others.
 *
 * <p>One thread, {@code array}, does all of it; only lease renewals go past it, straight to the
 * kernel.
 */
public final class ArrayAgent implements Membership.Listener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ArrayAgent.class);
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration EXPIRE = Duration.ofSeconds(5);
  private static final Duration RECONCILE = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final MemberId self;
  private final boolean maySchedule;
  private final Membership membership;
  private final Replication replication;
  private final Optional<LayerFour> layerFour;
  private final NodeReporter reporter;
  private final ServerDrains serverDrains;
  private final Ticker ticker;
  private final LongSupplier wallClockMillis;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("array").daemon(true).factory());
  private final ScheduledExecutorService watcher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("array-watch").daemon(true).factory());
  private final StallWatch stalls;
  private volatile MemberView view;
  private volatile Leadership leadership = Leadership.UNKNOWN;
  private volatile long schedulerSinceMillis;
  private Set<MemberId> present = Set.of();
  private Term announcing = Term.NONE;
  private boolean eligible;
  private volatile boolean caughtUp;
  private Map<String, String> published = Map.of();

  /**
   * @param maySchedule whether this member may ever become scheduler
   * @param layerFour the kernel's part; empty where no service has a VIP
   */
  public ArrayAgent(
      MemberId self,
      boolean maySchedule,
      Membership membership,
      Replication replication,
      Optional<LayerFour> layerFour,
      NodeReporter reporter,
      ServerDrains serverDrains,
      Ticker ticker,
      LongSupplier wallClockMillis) {
    this.self = self;
    this.maySchedule = maySchedule;
    this.membership = membership;
    this.replication = replication;
    this.layerFour = layerFour;
    this.reporter = reporter;
    this.serverDrains = serverDrains;
    this.ticker = ticker;
    this.wallClockMillis = wallClockMillis;
    this.stalls = new StallWatch(ticker);
    this.view = membership.view();
  }

  /** Joins the array and begins to follow it. */
  public void start() throws IOException {
    var _ =
        watcher.scheduleWithFixedDelay(
            stalls::look, LOOK.toNanos(), LOOK.toNanos(), TimeUnit.NANOSECONDS);
    replication.arrayState().listen(drained -> submit(this::step));
    replication.onComplete(complete -> submit(this::step));
    replication.start();
    membership.start(this);
    every(STEP, this::step);
    layerFour.ifPresent(l4 -> {
      every(EXPIRE, l4::expire);
      every(RECONCILE, l4::reconcile);
    });
  }

  public MemberView view() {
    return view;
  }

  /** When the present scheduler took office, milliseconds since the epoch; 0 while nobody has. */
  public long schedulerSinceMillis() {
    return schedulerSinceMillis;
  }

  /**
   * Whether the kernel's sessions agree with the array's, as far as the array knew any when this
   * member joined it. Until then it should be sent nothing new.
   */
  public boolean caughtUp() {
    return caughtUp;
  }

  /**
   * Whether the kernel may have sessions of a former process that the array has forgotten since:
   * they have not been compared with the tables yet, which others hold.
   */
  public boolean isStale() {
    return !caughtUp
        && layerFour.filter(l4 -> l4.dataPlane().adopted()).isPresent()
        && othersHold(view);
  }

  /** Members that operators have drained. */
  public Set<MemberId> drainedMembers() {
    return replication.arrayState().drained().stream()
        .filter(d -> d.kind() == ArrayState.Kind.MEMBER)
        .map(d -> new MemberId(d.name()))
        .collect(Collectors.toSet());
  }

  /** The node stops: others shall send nothing new, and another one be scheduler. */
  public void retire() {
    reporter.stopping();
    submit(this::step);
    membership.stepDown();
  }

  @Override
  public void onView(MemberView seen) {
    view = seen;
    submit(this::followView);
  }

  @Override
  public void onLeadership(Leadership now) {
    if (!now.scheduler().equals(leadership.scheduler())) {
      schedulerSinceMillis = now.scheduler().isPresent() ? wallClockMillis.getAsLong() : 0;
    }
    leadership = now;
    layerFour.ifPresent(l4 -> l4.onTerm(now.term()));
    submit(() ->
        log.info(
            "term {}: {}",
            now.term(),
            now.mine()
                ? "this member is scheduler"
                : now.scheduler().map(id -> id + " is scheduler").orElse("no scheduler")));
  }

  @Override
  public void onLease(Lease lease) {
    layerFour.ifPresent(l4 -> {
      l4.onLease(lease);
      if (!lease.term().equals(announcing) && lease.heldAt(ticker.nanos())) {
        announcing = lease.term();
        submit(() -> announce(l4));
      }
    });
  }

  @Override
  public void close() {
    watcher.shutdownNow();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the array thread did not stop within {} s", STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void followView() {
    Set<MemberId> now = view.present().stream().map(Member::id).collect(Collectors.toSet());
    Set<MemberId> gone = new HashSet<>(present);
    gone.removeAll(now);
    if (!now.equals(present)) {
      log.info("members present: {}", now.stream().sorted().toList());
    }
    if (!gone.isEmpty()) {
      replication.suspect(gone);
    }
    if (leadership.scheduler().filter(gone::contains).isPresent()) {
      layerFour.ifPresent(LayerFour::onSchedulerLost);
    }
    present = now;
    replication.labelBlocks().present(now);
    step();
  }

  private void step() {
    MemberView seen = view;
    replication.expect(holders(seen));
    replication.follow(leadership.scheduler().filter(seen::contains));
    catchUp(seen);
    Set<MemberId> drained = drainedMembers();
    Set<ArrayState.Drained> all = replication.arrayState().drained();
    layerFour.ifPresent(l4 -> l4.step(seen, drained, ServerDrains.names(all)));
    serverDrains.follow(all);
    publish(seen, drained);
  }

  /**
   * Compares sessions when the tables have come for the first time. Not after each parting: then
   * the shared tables may be slow to answer, and the kernel waits for this thread to learn who is
   * gone.
   */
  private void catchUp(MemberView seen) {
    if (caughtUp || !replication.complete() || !seen.hasMajority()) {
      return;
    }
    // Where nobody else holds the tables, the kernel's memory is the best there is.
    if (othersHold(seen)) {
      layerFour.ifPresent(LayerFour::catchUp);
    }
    caughtUp = true;
  }

  private boolean othersHold(MemberView seen) {
    return holders(seen).stream().anyMatch(id -> !id.equals(self));
  }

  /** Those whose tables are whole. */
  private static Set<MemberId> holders(MemberView seen) {
    return seen.present().stream()
        .filter(Member::eligible)
        .map(Member::id)
        .collect(Collectors.toSet());
  }

  private void publish(MemberView seen, Set<MemberId> drained) {
    Map<String, String> attributes = reporter.attributes();
    boolean mayLead =
        maySchedule && replication.complete() && reporter.isReady() && !yields(seen, drained);
    if (mayLead != eligible || !attributes.equals(published)) {
      eligible = mayLead;
      published = attributes;
      membership.publish(mayLead, attributes);
    }
  }

  /** A drained member leaves the scheduler's role to others, as long as there are any. */
  private boolean yields(MemberView seen, Set<MemberId> drained) {
    return drained.contains(self)
        && seen.present().stream()
            .anyMatch(m -> m.eligible() && !m.id().equals(self) && !drained.contains(m.id()));
  }

  private void announce(LayerFour l4) {
    long due = l4.announce();
    if (due != Long.MAX_VALUE && !thread.isShutdown()) {
      var _ = thread.schedule(guarded(() -> announce(l4)), due, TimeUnit.NANOSECONDS);
    }
  }

  private void submit(Runnable action) {
    try {
      thread.execute(guarded(action));
    } catch (RejectedExecutionException e) {
      log.debug("news came after the stop", e);
    }
  }

  private void every(Duration interval, Runnable action) {
    var _ =
        thread.scheduleWithFixedDelay(
            guarded(action), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** One failed step must not end the following ones. */
  private Runnable guarded(Runnable action) {
    return () -> {
      try {
        stalls.run(action);
      } catch (RuntimeException e) {
        log.error("a step of the array failed", e);
      }
    };
  }
}
