package dev.shunt.cluster.local;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Ticker;
import dev.shunt.cluster.election.ElectionMachine;
import dev.shunt.cluster.election.Message;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns an {@link ElectionMachine}: takes what happens off a bounded queue, and
 * ticks.
 *
 * <p>All methods may be called from any thread, the listener's included, and none waits except
 * {@link #close}. What the machine shows is published in volatile fields, so that looking at the
 * lease costs no lock. A message that finds the queue full is dropped and counted, for the sender
 * repeats it; of view, raft role and publication only the newest matters, and that is never
 * dropped.
 */
public final class ElectionThread implements AutoCloseable {

  /** Bound on waiting messages: about a second's worth in the largest array. */
  public static final int QUEUE_CAPACITY = 4096;

  /** For how long a scheduler that closes waits for its successor to be named. */
  static final long HAND_OVER_MILLIS = 300;

  private static final long JOIN_MILLIS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(ElectionThread.class);

  /** Something to do with the machine. */
  @FunctionalInterface
  private interface Step {
    void apply(ElectionMachine machine, long now);
  }

  /** A place for one step, in which a newer one replaces the older one. */
  private static final class Newest {
    private @Nullable Step step;

    synchronized void put(Step newer) {
      step = newer;
    }

    synchronized @Nullable Step take() {
      Step taken = step;
      step = null;
      return taken;
    }
  }

  private final ClusterConfig config;
  private final Ticker ticker;
  private final LongSupplier incarnation;
  private final Message.Outbox outbox;
  private final Runnable threadStart;
  private final BlockingQueue<Step> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
  private final Newest publication = new Newest();
  private final Newest present = new Newest();
  private final Newest raftRole = new Newest();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final LongAdder dropped = new LongAdder();
  private final OncePerMinute complaints;

  /** Only for the one who waits for the lease's end; who looks at the lease needs no lock. */
  private final ReentrantLock leaseLock = new ReentrantLock();

  private final Condition leaseChanged = leaseLock.newCondition();

  private volatile MemberView view;
  private volatile Leadership leadership = Leadership.UNKNOWN;
  private volatile Lease lease = Lease.NONE;
  private volatile boolean stopping;

  /**
   * @param incarnation gives a number that differs for every start of this member
   * @param outbox where messages go; called on the thread
   * @param threadStart what the thread does first
   */
  public ElectionThread(
      ClusterConfig config,
      Ticker ticker,
      LongSupplier incarnation,
      Message.Outbox outbox,
      Runnable threadStart) {
    this.config = config;
    this.ticker = ticker;
    this.incarnation = incarnation;
    this.outbox = outbox;
    this.threadStart = threadStart;
    this.complaints = new OncePerMinute(ticker);
    this.view = new MemberView(0, List.of(), config.members().size());
  }

  /**
   * @param listener called on the thread; an exception it throws is logged and otherwise ignored
   */
  public void start(Membership.Listener listener) {
    ElectionMachine machine =
        new ElectionMachine(
            config, incarnation.getAsLong(), ticker.nanos(), outbox, new Published(listener));
    view = machine.view();
    Thread started = new Thread(() -> run(machine), "cluster");
    started.setDaemon(true);
    if (!thread.compareAndSet(null, started)) {
      throw new IllegalStateException("was started before");
    }
    started.start();
  }

  public MemberView view() {
    return view;
  }

  public Leadership leadership() {
    return leadership;
  }

  public Lease lease() {
    return lease;
  }

  /** How many messages found the queue full. */
  public long dropped() {
    return dropped.sum();
  }

  public void onMessage(MemberId from, Message message) {
    if (!queue.offer((machine, now) -> machine.onMessage(from, message, now))) {
      dropped.increment();
    }
  }

  public void onPresent(Set<MemberId> members) {
    replace(present, (machine, now) -> machine.onPresent(members, now));
  }

  /**
   * The raft role may have changed.
   *
   * @param role called on the thread, must not wait
   */
  public void onRaftRole(Supplier<RaftRole> role) {
    replace(
        raftRole,
        (machine, now) -> {
          RaftRole current = role.get();
          machine.onRaftRole(current.leader(), current.term(), now);
        });
  }

  /** See {@link Membership#publish}. */
  public void publish(boolean eligible, Map<String, String> attributes) {
    var checked = new Member(config.self(), config.members().getFirst(), eligible, attributes);
    replace(publication, (machine, now) -> machine.publish(eligible, checked.attributes(), now));
  }

  /** See {@link Membership#stepDown}. */
  public boolean stepDown() {
    boolean possible =
        lease.heldAt(ticker.nanos())
            && view.present().stream().anyMatch(m -> m.eligible() && !m.id().equals(config.self()));
    return possible && queue.offer((machine, now) -> machine.stepDown(now));
  }

  /**
   * Hands the role over if this member has it and another one can take it, gives the lease up in
   * any case, and ends the thread.
   */
  @Override
  public void close() {
    Thread running = thread.get();
    if (running == null || stopping) {
      return;
    }
    try {
      if (!running.equals(Thread.currentThread())) {
        handOver();
      }
      stopping = true;
      wake();
      if (!running.equals(Thread.currentThread())) {
        running.join(JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      stopping = true;
      wake();
      Thread.currentThread().interrupt();
    }
  }

  private void handOver() throws InterruptedException {
    boolean successor = stepDown();
    if (queue.offer(ElectionMachine::leave) && successor) {
      awaitNoLease(Duration.ofMillis(HAND_OVER_MILLIS));
    }
  }

  /** See {@link Membership#awaitRelieved}. */
  boolean awaitNoLease(Duration patience) throws InterruptedException {
    leaseLock.lock();
    try {
      long now = ticker.nanos();
      long until = now + patience.toNanos();
      while (lease.heldAt(now) && until - now > 0) {
        long rest = Math.min(until - now, lease.deadlineNanos() - now);
        var _ = leaseChanged.awaitNanos(rest);
        now = ticker.nanos();
      }
      return !lease.heldAt(now);
    } finally {
      leaseLock.unlock();
    }
  }

  private void replace(Newest slot, Step step) {
    slot.put(step);
    wake();
  }

  /** If the queue is full, the thread is awake anyway. */
  private void wake() {
    if (!queue.offer(ElectionMachine::tick)) {
      LOG.trace("queue full");
    }
  }

  private void run(ElectionMachine machine) {
    threadStart.run();
    while (!stopping) {
      try {
        long wait = machine.nextDue() - ticker.nanos();
        Step step = wait > 0 ? queue.poll(wait, TimeUnit.NANOSECONDS) : queue.poll();
        apply(machine, step);
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        complain("a step of the election failed", e);
      }
    }
    machine.abandon(ticker.nanos());
  }

  private void complain(String what, RuntimeException cause) {
    if (complaints.mayComplain(what)) {
      LOG.error(what, cause);
    }
  }

  private void apply(ElectionMachine machine, @Nullable Step step) {
    for (var slot : List.of(publication, present, raftRole)) {
      Step newest = slot.take();
      if (newest != null) {
        newest.apply(machine, ticker.nanos());
      }
    }
    (step == null ? (Step) ElectionMachine::tick : step).apply(machine, ticker.nanos());
  }

  /** Publishes what the machine shows before the listener hears of it. */
  private final class Published implements Membership.Listener {

    private final Membership.Listener listener;

    Published(Membership.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onView(MemberView next) {
      view = next;
      guarded(() -> listener.onView(next));
    }

    @Override
    public void onLeadership(Leadership next) {
      leadership = next;
      guarded(() -> listener.onLeadership(next));
    }

    @Override
    public void onLease(Lease next) {
      changeLease(next);
      guarded(() -> listener.onLease(next));
    }

    private void changeLease(Lease next) {
      leaseLock.lock();
      try {
        lease = next;
        leaseChanged.signalAll();
      } finally {
        leaseLock.unlock();
      }
    }

    private void guarded(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException e) {
        complain("a listener of the membership failed", e);
      }
    }
  }
}
