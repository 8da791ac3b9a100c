package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.FuzzWorld;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program in the kernel against a model of the same rules, over random and damaged packets:
 * outcome, verdict, frame and events after each one, all tables again and again.
 *
 * <p>{@code -Dshunt.fuzz.packets=10000000} runs longer, {@code -Dshunt.fuzz.seed} begins elsewhere.
 * A difference is shown with its seed and the few steps that it takes.
 */
final class FuzzTest {

  /**
   * Drivers alone can bring about the first: a test run always leaves room before the packet. The
   * second needs connections of this machine's, of thousands of flows at a time: see OwnSocketTest.
   * Labels in UDP the model does not know, and none is used.
   */
  private static final Set<Outcome> OUT_OF_REACH =
      EnumSet.of(
          Outcome.DROP_HEADROOM,
          Outcome.PASS_OWN_CONNECTION,
          Outcome.DROP_TUNNEL_SENDER,
          Outcome.DROP_TUNNEL_FRAGMENT,
          Outcome.DROP_TUNNEL_HEADER,
          Outcome.DROP_TUNNEL_CHECKSUM);

  /** Enough for everything to come about. */
  private static final int ENOUGH = 1_000_000;

  private static final int WORLD = 125_000;
  private static final long PACKETS = Long.getLong("shunt.fuzz.packets", ENOUGH);
  private static final long SEED = Long.getLong("shunt.fuzz.seed", 1);
  private static final int STEPS = Integer.getInteger("shunt.fuzz.steps", WORLD);
  private static final int EVERY = Integer.getInteger("shunt.fuzz.every", 4000);

  @TempDir private Path folder;

  @BeforeEach
  void needsTheKernelAndItsCompiler() {
    Kernel.requireBpf();
    Kernel.requireCommand("clang-14");
  }

  @Test
  void theKernelDoesWhatTheModelDoes(TestReporter reporter)
      throws DataPlaneException, InterruptedException, IOException {
    byte[] object = FuzzObject.compile(folder);
    long[] reached = new long[Outcome.values().length];
    long begin = System.nanoTime();
    try (OneCpu _ = OneCpu.hold();
        ServerSocket _ = new ServerSocket(FuzzWorld.LISTENED)) {
      for (long done = 0, seed = SEED; done < PACKETS; done += STEPS, seed++) {
        BitSet steps = new BitSet();
        steps.set(0, STEPS);
        Fuzzer.Difference difference = run(seed, steps, EVERY, object, reached);
        if (difference != null) {
          fail(new Shrinker(object).shrink(difference, EVERY));
        }
      }
    }
    long packets = 0;
    Set<Outcome> hit = EnumSet.noneOf(Outcome.class);
    int index = 0;
    for (Outcome outcome : Outcome.values()) {
      long count = reached[index++];
      packets += count;
      if (count > 0) {
        hit.add(outcome);
      }
      reporter.publishEntry(outcome.counter(), Long.toString(count));
    }
    double seconds = (System.nanoTime() - begin) / (double) Duration.ofSeconds(1).toNanos();
    reporter.publishEntry(
        "fuzz",
        "%d packets in %.0f s: %.0f a second".formatted(packets, seconds, packets / seconds));
    if (PACKETS >= ENOUGH && STEPS >= WORLD) {
      Set<Outcome> missed = EnumSet.complementOf(EnumSet.copyOf(hit));
      assertThat(missed).isEqualTo(OUT_OF_REACH);
    }
  }

  static Fuzzer.@Nullable Difference run(
      long seed, BitSet steps, int every, byte[] object, long[] reached) throws DataPlaneException {
    try (Fuzzer fuzzer = new Fuzzer(seed, object, reached)) {
      return fuzzer.run(steps, every);
    }
  }
}
