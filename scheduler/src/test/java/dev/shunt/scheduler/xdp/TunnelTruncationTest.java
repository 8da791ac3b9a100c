package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MPLS in UDP that ends anywhere. */
final class TunnelTruncationTest {

  private static final int SHORTEST = 14;

  /** As the wire would cut it, and as a sender would who counts along. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPacketThatEndsTooEarlyGoesNowhere(boolean ipv6) throws DataPlaneException {
    Kernel.requireBpf();
    byte[] packet = Outer.valid(Frame.tcp(Frame.ACK).bytes());
    Outer outer = Outer.over(ipv6).arriving();
    byte[] whole =
        outer.around(packet, Outer.entry(World.A, 60, false), Outer.entry(8199, 60, true));
    Set<Integer> taken = new TreeSet<>();
    try (World world = new World()) {
      world.tunnels(ipv6);
      for (int length = SHORTEST; length <= whole.length; length++) {
        if (isTaken(world, Arrays.copyOf(whole, length))) {
          taken.add(length);
        }
      }
      assertThat(taken).as("lengths at which it was taken out").containsExactly(whole.length);
      assertThat(world.sessions.list()).hasSize(1);

      for (int inside = 0; inside < packet.length - SHORTEST; inside++) {
        byte[] cut =
            outer.around(
                ByteBuffer.allocate(SHORTEST + inside).put(packet, 0, SHORTEST + inside).array(),
                Outer.entry(World.B, 60, true));
        assertThat(world.run(cut).verdict()).as("%d bytes inside", inside).isEqualTo(Verdict.DROP);
      }
    }
  }

  /** Whether anything came out of its tunnel, or passed as what it is not. */
  private static boolean isTaken(World world, byte[] frame) throws DataPlaneException {
    PacketRun.Result result = world.run(frame);
    return result.verdict() == Verdict.TX || !Arrays.equals(result.frame(), frame);
  }
}
