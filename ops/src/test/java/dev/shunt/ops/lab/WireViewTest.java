package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WireViewTest {

  private static final LabTopology LAB = new LabTopology("x", 3, 1);
  private static final LabHost M1 = LAB.require("m1");
  private static final LabHost M2 = LAB.require("m2");
  private static final int ECHO = LabTopology.ECHO_PORT;
  private static final int WEB = LabTopology.WEB_PORT;
  private static final long ALL = 1_000_000;

  @Test
  void aDatagramIsDeliveredWhenTheHostThatAnswersItsSessionHasIt() {
    WireView view =
        new WireView(
            List.of(asked(0, M1, 1), asked(1_000, M1, 2), asked(2_000, M1, 3), answer(2_900, 3)),
            Map.of(
                // On its way through the scheduler it is addressed to that.
                M1, List.of(asked(100, M1, 1), asked(1_100, M1, 2), asked(2_100, M1, 3)),
                M2, List.of(asked(200, M2, 1), asked(2_300, M2, 3), answer(2_800, 3))));

    assertThat(view.beatsOn("m2"::equals, ALL)).containsExactly(7);
    assertThat(view.beatsOn("m1"::equals, ALL)).isEmpty();
    assertThat(view.delivered(Set.of(7), 0, ALL)).isEqualTo(new Waits(1.3, 1_000, 3, 1, true));
    assertThat(view.answered(Set.of(7), 0, ALL)).isEqualTo(new Waits(2.9, 0, 3, 2, true));
  }

  @Test
  void whatWasAnsweredWasDeliveredThoughNoCaptureHasIt() {
    WireView view =
        new WireView(List.of(asked(0, M1, 1), answer(700, 1)), Map.of(M2, List.of(answer(600, 1))));

    assertThat(view.delivered(Set.of(7), 0, ALL)).isEqualTo(new Waits(0.7, 0, 1, 0, true));
  }

  @Test
  void aNewConnectionWaitsForTheNextOneThatIsAccepted() {
    WireView view =
        new WireView(
            List.of(
                tcp(0, 1, Frame.SYN),
                accepted(100, 1),
                tcp(10_000, 2, Frame.SYN),
                tcp(20_000, 3, Frame.SYN),
                tcp(210_000, 4, Frame.SYN),
                accepted(210_200, 4),
                tcp(1_010_000, 2, Frame.SYN),
                accepted(1_010_100, 2)),
            Map.of());

    assertThat(view.opened(0, ALL)).isEqualTo(new Waits(200.2, 10_000, 4, 1, true));
    assertThat(view.disturbedMillis(0, ALL)).isEqualTo(10);
    assertThat(view.disturbedMillis(200_000, ALL)).isZero();
  }

  @Test
  void requestsCountOnTheHostsInQuestion() {
    WireView view =
        new WireView(
            List.of(tcp(0, 1, Frame.ACK), tcp(10, 2, Frame.ACK)),
            Map.of(
                M1, List.of(to(M1, 50, 1)),
                M2, List.of(to(M2, 60, 2))));
    ServedBy servedBy = new ServedBy(Map.of(1, "m1", 2, "m2"), Map.of());

    assertThat(view.requests("m2"::equals, servedBy, 0, ALL))
        .isEqualTo(new Deliveries.Seen(1, 0, 0.05));
  }

  @Test
  void theVipHasMovedWhenTheClientSendsToAnotherHost() {
    WireView view =
        new WireView(
            List.of(asked(0, M2, 1), asked(1_000, M1, 2), answer(1_100, 2), asked(9_000, M2, 3)),
            Map.of());

    assertThat(view.movedMillis(M1, 500)).isEqualTo(8.5);
    assertThat(view.movedMillis(M2, 500)).isEqualTo(0.5);
    assertThat(view.movedMillis(M1, 9_500)).isEqualTo(-1);
  }

  private static Frame asked(long at, LabHost to, long number) {
    return frame(at, to.mac(), "10.77.0.2", 7, LabTopology.VIP, ECHO, 0, number);
  }

  private static Frame answer(long at, long number) {
    return frame(at, "", LabTopology.VIP, ECHO, "10.77.0.2", 7, 0, number);
  }

  private static Frame tcp(long at, int port, int flags) {
    return frame(at, "", "10.77.0.2", port, LabTopology.VIP, WEB, flags, 1);
  }

  private static Frame to(LabHost host, long at, int port) {
    return frame(at, host.mac(), "10.77.0.2", port, LabTopology.VIP, WEB, Frame.ACK, 1);
  }

  private static Frame accepted(long at, int port) {
    return frame(at, "", LabTopology.VIP, WEB, "10.77.0.2", port, Frame.SYN | Frame.ACK, 1);
  }

  private static Frame frame(
      long at,
      String mac,
      String source,
      int sourcePort,
      String destination,
      int destinationPort,
      int flags,
      long number) {
    return new Frame(
        at,
        mac,
        "",
        Frame.NONE,
        source,
        sourcePort,
        destination,
        destinationPort,
        flags,
        number,
        60);
  }
}
