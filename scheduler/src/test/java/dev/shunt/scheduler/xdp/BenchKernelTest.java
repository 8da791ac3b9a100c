package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.BenchKernel.Program;
import dev.shunt.scheduler.xdp.BenchKernel.Size;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The benchmark times what it says: the programs put packets back, and every pass is a real one.
 */
final class BenchKernelTest {

  private static final Size SMALL = new Size(3, 5, 1000);

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  private static BenchKernel open(Size size) throws DataPlaneException {
    return BenchKernel.open(size, Ticker.system());
  }

  @Test
  void everyPassGetsThePacketAsItFirstCame() throws DataPlaneException {
    try (BenchKernel kernel = open(SMALL)) {
      for (byte[] frame :
          new byte[][] {
            BenchFlows.TCP4.frame(BenchFlows.ACK),
            BenchFlows.TCP6.frame(BenchFlows.ACK),
            BenchFlows.UDP4.frame(0),
            BenchFlows.UDP6.frame(0),
            BenchFlows.TCP4.labelled(Target.FIRST_LABEL + 2),
            BenchFlows.foreign()
          }) {
        for (int passes = 1; passes <= 3; passes++) {
          assertThat(kernel.run(Program.SAME, frame, passes).frame()).isEqualTo(frame);
        }
      }
      assertThat(kernel.count(Outcome.LABEL_SWITCH)).isEqualTo(6);
      assertThat(kernel.count(Outcome.PASS_NOT_VIP)).isEqualTo(6);
    }
  }

  /** Were it the same flow again, the second pass would find the first one's session. */
  @Test
  void everyPassOfAWalkIsAPacketOfAnotherFlow() throws DataPlaneException {
    try (BenchKernel kernel = open(SMALL)) {
      for (BenchFlows kind : new BenchFlows[] {BenchFlows.UDP4, BenchFlows.UDP6}) {
        long before = kernel.count(Outcome.FORWARD_NEW);
        int first = kernel.fresh(100);
        kernel.walkFrom(first);
        kernel.run(Program.WALK, kind.frame(0), 100);
        assertThat(kernel.count(Outcome.FORWARD_NEW) - before).isEqualTo(100);

        // Those that Java calculates are those that the program made: they come off the table.
        kernel.forget(kind, first, 100);
        kernel.walkFrom(first);
        kernel.run(Program.WALK, kind.frame(0), 100);
        assertThat(kernel.count(Outcome.FORWARD_NEW) - before).isEqualTo(200);
      }
    }
  }

  @Test
  void theSessionsThatWereFilledInAreFoundAtRandom() throws DataPlaneException {
    try (BenchKernel kernel = open(SMALL)) {
      BenchProbe.sessions(BenchFlows.TCP4).sample(kernel);
      assertThat(kernel.count(Outcome.FORWARD_SESSION))
          .isEqualTo(SMALL.sessions() + BenchProbe.PASSES);
    }
  }

  @Test
  void everyProbeGoesTheWayThatItIsToTime() throws DataPlaneException {
    try (BenchKernel kernel = open(SMALL)) {
      kernel.fill(BenchFlows.TCP6, SMALL.sessions());
      for (BenchProbe probe :
          new BenchProbe[] {
            BenchProbe.nothing(),
            BenchProbe.swap(),
            BenchProbe.foreign(),
            BenchProbe.label(),
            BenchProbe.labels(),
            BenchProbe.train(BenchFlows.TCP4),
            BenchProbe.train(BenchFlows.TCP6),
            BenchProbe.sessions(BenchFlows.TCP6),
            BenchProbe.syn(BenchFlows.TCP4),
            BenchProbe.syn(BenchFlows.TCP6),
            BenchProbe.second(BenchFlows.TCP4),
            BenchProbe.second(BenchFlows.TCP4).read(),
            BenchProbe.second(BenchFlows.TCP6),
            BenchProbe.datagram(BenchFlows.UDP4),
            BenchProbe.datagram(BenchFlows.UDP6)
          }) {
        // As often as it takes for the ring to be emptied on the way.
        for (int sample = 0; sample < 4; sample++) {
          assertThat(probe.sample(kernel)).isPositive();
        }
      }
    }
  }

  @Test
  void packetsThatGoAnotherWayAreAnErrorAndNoFigure() throws DataPlaneException {
    try (BenchKernel kernel = open(SMALL)) {
      assertThatThrownBy(() -> BenchProbe.sessions(BenchFlows.TCP6).sample(kernel))
          .isInstanceOf(DataPlaneException.class)
          .hasMessageContaining("ended as forward_session: this would measure something else");
    }
  }

  @Test
  void aWalkTakesEveryService() {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ports.add(BenchFlows.TCP4.flow(i, SMALL.services()).destinationPort());
    }
    assertThat(ports).containsExactlyInAnyOrder(1000, 1001, 1002);
  }

  @Test
  void theSwapSwapsAndNothingDoesNothing() throws DataPlaneException {
    byte[] frame = BenchFlows.TCP4.frame(BenchFlows.ACK);
    try (BenchKernel kernel = open(SMALL)) {
      byte[] swapped = kernel.run(Program.SWAP, frame, 1).frame();
      assertThat(Arrays.copyOf(swapped, 6)).isEqualTo(BenchFlows.PEER.bytes());
      assertThat(kernel.run(Program.SWAP, frame, 2).frame()).isEqualTo(frame);
      PacketRun.Result untouched = kernel.run(Program.NOTHING, frame, 1);
      assertThat(untouched.frame()).isEqualTo(frame);
      assertThat(untouched.verdict()).isEqualTo(Verdict.TX);
    }
  }

  @Test
  void aThousandServicesAndAThousandTargetsFit() throws DataPlaneException {
    try (BenchKernel kernel = open(new Size(1000, 10, 1000))) {
      BenchProbe.second(BenchFlows.TCP4).sample(kernel);
    }
    try (BenchKernel kernel = open(new Size(10, 1000, 1000))) {
      BenchProbe.second(BenchFlows.TCP4).sample(kernel);
      BenchProbe.labels().sample(kernel);
    }
  }
}
