package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final LabTopology LAB = new LabTopology("x", 3, 1);
  private static final LabHost M1 = LAB.require("m1");
  private static final LabHost M2 = LAB.require("m2");
  private static final ServedBy SERVED = new ServedBy(Map.of(7, "m1", 8, "m2"), Map.of());

  @Test
  void aSegmentIsOnItsWayFromItsFirstFrameToItsLast() {
    Deliveries.Seen seen =
        seen(
            List.of(frame(100, M1, 7, 1), frame(200, M1, 7, 2), frame(201_200, M1, 7, 2)),
            Map.of(
                M1, List.of(frame(300, M1, 7, 1), frame(320, M1, 7, 2), frame(201_300, M1, 7, 2))));

    assertThat(seen).isEqualTo(new Deliveries.Seen(2, 0, 201.1));
  }

  @Test
  void oneThatItsMemberNeverGotIsLost() {
    Deliveries.Seen seen =
        seen(
            List.of(frame(100, M1, 7, 1), frame(200, M1, 7, 2)),
            Map.of(
                M1, List.of(frame(150, M1, 7, 1), frame(250, M2, 7, 2)),
                M2, List.of(frame(260, M2, 7, 2))));

    assertThat(seen).isEqualTo(new Deliveries.Seen(2, 1, 0.05));
  }

  @Test
  void connectionsOfOtherMembersOrOfNobodyDoNotCount() {
    Deliveries.Seen seen =
        seen(
            List.of(frame(100, M1, 7, 1), frame(100, M1, 8, 1), frame(100, M1, 9, 1)),
            Map.of(M1, List.of(frame(100, M1, 7, 1))));

    assertThat(seen.segments()).isEqualTo(1);
  }

  private static Deliveries.Seen seen(List<Frame> sent, Map<LabHost, List<Frame>> arrived) {
    return Deliveries.of(sent, arrived, SERVED);
  }

  private static Frame frame(long atMicros, LabHost to, int port, long sequence) {
    return new Frame(
        atMicros,
        to.mac(),
        "",
        Frame.NONE,
        "10.77.0.1",
        port,
        LabTopology.VIP,
        LabTopology.WEB_PORT,
        Frame.ACK,
        sequence,
        100);
  }
}
