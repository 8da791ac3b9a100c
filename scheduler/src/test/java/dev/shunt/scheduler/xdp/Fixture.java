package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One packet through the real program: what is in the tables before, the packet, where it must end,
 * how it must look then, and what must be in the tables after.
 */
final class Fixture {

  /** Reads or changes the tables. */
  @FunctionalInterface
  interface Step {
    void on(World world) throws DataPlaneException;
  }

  final String name;
  final byte[] packet;
  final Outcome outcome;
  final Map<String, Long> raised = new HashMap<>();
  byte @Nullable [] frame;
  Step before = world -> {};
  Step after = world -> {};

  private Fixture(String name, byte[] packet, Outcome outcome) {
    this.name = name;
    this.packet = packet.clone();
    this.outcome = outcome;
    raised.put(outcome.counter(), 1L);
  }

  static Fixture fixture(String name, byte[] packet, Outcome outcome) {
    return new Fixture(name, packet, outcome);
  }

  Fixture given(Step step) {
    before = step;
    return this;
  }

  /** How the packet leaves; it is to leave unchanged if nothing is said. */
  Fixture becomes(byte[] expected) {
    frame = expected.clone();
    return this;
  }

  /** What else is counted. */
  Fixture beside(Aside... asides) {
    for (Aside aside : asides) {
      raised.merge(aside.counter(), 1L, Long::sum);
    }
    return this;
  }

  Fixture then(Step step) {
    Step first = after;
    after =
        world -> {
          first.on(world);
          step.on(world);
        };
    return this;
  }

  byte[] expectedFrame() {
    byte[] changed = frame;
    return changed == null ? packet : changed;
  }

  @Override
  public String toString() {
    return name;
  }
}
