package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.lab.LoadReport.Connection;
import dev.shunt.ops.lab.LoadReport.Failure;
import dev.shunt.ops.lab.LoadReport.State;
import dev.shunt.ops.lab.LoadReport.Use;
import dev.shunt.ops.lab.SessionLosses.Age;
import dev.shunt.ops.lab.SessionLosses.Count;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionLossesTest {

  private static final long AT = 5_000_000;
  private static final ServedBy SERVED =
      new ServedBy(Map.of(1, "m1", 2, "m2", 3, "m2", 4, "m3", 5, "m2"), Map.of());

  @Test
  void lossesAreCountedByAgeAndApartWhereTheHostDied() {
    SessionLosses losses =
        of(
            "m1",
            session(1, 2_000_000, AT + 1, State.LOST),
            session(2, AT - 5_000, AT + 900_000, State.LOST),
            session(3, AT - 500_000, AT + 900_000, State.CLOSED),
            session(4, AT - 2_000_000, 0, State.OPEN));

    assertThat(losses.struck()).isEqualTo(Map.of(Age.OLD, new Count(1, 1)));
    assertThat(losses.living())
        .isEqualTo(
            Map.of(Age.YOUNG, new Count(1, 1), Age.NEW, new Count(1, 0), Age.OLD, new Count(1, 0)));
    assertThat(losses.onLiving()).isEqualTo(new Count(3, 1));
  }

  @Test
  void whatWasNotThereAtTheFaultDoesNotCount() {
    SessionLosses losses =
        of("m1", session(2, 1_000_000, AT - 1, State.LOST), session(3, AT, AT + 5, State.LOST));

    assertThat(losses.onLiving()).isEqualTo(Count.NONE);
  }

  @Test
  void aSessionThatIsNotAnsweredAnyMoreIsLost() {
    SessionLosses losses =
        SessionLosses.of(
            report(List.of(session(2, 1_000_000, 0, State.OPEN))), List.of(2), SERVED, "m1", AT);

    assertThat(losses.onLiving()).isEqualTo(new Count(1, 1));
  }

  @Test
  void oneThatNoHostWasSeenToAcceptIsNotExcused() {
    assertThat(of("m1", session(9, 1_000_000, AT + 5, State.LOST)).onLiving())
        .isEqualTo(new Count(1, 1));
    assertThat(of("", session(9, 1_000_000, AT + 5, State.LOST)).onLiving())
        .isEqualTo(new Count(1, 1));
  }

  @Test
  void oneThatHadWaitedLongForAnAnswerBeforeTheFaultIsCountedApart() {
    long waiting = AT + 2_000_000;
    long brief = AT + 2_900_000;
    LoadReport report =
        report(
            List.of(
                session(2, 1_000_000, waiting, State.LOST),
                session(4, 1_000_000, brief, State.LOST)),
            new Failure(waiting, Use.FRESH, 2, "timeout", ""),
            new Failure(brief, Use.FRESH, 4, "timeout", ""));

    SessionLosses losses = SessionLosses.of(report, List.of(), SERVED, "m1", AT);

    assertThat(losses.ailing()).isEqualTo(1);
    assertThat(losses.onLiving()).isEqualTo(new Count(1, 1));
  }

  private static SessionLosses of(String struck, Connection... connections) {
    return SessionLosses.of(report(List.of(connections)), List.of(), SERVED, struck, AT);
  }

  private static LoadReport report(List<Connection> connections, Failure... failures) {
    return new LoadReport(
        2 * AT, 9, 0, 0, Map.of(), connections, List.of(), List.of(), List.of(failures));
  }

  private static Connection session(int port, long opened, long ended, State state) {
    return new Connection(port, state, opened, ended, 1, List.of());
  }
}
