package dev.shunt.cluster.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import org.junit.jupiter.api.Test;

class VoterTest {

  private static final long LEASE = 150;
  private static final long START = 1_000;
  private static final long AWAKE = START + LEASE;
  private static final MemberId A = new MemberId("a");
  private static final MemberId B = new MemberId("b");

  private final Voter voter = new Voter(LEASE, START);

  private static Message.Heartbeat heartbeat(int term, long sentAt) {
    return new Message.Heartbeat(Term.of(term, 1), sentAt, LEASE, false);
  }

  @Test
  void aNewVoterKeepsSilentForOneLease() {
    assertThat(voter.onHeartbeat(A, heartbeat(1, 7), AWAKE - 1))
        .isEqualTo(new Message.Busy(Term.of(1, 1), 1));
    assertThat(voter.onHeartbeat(A, heartbeat(1, 7), AWAKE))
        .isEqualTo(new Message.Ack(Term.of(1, 1), 7));
  }

  @Test
  void aHigherTermDoesNotBreakAPromise() {
    voter.onHeartbeat(A, heartbeat(1, 0), AWAKE);
    assertThat(voter.onHeartbeat(B, heartbeat(2, 0), AWAKE + LEASE - 1))
        .isEqualTo(new Message.Busy(Term.of(2, 1), 1));
    assertThat(voter.onHeartbeat(B, heartbeat(2, 0), AWAKE + LEASE))
        .isInstanceOf(Message.Ack.class);
  }

  @Test
  void aLowerTermIsRefusedEvenFromTheHolder() {
    voter.onHeartbeat(A, heartbeat(1, 0), AWAKE);
    voter.onHeartbeat(B, heartbeat(2, 0), AWAKE);
    assertThat(voter.onHeartbeat(A, heartbeat(1, 0), AWAKE))
        .isEqualTo(new Message.Refused(new Appointment(Term.of(2, 1), B)));
  }

  @Test
  void theSameTermIsNotGivenToTwo() {
    voter.onHeartbeat(A, heartbeat(1, 0), AWAKE);
    assertThat(voter.onHeartbeat(B, heartbeat(1, 0), AWAKE + 2 * LEASE))
        .isEqualTo(new Message.Refused(new Appointment(Term.of(1, 1), A)));
  }

  @Test
  void theSameMemberMayGoOnInAHigherTerm() {
    voter.onHeartbeat(A, heartbeat(1, 0), AWAKE);
    assertThat(voter.onHeartbeat(A, heartbeat(2, 5), AWAKE + 1))
        .isEqualTo(new Message.Ack(Term.of(2, 1), 5));
  }

  @Test
  void aReleaseFreesTheVoteForTheNext() {
    voter.onHeartbeat(A, heartbeat(1, 0), AWAKE);
    voter.onRelease(A, Term.of(1, 1));
    assertThat(voter.onHeartbeat(B, heartbeat(2, 0), AWAKE + 1)).isInstanceOf(Message.Ack.class);
  }

  @Test
  void aReleaseThatComesLateDoesNotFreeANewerPromise() {
    voter.onHeartbeat(A, heartbeat(2, 0), AWAKE);
    voter.onRelease(A, Term.of(1, 1));
    assertThat(voter.onHeartbeat(B, heartbeat(3, 0), AWAKE + 1)).isInstanceOf(Message.Busy.class);
  }

  @Test
  void nobodyReleasesAnothersPromise() {
    voter.onHeartbeat(A, heartbeat(1, 0), AWAKE);
    voter.onRelease(B, Term.of(9, 1));
    assertThat(voter.onHeartbeat(B, heartbeat(2, 0), AWAKE + 1)).isInstanceOf(Message.Busy.class);
  }

  @Test
  void aPromiseLastsAsLongAsTheHolderCountsOnIt() {
    voter.onHeartbeat(A, new Message.Heartbeat(Term.of(1, 1), 0, 2 * LEASE, false), AWAKE);
    assertThat(voter.onHeartbeat(B, heartbeat(2, 0), AWAKE + LEASE))
        .isEqualTo(new Message.Busy(Term.of(2, 1), LEASE));
  }

  @Test
  void aPromiseIsNeverShortened() {
    voter.onHeartbeat(A, new Message.Heartbeat(Term.of(1, 1), 0, 3 * LEASE, false), AWAKE);
    voter.onHeartbeat(A, heartbeat(1, 1), AWAKE + 1);
    assertThat(voter.onHeartbeat(B, heartbeat(2, 0), AWAKE + LEASE + 1))
        .isInstanceOf(Message.Busy.class);
  }

  @Test
  void theHolderIsKnownForOneLeaseAfterItSaidSo() {
    voter.onHeartbeat(A, new Message.Heartbeat(Term.of(1, 1), 0, LEASE, true), AWAKE);
    assertThat(voter.holder(AWAKE + LEASE - 1)).isEqualTo(new Appointment(Term.of(1, 1), A));
    assertThat(voter.holder(AWAKE + LEASE)).isNull();
  }
}
