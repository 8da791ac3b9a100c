package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import dev.shunt.scheduler.xdp.model.Changes;
import dev.shunt.scheduler.xdp.model.Dice;
import dev.shunt.scheduler.xdp.model.FrameMaker;
import dev.shunt.scheduler.xdp.model.FuzzWorld;
import dev.shunt.scheduler.xdp.model.Model;
import dev.shunt.scheduler.xdp.model.ModelControl;
import dev.shunt.scheduler.xdp.model.ModelEvent;
import dev.shunt.scheduler.xdp.model.ModelTables;
import dev.shunt.scheduler.xdp.model.ModelView;
import dev.shunt.scheduler.xdp.model.Moment;
import dev.shunt.scheduler.xdp.model.Phase;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One world: its steps through the model and through the kernel, side by side. */
final class Fuzzer implements AutoCloseable {

  /** Where they differ. */
  record Difference(long seed, int step, String what) {}

  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Verdict[] VERDICTS = Verdict.values();
  private static final int ROOM = 4096;
  private static final int CHANGES_PER_MILLE = 5;
  private static final long MILLI = 1_000_000;

  private final FuzzWorld world;
  private final Dice dice;
  private final Moment now;
  private final FuzzKernel kernel;
  private final Model model;
  private final ModelView view;
  private final BothSides both;
  private final Changes changes;
  private final FrameMaker frames;
  private final FuzzTables tables;
  private final FrameLaws laws;
  private final byte[] frame = new byte[ROOM];
  private final byte[] left = new byte[ROOM];
  private final long[] reached;
  private @Nullable List<String> log;

  /**
   * @param object the compiled program
   * @param reached counts packets by the outcomes' order
   */
  Fuzzer(long seed, byte[] object, long[] reached) throws DataPlaneException {
    this.reached = reached;
    world = new FuzzWorld(seed);
    dice = new Dice(seed);
    now = new Moment((dice.next() >>> 16) | (1L << 40), 0);
    kernel = new FuzzKernel(world, object, now);
    model =
        new Model(
            new ModelTables(
                FuzzWorld.MINE,
                world.hashSeed,
                world.maxFrame,
                FuzzKernel.LINE_CARD,
                world.maxSessions,
                (world.eventBytes - 1) / RingMemory.RECORD,
                now));
    view = new ModelView(model);
    both = new BothSides(kernel, new ModelControl(model));
    changes = new Changes(world, dice, now);
    frames = new FrameMaker(world, dice);
    tables = new FuzzTables(kernel, view);
    laws = new FrameLaws(FuzzWorld.MINE, world.maxFrame);
    changes.first(both);
  }

  /** From now on what each step does is written down here. */
  void log(List<String> lines) {
    log = lines;
  }

  /**
   * Takes the chosen steps.
   *
   * @param every how often whole tables are compared
   * @return where the first difference is; null if there is none
   */
  @Nullable Difference run(BitSet steps, int every) throws DataPlaneException {
    int done = 0;
    for (int step = steps.nextSetBit(0); step >= 0; step = steps.nextSetBit(step + 1)) {
      String what = step(step);
      if (what == null && ++done % every == 0) {
        what = join(tables.differences());
      }
      if (what != null) {
        return new Difference(world.seed, step, what);
      }
    }
    String what = join(tables.allDifferences());
    return what == null ? null : new Difference(world.seed, Math.max(0, steps.length() - 1), what);
  }

  private static @Nullable String join(List<String> found) {
    return found.isEmpty() ? null : String.join("\n", found);
  }

  private @Nullable String step(int step) throws DataPlaneException {
    dice.begin(world.seed, step);
    boolean mixed = Phase.of(step) == Phase.MIXED;
    if (mixed) {
      pass();
    }
    if (mixed && dice.often(CHANGES_PER_MILLE)) {
      both.stopLeaving();
      both.readEvents();
      try {
        changes.next(both);
      } catch (AssertionError e) {
        return String.valueOf(e.getMessage());
      }
      both.boundDatagrams();
      log("step %d at %d ns: %s".formatted(step, now.nanos(), both.done()));
      return null;
    }
    int length = frames.make(frame, step);
    now.seed(dice.next());
    String what = packet(length);
    both.readEvents();
    if (log != null) {
      log("step %d at %d ns: %s".formatted(step, now.nanos(), hex(Arrays.copyOf(frame, length))));
    }
    return what;
  }

  private void log(String line) {
    if (log != null) {
      log.add(line);
    }
  }

  /** Mostly within a tick, now and then so long that something is forgotten. */
  private void pass() {
    int kind = dice.below(1000);
    if (kind < 550) {
      return;
    }
    if (kind < 900) {
      now.pass(dice.below((int) MILLI / 2));
    } else if (kind < 992) {
      now.pass(dice.below(20) * MILLI);
    } else if (kind < 999) {
      now.pass(dice.below(2000) * MILLI);
    } else {
      now.pass(dice.below(80_000) * MILLI);
    }
  }

  private @Nullable String packet(int length) throws DataPlaneException {
    int result = kernel.run(frame, length);
    model.frame.set(frame, length);
    Outcome expected = model.run();
    Outcome outcome = OUTCOMES[result >>> 8];
    reached[result >>> 8]++;
    if (outcome != expected) {
      return "outcome: the model has %s, the kernel has %s".formatted(expected, outcome);
    }
    if (outcome.verdict() != VERDICTS[result & 0xff]) {
      return "verdict %d of %s".formatted(result & 0xff, outcome);
    }
    boolean same =
        outcome.verdict() == Verdict.DROP
            || kernel.left(model.frame.array(), model.frame.start(), model.frame.length());
    if (!same) {
      return "frame of %s:\n  model  %s\n  kernel %s"
          .formatted(outcome, hex(model.frame.copy()), hex(kernel.frame()));
    }
    List<ModelEvent> told = view.takeEvents();
    List<ModelEvent> heard = kernel.ring.look();
    if (!told.equals(heard)) {
      return "events of %s: the model has %s, the kernel has %s".formatted(outcome, told, heard);
    }
    kernel.copyTo(left);
    return laws.broken(frame, length, left, kernel.length(), outcome);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
