package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.BenchKernel.Program;
import dev.shunt.scheduler.xdp.layout.Outcome;

/**
 * A way of a packet through the data plane, to be timed. Each sample is held against the program's
 * own counters: packets that went another way are an error, not a figure.
 */
public final class BenchProbe {

  /** Takes one sample: nanoseconds a pass. */
  @FunctionalInterface
  private interface Sampler {
    double sample(BenchKernel kernel) throws DataPlaneException;
  }

  /** Passes of a sample; some milliseconds. */
  public static final int PASSES = 200_000;

  /** Passes of a sample that leaves something in the tables behind. */
  public static final int FRESH = 20_000;

  /** Of a thousand packets, how many may go another way. */
  private static final int STRAYS = 1;

  private final Sampler sampler;

  private BenchProbe(Sampler sampler) {
    this.sampler = sampler;
  }

  /** Nanoseconds a pass, over one sample. */
  public double sample(BenchKernel kernel) throws DataPlaneException {
    return sampler.sample(kernel);
  }

  /** The bare MAC swap: what the others are compared with. */
  public static BenchProbe swap() {
    byte[] frame = BenchFlows.TCP4.frame(BenchFlows.ACK);
    return new BenchProbe(kernel -> kernel.nanos(Program.SWAP, frame, PASSES));
  }

  /** The test run itself. */
  public static BenchProbe nothing() {
    byte[] frame = BenchFlows.TCP4.frame(BenchFlows.ACK);
    return new BenchProbe(kernel -> kernel.nanos(Program.NOTHING, frame, PASSES));
  }

  /** What is not for a VIP. */
  public static BenchProbe foreign() {
    return same(BenchFlows.foreign(), Outcome.PASS_NOT_VIP);
  }

  /** One target's label. */
  public static BenchProbe label() {
    return same(BenchFlows.TCP4.labelled(Target.FIRST_LABEL), Outcome.LABEL_SWITCH);
  }

  /** The labels of all targets, at random. */
  public static BenchProbe labels() {
    byte[] frame = BenchFlows.TCP4.labelled(Target.FIRST_LABEL);
    return new BenchProbe(kernel -> {
      kernel.walkAmong(kernel.size().targets());
      return counted(kernel, Program.WALK, frame, PASSES, Outcome.LABEL_SWITCH);
    });
  }

  /** One flow in a train, as they come; of a flow that has a session. */
  public static BenchProbe train(BenchFlows kind) {
    return same(kind.frame(BenchFlows.ACK), Outcome.FORWARD_SESSION);
  }

  /** The table's sessions at random. */
  public static BenchProbe sessions(BenchFlows kind) {
    byte[] frame = kind.frame(BenchFlows.ACK);
    return new BenchProbe(kernel -> {
      kernel.walkAmong(kernel.size().sessions());
      return counted(kernel, Program.WALK, frame, PASSES, Outcome.FORWARD_SESSION);
    });
  }

  /** The SYN of a flow never seen: an embryo. */
  public static BenchProbe syn(BenchFlows kind) {
    byte[] frame = kind.frame(BenchFlows.SYN);
    return new BenchProbe(kernel -> {
      kernel.walkFrom(kernel.fresh(FRESH));
      return counted(kernel, Program.WALK, frame, FRESH, Outcome.FORWARD_NEW);
    });
  }

  /** The packet after the SYN: a session, and its event. */
  public static BenchProbe second(BenchFlows kind) {
    byte[] syn = kind.frame(BenchFlows.SYN);
    byte[] frame = kind.frame(BenchFlows.ACK);
    return new BenchProbe(kernel -> {
      int first = kernel.fresh(FRESH);
      kernel.forgetEmbryos();
      kernel.walkFrom(first);
      kernel.run(Program.WALK, syn, FRESH);
      kernel.walkFrom(first);
      double nanos = counted(kernel, Program.WALK, frame, FRESH, Outcome.FORWARD_ESTABLISHED);
      kernel.forget(kind, first, FRESH);
      return nanos;
    });
  }

  /** The first datagram of a flow: a session at once, and its event. */
  public static BenchProbe datagram(BenchFlows kind) {
    byte[] frame = kind.frame(0);
    return new BenchProbe(kernel -> {
      int first = kernel.fresh(FRESH);
      kernel.walkFrom(first);
      double nanos = counted(kernel, Program.WALK, frame, FRESH, Outcome.FORWARD_NEW);
      kernel.forget(kind, first, FRESH);
      return nanos;
    });
  }

  /** The same beside a reader of its events that is awake and waits for each. */
  public BenchProbe read() {
    return new BenchProbe(kernel -> {
      kernel.listen();
      try {
        return sampler.sample(kernel);
      } finally {
        kernel.rest();
      }
    });
  }

  private static BenchProbe same(byte[] frame, Outcome outcome) {
    return new BenchProbe(kernel -> counted(kernel, Program.SAME, frame, PASSES, outcome));
  }

  private static double counted(
      BenchKernel kernel, Program program, byte[] frame, int passes, Outcome outcome)
      throws DataPlaneException {
    long before = kernel.count(outcome);
    long lost = kernel.lost();
    double nanos = kernel.nanos(program, frame, passes);
    long ended = kernel.count(outcome) - before;
    if (passes - ended > (long) passes * STRAYS / 1000) {
      throw new DataPlaneException(
          "%d of %d packets ended as %s: this would measure something else"
              .formatted(ended, passes, outcome.counter()));
    }
    if (kernel.lost() > lost) {
      throw new DataPlaneException("events were lost: this would measure less than is done");
    }
    return nanos;
  }
}
