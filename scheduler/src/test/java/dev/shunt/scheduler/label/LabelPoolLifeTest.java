package dev.shunt.scheduler.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.LabelBlock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The pool in the life of a kernel, an array and sessions that do anything at any time. Held
 * against a model that knows only: no pair is given while it is in the queue, in a session or
 * resting, and in the end every pair is accounted for.
 */
class LabelPoolLifeTest {

  private static final int STEPS = 2_000;
  private static final int BLOCKS = 12;
  private static final Duration REST = Duration.ofSeconds(30);
  private static final LabelPoolConfig CONFIG = new LabelPoolConfig(200, 400, 300, 900, REST);

  @Property(tries = 100)
  void noPairIsEverGivenTwiceAndNoneIsLost(@ForAll long seed) {
    Life life = new Life(new Random(seed));

    for (int step = 0; step < STEPS; step++) {
      life.step();
      if (step % 20 == 0) {
        life.check();
      }
    }
    life.endAll();
  }

  private static final class Life {

    private final Random random;
    private long now;
    private LabelPool pool = new LabelPool(CONFIG, () -> now);
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private final List<Integer> sessions = new ArrayList<>();
    private final Set<Integer> inSession = new HashSet<>();
    private final Map<Integer, Long> restingUntil = new HashMap<>();
    private final Set<LabelBlock> owned = new TreeSet<>();
    private int asked;

    Life(Random random) {
      this.random = random;
      this.now = random.nextLong();
    }

    void step() {
      switch (random.nextInt(100)) {
        case 0 -> lose();
        case 1 -> restart(random.nextBoolean());
        case 2, 3, 4 -> release();
        case 5, 6, 7, 8, 9 -> now += random.nextLong(REST.toNanos());
        case 10, 11, 12, 13, 14, 15 -> ask();
        case 16, 17 -> pool.withdraw(BLOCKS * LabelBlock.PAIRS + random.nextInt(300));
        case 18 -> giveBack();
        default -> {
          if (random.nextInt(3) == 0) {
            refill();
          } else if (random.nextBoolean()) {
            open(random.nextInt(150));
          } else {
            close(random.nextInt(150));
          }
        }
      }
    }

    void check() {
      LabelPool.Stats stats = pool.stats();
      assertThat(stats.blocks()).isEqualTo(owned.size());
      assertThat(stats.free() + stats.out() + stats.resting())
          .isEqualTo(owned.size() * LabelBlock.PAIRS);
      assertThat(stats.out())
          .isEqualTo(queue.size() + (int) sessions.stream().filter(this::isOwned).count());
    }

    /** When all sessions have ended and rested, all that is owned is free. */
    void endAll() {
      close(sessions.size());
      giveBack();
      now += REST.toNanos();
      pool.surplus().forEach(owned::remove);

      assertThat(pool.stats().resting()).isZero();
      assertThat(pool.stats().out()).isZero();
      assertThat(pool.stats().free()).isEqualTo(owned.size() * LabelBlock.PAIRS);
      assertThat(pool.stats().free()).isLessThan(CONFIG.spareHigh() + LabelBlock.PAIRS);
    }

    private void refill() {
      Set<Integer> inUse = new HashSet<>(queue);
      inUse.addAll(sessions);
      int[] given = pool.refill(queue.size());
      for (int pair : given) {
        assertThat(inUse.add(pair)).as("pair %d is in use", pair).isTrue();
        assertThat(isOwned(pair)).isTrue();
        Long until = restingUntil.remove(pair);
        assertThat(until == null || now - until >= 0).as("pair %d rests", pair).isTrue();
        queue.add(pair);
      }
      assertThat(given.length == 0 || queue.size() <= CONFIG.queueFill()).isTrue();
    }

    private void open(int count) {
      for (int i = 0; i < count && !queue.isEmpty(); i++) {
        int pair = queue.remove();
        sessions.add(pair);
        inSession.add(pair);
      }
    }

    private void close(int count) {
      for (int i = 0; i < count && !sessions.isEmpty(); i++) {
        int at = random.nextInt(sessions.size());
        int pair = sessions.set(at, sessions.getLast());
        sessions.removeLast();
        inSession.remove(pair);
        restingUntil.put(pair, now + REST.toNanos());
        assertThat(pool.withdraw(pair)).isEqualTo(isOwned(pair));
        assertThat(pool.withdraw(pair)).isFalse();
      }
    }

    private void ask() {
      asked += pool.ask();
      while (asked > 0) {
        asked--;
        LabelBlock block = new LabelBlock(random.nextInt(BLOCKS));
        if (owned.contains(block)) {
          pool.notGiven();
        } else if (random.nextBoolean() && restsNone(block)) {
          pool.taken(block, inSession::contains);
          owned.add(block);
        } else {
          inherit(block);
        }
      }
    }

    private void inherit(LabelBlock block) {
      pool.inherited(block, inSession::contains, true);
      owned.add(block);
      rest(block, Set.of());
    }

    /** All of a block but what is in use begins to rest now. */
    private void rest(LabelBlock block, Set<Integer> but) {
      for (int i = 0; i < LabelBlock.PAIRS; i++) {
        int pair = block.firstPair() + i;
        if (!inSession.contains(pair) && !but.contains(pair)) {
          restingUntil.put(pair, now + REST.toNanos());
        }
      }
    }

    /** The array gives as free only what was released, and then nothing of it rests. */
    private boolean restsNone(LabelBlock block) {
      return restingUntil.entrySet().stream()
          .noneMatch(
              entry -> LabelBlock.of(entry.getKey()).equals(block) && entry.getValue() - now > 0);
    }

    private void release() {
      for (LabelBlock block : pool.surplus()) {
        assertThat(owned.remove(block)).isTrue();
        assertThat(queue).noneMatch(pair -> LabelBlock.of(pair).equals(block));
        assertThat(sessions).noneMatch(pair -> LabelBlock.of(pair).equals(block));
        assertThat(restsNone(block)).isTrue();
      }
    }

    private void lose() {
      if (owned.isEmpty()) {
        return;
      }
      LabelBlock block = List.copyOf(owned).get(random.nextInt(owned.size()));
      giveBack();
      TreeSet<Integer> expected = new TreeSet<>();
      sessions.stream().filter(pair -> LabelBlock.of(pair).equals(block)).forEach(expected::add);
      assertThat(pool.lost(block)).containsExactly(expected.toArray(Integer[]::new));
      owned.remove(block);
    }

    private void giveBack() {
      pool.giveBack(drain());
    }

    private int[] drain() {
      int[] drained = queue.stream().mapToInt(Integer::intValue).toArray();
      queue.clear();
      return drained;
    }

    /** Of the process, or only of the pool's knowledge. */
    private void restart(boolean anew) {
      if (anew) {
        pool = new LabelPool(CONFIG, () -> now);
        asked = 0;
      }
      int[] drained = drain();
      pool.restart(drained, inSession::contains, owned);
      Set<Integer> free = new HashSet<>();
      for (int pair : drained) {
        free.add(pair);
      }
      owned.forEach(block -> rest(block, free));
    }

    private boolean isOwned(int pair) {
      return owned.contains(LabelBlock.of(pair));
    }
  }
}
