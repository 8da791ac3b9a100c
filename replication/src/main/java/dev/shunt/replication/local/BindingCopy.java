package dev.shunt.replication.local;

import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A member's copy of a table of bindings: sets of {@value #WAYS} places, of which a key has one. As
 * large from the start as it can become, with room for twice as many as it may hold, so that sets
 * are hardly ever full before the table is.
 *
 * <p>Thread-safe. Reading takes no lock and allocates nothing. Writing holds the lock of a part of
 * the sets for some hundred nanoseconds.
 */
public final class BindingCopy {

  /** What became of a binding that came from another member. */
  public enum Outcome {
    /** It is the key's binding here now. */
    TAKEN,
    /** It was so before. */
    KNOWN,
    /** A better one is here, and has to be told. */
    WORSE
  }

  private static final int WAYS = 16;
  private static final int LOCKS = 64;

  private final int entries;
  private final int lastSet;
  private final Consumer<Binding> onEvicted;

  /** The last half of each place's key, so that a search reads two cache lines and one binding. */
  private final AtomicLongArray lows;

  private final AtomicReferenceArray<@Nullable Binding> places;
  private final Object[] locks = new Object[LOCKS];
  private final AtomicInteger size = new AtomicInteger();
  private final LongAdder evicted = new LongAdder();

  /**
   * @param onEvicted hears of bindings that made way for others; called with a lock held, and must
   *     not come back here
   */
  public BindingCopy(BindingLimits limits, Consumer<Binding> onEvicted) {
    this.entries = limits.entries();
    this.onEvicted = onEvicted;
    int count = Math.max(2 * WAYS, Integer.highestOneBit(2 * entries - 1) << 1);
    this.lastSet = count / WAYS - 1;
    this.lows = new AtomicLongArray(count);
    this.places = new AtomicReferenceArray<>(count);
    Arrays.setAll(locks, _ -> new Object());
  }

  /** A key's binding, or {@link Binding#NONE}. */
  public Binding find(long high, long low) {
    int place = placeOf(high, low);
    Binding found = place < 0 ? null : places.getAcquire(place);
    // Another key may just have come there.
    return found != null && found.isOf(high, low) ? found : Binding.NONE;
  }

  /** Where a key's binding is, or -1. */
  public int placeOf(long high, long low) {
    int first = ((int) low & lastSet) * WAYS;
    for (int place = first; place < first + WAYS; place++) {
      if (lows.getAcquire(place) == low) {
        Binding there = places.getAcquire(place);
        if (there != null && there.isOf(high, low)) {
          return place;
        }
      }
    }
    return -1;
  }

  /** Puts a binding where the key has none; returns the key's binding then. */
  public Binding offer(Binding binding) {
    synchronized (lockOf(binding)) {
      Binding held = find(binding.high(), binding.low());
      if (held.isPresent()) {
        return held;
      }
      insert(binding);
      return binding;
    }
  }

  /** Replaces this very binding; returns the key's binding then. */
  @SuppressWarnings("ReferenceEquality") // It is about this very one.
  public Binding replace(Binding held, Binding next) {
    synchronized (lockOf(next)) {
      int place = placeOf(held.high(), held.low());
      Binding now = place < 0 ? Binding.NONE : at(place);
      if (now != held) {
        return now.isPresent() ? now : offer(next);
      }
      places.setRelease(place, next);
      return next;
    }
  }

  /** Takes what another member wrote. It may come twice and in any order. */
  public Outcome arrive(Binding binding) {
    synchronized (lockOf(binding)) {
      int place = placeOf(binding.high(), binding.low());
      if (place < 0) {
        insert(binding);
        return Outcome.TAKEN;
      }
      Binding held = at(place);
      if (binding.supersedes(held)) {
        binding.use(held.usedSeconds());
        places.setRelease(place, binding);
        return Outcome.TAKEN;
      }
      held.use(binding.usedSeconds());
      held.told(binding.usedSeconds());
      return held.supersedes(binding) ? Outcome.WORSE : Outcome.KNOWN;
    }
  }

  /**
   * Removes a binding that was used before some time.
   *
   * @return whether it was there and is gone
   */
  public boolean removeUnused(long high, long low, int beforeSeconds) {
    synchronized (locks[(int) low & lastSet & (LOCKS - 1)]) {
      int place = placeOf(high, low);
      if (place < 0 || at(place).usedSeconds() >= beforeSeconds) {
        return false;
      }
      places.setRelease(place, null);
      lows.setRelease(place, 0);
      size.decrementAndGet();
      return true;
    }
  }

  /** How many places there are. */
  public int places() {
    return places.length();
  }

  /** What is in a place, or {@link Binding#NONE}. */
  public Binding at(int place) {
    Binding there = places.getAcquire(place);
    return there == null ? Binding.NONE : there;
  }

  public void forEach(Consumer<Binding> action) {
    for (int place = 0; place < places.length(); place++) {
      Binding there = places.getAcquire(place);
      if (there != null) {
        action.accept(there);
      }
    }
  }

  public int size() {
    return size.get();
  }

  /** How many made way for others. */
  public long evicted() {
    return evicted.sum();
  }

  private Object lockOf(Binding binding) {
    return locks[(int) binding.low() & lastSet & (LOCKS - 1)];
  }

  /** Into a free place of its set; where there is none, or the table is full, the oldest goes. */
  private void insert(Binding binding) {
    int first = ((int) binding.low() & lastSet) * WAYS;
    int free = -1;
    int oldest = -1;
    for (int place = first; place < first + WAYS; place++) {
      Binding there = places.getAcquire(place);
      if (there == null) {
        free = place;
      } else if (oldest < 0 || there.usedSeconds() < at(oldest).usedSeconds()) {
        oldest = place;
      }
    }
    // Two threads may pass together: the bound is exact but for the number of writing threads, and
    // for a set that is empty while the table is full.
    int place = free >= 0 && (size.get() < entries || oldest < 0) ? free : oldest;
    Binding gone = places.getAcquire(place);
    places.setRelease(place, binding);
    lows.setRelease(place, binding.low());
    if (gone == null) {
      size.incrementAndGet();
    } else {
      evicted.increment();
      onEvicted.accept(gone);
    }
  }
}
