package dev.shunt.scheduler.label;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.LabelBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The free label pairs of this member: from blocks that the array leases it, into the kernel's
 * queue, and back through quarantine when their sessions end.
 *
 * <p>A pair of an owned block is free, out or resting. It is out from the moment it is given to the
 * kernel's queue until it is {@link #withdraw withdrawn} or {@link #giveBack given back}; whether
 * the kernel still has it in the queue or in a session only the kernel knows. Pairs of other blocks
 * are not the pool's, whoever names them.
 *
 * <p>Used by one thread; decides only, and what it decides the caller carries out. Its memory is
 * bounded by the number of label pairs that there are.
 */
public final class LabelPool {

  /** Blocks that are asked for at once, at most. */
  static final int MAX_ASKED = 16;

  /** How long the array is not asked again after it gave nothing. */
  static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /**
   * How the pool is doing.
   *
   * @param blocks owned now
   * @param free pairs that wait here
   * @param out pairs in the kernel's queue and in sessions
   * @param resting pairs in quarantine
   * @param exhausted refills that could not fill the kernel's queue since the start
   */
  public record Stats(int blocks, int free, int out, int resting, long exhausted) {}

  private final LabelPoolConfig config;
  private final Ticker ticker;
  private final Quarantine quarantine = new Quarantine();
  // In order of their numbers, and the first ones are used first, so that the last come free.
  private final NavigableMap<Integer, Pairs> blocks = new TreeMap<>();
  private int free;
  private int asked;
  private @Nullable Long askAgainAtNanos;
  private long exhausted;

  public LabelPool(LabelPoolConfig config, Ticker ticker) {
    this.config = config;
    this.ticker = ticker;
  }

  /**
   * Begins anew with what is there: after a start, when the kernel has outlived the process, and
   * whenever pairs may have gone astray. The kernel's queue must have been drained before the
   * sessions were read, so that no session opens with a pair that is counted as drained.
   *
   * @param drained what was in the kernel's queue: free, where this member still owns it
   * @param used whether a session has this pair: out
   * @param owned all blocks of this member; whatever else they have rests first, for its session
   *     may have ended just now
   */
  public void restart(int[] drained, IntPredicate used, Collection<LabelBlock> owned) {
    blocks.clear();
    quarantine.removeIf(_ -> true);
    free = 0;
    owned.forEach(block -> add(block, used, true));
    for (int pair : drained) {
      Pairs pairs = of(pair);
      if (pairs != null && !pairs.isOut(pair) && !pairs.isFree(pair)) {
        pairs.free(pair);
        free++;
      }
    }
    quarantine.removeIf(this::isFree);
  }

  /**
   * A free block came from the array: what no session has is free at once.
   *
   * @param used whether a session has this pair, also one that another member gave out
   */
  public void taken(LabelBlock block, IntPredicate used) {
    answered();
    add(block, used, false);
  }

  /**
   * A block came whose pairs may just have been in use: taken over from a member that is gone, or
   * found to be this member's. What no session has rests first.
   *
   * @param askedFor whether it is the answer to {@link #ask}
   */
  public void inherited(LabelBlock block, IntPredicate used, boolean askedFor) {
    if (askedFor) {
      answered();
    }
    add(block, used, true);
  }

  /** The array had no block, or did not answer. */
  public void notGiven() {
    answered();
    askAgainAtNanos = ticker.nanos() + ASK_AGAIN.toNanos();
  }

  /**
   * How many blocks to ask the array for now. Each must be answered by {@link #taken}, {@link
   * #inherited} or {@link #notGiven}.
   */
  public int ask() {
    if (askAgainAtNanos != null && ticker.nanos() - askAgainAtNanos < 0) {
      return 0;
    }
    askAgainAtNanos = null;
    int missing = config.spareLow() - free - asked * LabelBlock.PAIRS;
    int more = Math.clamp(Math.ceilDiv(missing, LabelBlock.PAIRS), 0, MAX_ASKED - asked);
    asked += more;
    return more;
  }

