package dev.shunt.replication;

import static dev.shunt.replication.Sessions.BEGAN;
import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.sessions;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionDigestTest {

  @Test
  void sessionsThatDifferInAnythingHaveDifferentDigests() {
    SessionLabel label = new SessionLabel(8193, 0x0200_0000_0001L, false);
    List<Session> all =
        List.of(
            new Session(flow(1), 16, SessionState.OPENING, FIRST, BEGAN),
            new Session(flow(2), 16, SessionState.OPENING, FIRST, BEGAN),
            new Session(flow(1), 17, SessionState.OPENING, FIRST, BEGAN),
            new Session(flow(1), 16, SessionState.ESTABLISHED, FIRST, BEGAN),
            new Session(flow(1), 16, SessionState.CLOSING, FIRST, BEGAN),
            new Session(flow(1), 16, SessionState.OPENING, SECOND, BEGAN),
            new Session(flow(1), 16, SessionState.OPENING, FIRST, BEGAN + 1),
            new Session(flow(1), 16, SessionState.OPENING, FIRST, BEGAN, label),
            new Session(
                flow(1),
                16,
                SessionState.OPENING,
                FIRST,
                BEGAN,
                new SessionLabel(8195, 0x0200_0000_0001L, false)),
            new Session(
                flow(1),
                16,
                SessionState.OPENING,
                FIRST,
                BEGAN,
                new SessionLabel(8193, 0x0200_0000_0002L, false)),
            new Session(
                flow(1),
                16,
                SessionState.OPENING,
                FIRST,
                BEGAN,
                new SessionLabel(8193, 0x0200_0000_0001L, true)));

    assertThat(all.stream().map(Session::digest)).doesNotHaveDuplicates();
  }

  @Test
  void theDigestIsTheSameInEveryRelease() {
    assertThat(new Session(flow(1), 16, SessionState.ESTABLISHED, FIRST, BEGAN).digest())
        .isEqualTo(3_347_475_908_286_077_996L);
  }

  @Test
  void ofManySessionsNoTwoHaveTheSame() {
    assertThat(sessions(100_000, FIRST).stream().map(Session::digest).distinct()).hasSize(100_000);
  }
}
