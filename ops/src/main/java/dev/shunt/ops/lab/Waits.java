package dev.shunt.ops.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long one who begins something had to wait until this, or what was begun after it, came to its
 * end: from the first lost probe to the first answered one. While nothing is lost it is how long
 * the slowest took. When nobody begins anything, because the machine stands still, nobody waits.
 *
 * @param millis the longest wait
 * @param atMicros when that began
 * @param begun how many began in the time
 * @param lost how many of them never came to an end
 * @param over whether the longest wait came to its end as long as there was somebody to see it
 */
public record Waits(double millis, long atMicros, int begun, int lost, boolean over) {

  static final long NEVER = Long.MAX_VALUE;

  /** Nobody began anything. */
  static final Waits NONE = new Waits(0, 0, 0, 0, true);

  /**
   * Something that began, in microseconds.
   *
   * @param done when it came to its end, or {@link #NEVER}
   */
  record Event(long at, long done) {}

  /**
   * Of what began from one time to another.
   *
   * @param events in any order
   * @param seen until when ends were seen
   */
  static Waits of(List<Event> events, long from, long to, long seen) {
    List<Event> sorted = new ArrayList<>(events);
    sorted.sort(Comparator.comparingLong(Event::at));
    long next = NEVER;
    Waits longest = NONE;
    int begun = 0;
    int lost = 0;
    for (Event event : sorted.reversed()) {
      next = Math.min(next, event.done());
      if (event.at() < from || event.at() >= to) {
        continue;
      }
      begun++;
      lost += event.done() == NEVER ? 1 : 0;
      double wait = (Math.min(next, Math.max(seen, event.at())) - event.at()) / 1e3;
      if (begun == 1 || wait >= longest.millis()) {
        longest = new Waits(wait, event.at(), 0, 0, next != NEVER);
      }
    }
    return new Waits(longest.millis(), longest.atMicros(), begun, lost, longest.over());
  }

  /** The worse one of two, and what was begun and lost in both. */
  Waits and(Waits other) {
    Waits longer = other.millis > millis ? other : this;
    return new Waits(
        longer.millis, longer.atMicros, begun + other.begun, lost + other.lost, over && other.over);
  }
}