  /**
   * Takes pairs out for the kernel's queue; what it does not take is to be {@link #giveBack given
   * back}.
   *
   * @param inQueue how many it has now
   */
  public int[] refill(int inQueue) {
    wake();
    if (inQueue >= config.queueLow()) {
      return new int[0];
    }
    int wanted = config.queueFill() - inQueue;
    int[] given = new int[Math.min(wanted, free)];
    int count = 0;
    for (Pairs pairs : blocks.values()) {
      while (count < given.length && pairs.freeCount() > 0) {
        given[count++] = pairs.give();
      }
    }
    free -= given.length;
    if (inQueue + given.length < config.queueLow()) {
      exhausted++;
    }
    return given;
  }

  /**
   * The session of this pair has ended and its label entries are cleared. May be told twice, and of
   * pairs that are not this member's; that has no effect.
   *
   * @return whether it rests now
   */
  public boolean withdraw(int pair) {
    Pairs pairs = of(pair);
    if (pairs == null || !pairs.isOut(pair)) {
      return false;
    }
    rest(pairs, pair);
    return true;
  }

  /** These came out of the kernel's queue unused: free again. */
  public void giveBack(int[] unused) {
    for (int pair : unused) {
      Pairs pairs = of(pair);
      if (pairs != null && pairs.isOut(pair)) {
        pairs.free(pair);
        free++;
      }
    }
  }

  /**
   * Another member owns this block now: none of its pairs is given out or taken back any more.
   * Drain the kernel's queue and {@link #giveBack give back} what was in it first, so that all that
   * is out is in sessions.
   *
   * @return the pairs that are out: their sessions' label entries are to be cleared
   */
  public int[] lost(LabelBlock block) {
    Pairs pairs = remove(block.number());
    return pairs == null ? new int[0] : pairs.allOut();
  }

  /** Blocks to release: wholly free ones, while more is free than is kept. No longer the pool's. */
  public List<LabelBlock> surplus() {
    wake();
    List<LabelBlock> surplus = new ArrayList<>();
    for (Integer number : List.copyOf(blocks.descendingKeySet())) {
      if (free - LabelBlock.PAIRS < config.spareHigh()) {
        break;
      }
      Pairs pairs = blocks.get(number);
      if (pairs != null && pairs.freeCount() == LabelBlock.PAIRS) {
        remove(number);
        surplus.add(new LabelBlock(number));
      }
    }
    return surplus;
  }

  public Stats stats() {
    int out = blocks.values().stream().mapToInt(Pairs::outCount).sum();
    return new Stats(blocks.size(), free, out, quarantine.size(), exhausted);
  }

  private void add(LabelBlock block, IntPredicate used, boolean restFirst) {
    if (blocks.containsKey(block.number())) {
      return;
    }
    Pairs pairs = new Pairs(block);
    blocks.put(block.number(), pairs);
    for (int pair = block.firstPair(); pair < block.firstPair() + LabelBlock.PAIRS; pair++) {
      if (used.test(pair)) {
        pairs.out(pair);
      } else if (restFirst) {
        rest(pairs, pair);
      } else {
        pairs.free(pair);
        free++;
      }
    }
  }

  private void rest(Pairs pairs, int pair) {
    pairs.rest(pair);
    quarantine.add(pair, ticker.nanos() + config.quarantine().toNanos());
  }

  /** Frees what has rested long enough. */
  private void wake() {
    long now = ticker.nanos();
    for (int pair = quarantine.poll(now); pair >= 0; pair = quarantine.poll(now)) {
      Pairs pairs = of(pair);
      if (pairs != null) {
        pairs.free(pair);
        free++;
      }
    }
  }

  private @Nullable Pairs remove(int block) {
    Pairs pairs = blocks.remove(block);
    if (pairs != null) {
      free -= pairs.freeCount();
      quarantine.removeIf(pair -> Math.floorDiv(pair, LabelBlock.PAIRS) == block);
    }
    return pairs;
  }

  private boolean isFree(int pair) {
    Pairs pairs = of(pair);
    return pairs != null && pairs.isFree(pair);
  }

  private @Nullable Pairs of(int pair) {
    return blocks.get(Math.floorDiv(pair, LabelBlock.PAIRS));
  }

  private void answered() {
    asked = Math.max(asked - 1, 0);
  }
}
