package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.Fuzzer.Difference;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds few steps that make a difference (delta debugging): a step depends on its number and the
 * seed alone, so any may be left out.
 */
final class Shrinker {

  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();

  private static final int FEW = 200;

  private final byte[] object;
  private final long[] reached = new long[Outcome.values().length];

  Shrinker(byte[] object) {
    this.object = object;
  }

  /** What differs, where, and how to see it again. */
  String shrink(Difference found, int every) throws DataPlaneException {
    long until = System.nanoTime() + PATIENCE;
    BitSet steps = new BitSet();
    steps.set(0, found.step() + 1);
    Difference last = found;
    int often = every;
    // Where exactly: the tables are compared ever more often.
    for (; often > 1; often = Math.max(1, often / 40)) {
      Difference exact = run(found.seed(), steps, Math.max(1, often / 40));
      if (exact == null) {
        break;
      }
      last = exact;
      steps.clear(exact.step() + 1, Math.max(exact.step() + 1, steps.length()));
    }
    for (int chunk = steps.cardinality() / 2; chunk > 0 && System.nanoTime() < until; chunk /= 2) {
      for (int from = 0; from < steps.length() && System.nanoTime() < until; ) {
        BitSet fewer = without(steps, from, chunk);
        from = next(steps, from, chunk);
        int look = fewer.cardinality() > 5000 ? often : 1;
        Difference still = fewer.isEmpty() ? null : run(found.seed(), fewer, look);
        if (still != null) {
          last = still;
          steps = fewer;
          steps.clear(still.step() + 1, Math.max(still.step() + 1, steps.length()));
        }
      }
    }
    return text(found, last, steps);
  }

  private static BitSet without(BitSet steps, int from, int count) {
    BitSet fewer = (BitSet) steps.clone();
    fewer.clear(from, next(steps, from, count));
    return fewer;
  }

  /** The step behind so many chosen ones. */
  private static int next(BitSet steps, int from, int count) {
    int at = from;
    for (int i = 0; i < count && at < steps.length(); i++) {
      at = steps.nextSetBit(at) + 1;
      if (at == 0) {
        return steps.length();
      }
    }
    return at;
  }

  private @Nullable Difference run(long seed, BitSet steps, int every) throws DataPlaneException {
    return FuzzTest.run(seed, steps, every, object, reached);
  }

  /** What the steps do, if they are few. */
  private String done(long seed, BitSet steps) throws DataPlaneException {
    if (steps.cardinality() > FEW) {
      return steps.cardinality() + " steps";
    }
    List<String> lines = new ArrayList<>();
    try (Fuzzer fuzzer = new Fuzzer(seed, object, reached)) {
      fuzzer.log(lines);
      fuzzer.run(steps, 1);
    }
    return String.join("\n", lines);
  }

  private String text(Difference first, Difference last, BitSet steps) throws DataPlaneException {
    return """
    kernel and model differ, seed %d, step %d:
    %s
    found first at step %d:
    %s
    what it takes:
    %s
    To see it again: -Dshunt.fuzz.seed=%d -Dshunt.fuzz.steps=%d -Dshunt.fuzz.every=1\
    """
        .formatted(
            last.seed(),
            last.step(),
            last.what(),
            first.step(),
            first.what(),
            done(last.seed(), steps),
            first.seed(),
            first.step() + 1);
  }
}
