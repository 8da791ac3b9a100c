package dev.shunt.ops.daemon;

import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionTable;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.label.LabelPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel of the scheduler supplied with labels for new sessions: from blocks that the
 * array leases this member, through the pool, into the kernel's queue, and back when sessions end.
 *
 * <p>Only who holds the lease has anything in its queue, for only its kernel opens sessions.
 *
 * <p>{@link #ended}, {@link #stats} and what the array tells may come from any thread; it waits for
 * the next {@link #step}. The other methods are called by one thread at a time, as the data plane
 * wants it. Nothing here waits for the array. What may wait is bounded by the number of blocks.
 */
final class LabelSupply implements LabelBlocks.Listener {

  private static final Logger log = LoggerFactory.getLogger(LabelSupply.class);

  /** Pairs that blocks have; the label space has some more. */
  private static final int PAIRS = LabelBlock.COUNT * LabelBlock.PAIRS;

  /** So many pairs may be out of sight for a while without being looked for. */
  private static final int ASTRAY = LabelBlock.PAIRS;

  /** Blocks of a former life that are asked for by name, so that others find room to ask too. */
  private static final int MAX_RECLAIMED = LabelBlocks.MAX_WAITING / 2;

  /**
   * Where this member's label pairs are.
   *
   * @param free wait here
   * @param queue in the kernel's queue
   * @param used in sessions
   * @param resting in quarantine
   */
  public record Stats(int free, int queue, int used, int resting) {
    static final Stats NONE = new Stats(0, 0, 0, 0);
  }

  private final LabelPool pool;
  private final LabelBlocks blocks;
  private final DataPlane dataPlane;
  private final SessionTable table;
  private final Queue<News> news = new ConcurrentLinkedQueue<>();
  private final BitSet ended = new BitSet();
  private final Set<LabelBlock> owned = new TreeSet<>();
  private int[] drained = {};
  private boolean found;
  private boolean filled;
  private volatile Stats stats = Stats.NONE;

  /** What the array said. */
  private sealed interface News {

    /** The answer to a question for any block. */
    record Taken(LabelBlock block, boolean inherited) implements News {}

    /** There was none. */
    record NotGiven() implements News {}

    /** These turned out to be this member's. */
    record Found(Set<LabelBlock> blocks) implements News {}

    /** It turned out to be another's. */
    record Lost(LabelBlock block) implements News {}
  }

  LabelSupply(LabelPool pool, LabelBlocks blocks, DataPlane dataPlane, SessionTable table) {
    this.pool = pool;
    this.blocks = blocks;
    this.dataPlane = dataPlane;
    this.table = table;
  }

  /**
   * Begins with what the kernel has, before the array is joined. Its queue is drained first, so
   * that no session opens with a pair that is counted as free.
   */
  void start() throws DataPlaneException {
    drained = dataPlane.drainPairs();
    blocks.listen(this);
  }

  /** A session's label leads nowhere any more. */
  void ended(int label) {
    synchronized (ended) {
      ended.set(SessionLabel.pairOf(label));
    }
  }

  @Override
  public void onFound(Set<LabelBlock> mine) {
    news.add(new News.Found(Set.copyOf(mine)));
  }

  @Override
  public void onLost(LabelBlock block) {
    news.add(new News.Lost(block));
  }

  /** Where the pairs are, as of the last step. */
  Stats stats() {
    return stats;
  }

  /**
   * Does what is due.
   *
   * @param scheduler whether this member holds the lease
   */
  void step(boolean scheduler) throws DataPlaneException {
    withdrawEnded();
    hear();
    for (LabelBlock block : pool.surplus()) {
      owned.remove(block);
      release(block);
    }
    if (scheduler) {
      supply();
    } else if (filled) {
      pool.giveBack(dataPlane.drainPairs());
      filled = false;
    }
    LabelPool.Stats now = pool.stats();
    int queue = filled ? Math.min(dataPlane.freePairs(), now.out()) : 0;
    stats = new Stats(now.free(), queue, now.out() - queue, now.resting());
  }

  /**
   * Looks for pairs that neither the kernel's queue nor a session has, because the news of a
   * session's end was lost. For the moment that it takes new sessions go without a label.
   */
  void audit() throws DataPlaneException {
    int out = pool.stats().out();
    if (out == 0) {
      return;
    }
    int queue = filled ? dataPlane.freePairs() : 0;
    BitSet used = used();
    long inSessions = used.stream().filter(this::isOwned).count();
    long astray = out - queue - inSessions;
    if (astray <= ASTRAY) {
      return;
    }
    log.info("{} label pairs went astray and rest now", astray);
    int[] unused = dataPlane.drainPairs();
    filled = false;
    pool.restart(unused, used()::get, owned);
  }

  private boolean isOwned(int pair) {
    return pair < PAIRS && owned.contains(LabelBlock.of(pair));
  }

  private void withdrawEnded() {
    int[] pairs;
    synchronized (ended) {
      pairs = ended.stream().toArray();
      ended.clear();
    }
    Arrays.stream(pairs).forEach(pool::withdraw);
  }

  private void supply() throws DataPlaneException {
    for (int asked = pool.ask(); asked > 0; asked--) {
      var _ =
          blocks
              .take()
              .handle((taken, failure) ->
                  news.add(
                      failure == null && taken.isPresent()
                          ? new News.Taken(
                              taken.get().block(), taken.get().formerOwner().isPresent())
                          : new News.NotGiven()));
    }
    int[] pairs = pool.refill(filled ? dataPlane.freePairs() : 0);
    if (pairs.length > 0) {
      filled = true;
      int accepted = dataPlane.offerPairs(pairs);
      pool.giveBack(Arrays.copyOfRange(pairs, accepted, pairs.length));
    }
  }

  private void hear() throws DataPlaneException {
    if (news.isEmpty()) {
      return;
    }
    BitSet used = used();
    for (News next = news.poll(); next != null; next = news.poll()) {
      switch (next) {
        case News.Taken(LabelBlock block, boolean inherited) -> {
          owned.add(block);
          if (inherited) {
            pool.inherited(block, used::get, true);
          } else {
            pool.taken(block, used::get);
          }
        }
        case News.NotGiven() -> pool.notGiven();
        case News.Found(Set<LabelBlock> mine) -> found(mine, used);
        case News.Lost(LabelBlock block) -> lost(block);
      }
    }
  }

  private void found(Set<LabelBlock> mine, BitSet used) {
    boolean first = !found && owned.isEmpty();
    owned.addAll(mine);
    if (first) {
      pool.restart(drained, used::get, mine);
    } else {
      mine.forEach(block -> pool.inherited(block, used::get, false));
    }
    if (!found) {
      reclaim();
    }
    found = true;
    drained = new int[0];
  }

  /** Blocks whose pairs the kernel still had, while the array knows no owner of them any more. */
  private void reclaim() {
    Set<LabelBlock> missing = new TreeSet<>();
    for (int pair : drained) {
      if (pair < PAIRS) {
        missing.add(LabelBlock.of(pair));
      }
    }
    missing.removeAll(owned);
    missing.stream()
        .limit(MAX_RECLAIMED)
        .forEach(block -> {
          var _ =
              blocks
                  .take(block)
                  .thenAccept(mine -> news.add(new News.Found(mine ? Set.of(block) : Set.of())));
        });
  }

  /** The sessions go on without labels, here and at the other members. */
  private void lost(LabelBlock block) throws DataPlaneException {
    if (!owned.remove(block)) {
      return;
    }
    if (filled) {
      pool.giveBack(dataPlane.drainPairs());
      filled = false;
    }
    BitSet out = new BitSet();
    Arrays.stream(pool.lost(block)).forEach(out::set);
    List<Session> bare = new ArrayList<>();
    for (KernelSession session : dataPlane.sessions()) {
      SessionLabel label = session.label();
      if (label.isPresent() && out.get(SessionLabel.pairOf(label.forth()))) {
        table.get(session.flow()).map(LabelSupply::withoutLabel).ifPresent(bare::add);
      }
    }
    dataPlane.putSessions(bare);
    bare.forEach(table::put);
    log.info("label block {} is another member's: {} sessions go without", block, bare.size());
  }

  private static Session withoutLabel(Session session) {
    return new Session(
        session.flow(), session.target(), session.state(), session.term(), session.sinceMillis());
  }

  /** A block that could not be given back stays this member's. */
  private void release(LabelBlock block) {
    var _ =
        blocks
            .release(block)
            .handle((_, failure) -> failure != null && news.add(new News.Found(Set.of(block))));
  }

  /** Pairs that the kernel's sessions have. */
  private BitSet used() throws DataPlaneException {
    BitSet used = new BitSet();
    for (KernelSession session : dataPlane.sessions()) {
      if (session.label().isPresent()) {
        used.set(SessionLabel.pairOf(session.label().forth()));
      }
    }
    return used;
  }
}
