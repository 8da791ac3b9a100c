package dev.shunt.replication.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.local.SessionCopy;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves by digests that this member's copy of the sessions is what the shared table holds, and
 * mends what is not: when it has joined, and again and again, whatever the reason.
 *
 * <p>One thread, but for what it tells.
 */
final class Verification {

  /** How often copy and table are compared though nothing is known to have gone wrong. */
  static final Duration INTERVAL = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Verification.class);

  /** A few times what a change takes to arrive. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static final int ATTEMPTS = 3;

  private final SessionCopy copy;
  private final CopyScan scan;
  private final Counters counters;
  private final Ticker ticker;
  private final Comparison.Pause pause;
  private Parts lastLeft = new Parts(Parts.MIN_BITS, new BitSet());
  private long ranNanos;
  private volatile long equalNanos;
  private volatile boolean wereEqual;

  Verification(SessionCopy copy, CopyScan scan, Counters counters, Ticker ticker, Sleep sleep) {
    this.copy = copy;
    this.scan = scan;
    this.counters = counters;
    this.ticker = ticker;
    this.pause = () -> sleep.sleep(PAUSE);
    this.ranNanos = ticker.nanos();
  }

  /** Lets some time pass, or less if this member leaves. */
  @FunctionalInterface
  interface Sleep {
    void sleep(Duration time) throws InterruptedException;
  }

  /** Whether it is time to compare again. */
  boolean isDue() {
    return ticker.nanos() - ranNanos >= INTERVAL.toNanos();
  }

  /** How long ago copy and table were equal, in nanoseconds; -1 if they never were. */
  long equalForNanos() {
    return wereEqual ? Math.max(0, ticker.nanos() - equalNanos) : -1;
  }

  /**
   * Compares and mends, and compares again what was mended. What only this member has is kept at
   * first, for others may be about to bring it into the table; at the next run it is forgotten.
   *
   * @return whether all is equal now
   * @throws RuntimeException of the shared table: it did not answer, or is moving
   */
  boolean run(HazelcastInstance hazelcast) throws InterruptedException, ExecutionException {
    ranNanos = ticker.nanos();
    IMap<byte[], byte[]> table = hazelcast.getMap(HazelcastSettings.SESSIONS);
    Comparison comparison = new Comparison(parts -> inTable(table, parts), this::inCopy, pause);
    try {
      Parts all = Parts.all(copy.size());
      Parts left = comparison.differing(all);
      for (int attempt = 0; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
        mend(hazelcast, left);
        left = comparison.differing(left);
      }
      lastLeft = left;
      if (left.isEmpty()) {
        equalNanos = ticker.nanos();
        wereEqual = true;
      } else {
        log.warn(
            "{} of {} parts of the session table still differ from this member's copy",
            left.chosen().cardinality(),
            left.count());
      }
      return left.isEmpty();
    } catch (HazelcastSerializationException e) {
      log.info("a member of another release cannot compare sessions with this one's");
      log.debug("because of", e);
      return false;
    }
  }

  private void mend(HazelcastInstance hazelcast, Parts parts)
      throws InterruptedException, ExecutionException {
    boolean again = lastLeft.bits() == parts.bits() && lastLeft.chosen().equals(parts.chosen());
    Reconciler.OnlyHere onlyHere = again ? Reconciler.OnlyHere.FORGET : Reconciler.OnlyHere.KEEP;
    int mended = scan.run(hazelcast, onlyHere, new InParts(parts), parts::contains).changed();
    counters.mended.add(mended);
    log.info(
        "{} of {} parts of the session table differed from this member's copy: {} entries mended",
        parts.chosen().cardinality(),
        parts.count(),
        mended);
  }

  private static long[] inTable(IMap<byte[], byte[]> table, Parts parts) {
    PartDigests digests = new PartDigests(parts.bits());
    boolean all = parts.chosen().cardinality() == parts.count();
    return all ? table.aggregate(digests) : table.aggregate(digests, new InParts(parts));
  }

  private long[] inCopy(Parts parts) {
    PartDigests digests = new PartDigests(parts.bits());
    copy.forEach(digests::add);
    return digests.aggregate();
  }
}
