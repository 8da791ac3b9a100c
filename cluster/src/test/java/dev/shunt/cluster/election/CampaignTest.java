package dev.shunt.cluster.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import org.junit.jupiter.api.Test;

class CampaignTest {

  private static final long MILLI = 1_000_000;
  private static final ElectionTimings TIMINGS = ElectionTimings.of(ClusterTimings.DEFAULT);
  private static final long USABLE = TIMINGS.lease() - ElectionTimings.MARGIN;
  private static final Term TERM = Term.of(1, 1);

  private final Campaign campaign = new Campaign(TIMINGS, 5);

  private void ack(String member, long sentAt, long now) {
    campaign.onAck(new MemberId(member), new Message.Ack(TERM, sentAt), now);
  }

  @Test
  void theLeaseCountsFromTheMajoritysNewestHeartbeat() {
    campaign.start(TERM, MILLI);
    for (long at = 1; at <= 5; at++) {
      campaign.heartbeat(at * MILLI);
    }
    ack("a", 5 * MILLI, 6 * MILLI);
    ack("b", 4 * MILLI, 6 * MILLI);
    assertThat(campaign.lease().heldAt(6 * MILLI)).isFalse();
    ack("c", 2 * MILLI, 6 * MILLI);
    assertThat(campaign.lease().deadlineNanos()).isEqualTo(2 * MILLI + USABLE);
    ack("d", 5 * MILLI, 6 * MILLI);
    assertThat(campaign.lease().deadlineNanos()).isEqualTo(4 * MILLI + USABLE);
  }

  @Test
  void acknowledgementsOfAnotherTermDoNotCount() {
    campaign.start(TERM, 0);
    campaign.heartbeat(0);
    ack("a", 0, 1);
    ack("b", 0, 1);
    campaign.onAck(new MemberId("c"), new Message.Ack(Term.of(1, 2), 0), 1);
    assertThat(campaign.lease().heldAt(1)).isFalse();
  }

  @Test
  void acknowledgementsOfAFormerTermAreForgotten() {
    campaign.start(TERM, 0);
    campaign.heartbeat(0);
    ack("a", 0, 1);
    ack("b", 0, 1);
    campaign.start(Term.of(2, 1), 2);
    campaign.heartbeat(2);
    campaign.onAck(new MemberId("c"), new Message.Ack(Term.of(2, 1), 2), 3);
    ack("d", 0, 3);
    assertThat(campaign.lease().heldAt(3)).isFalse();
  }

  @Test
  void aHeartbeatThatWasNeverSentIsNotAcknowledged() {
    campaign.start(TERM, 0);
    campaign.heartbeat(0);
    for (String member : new String[] {"a", "b", "c", "d"}) {
      ack(member, 1_000 * MILLI, 1);
    }
    assertThat(campaign.lease().heldAt(1)).isFalse();
  }

  @Test
  void oneMemberIsNotAMajorityHoweverOftenItAcknowledges() {
    campaign.start(TERM, 0);
    campaign.heartbeat(0);
    for (int i = 0; i < 5; i++) {
      ack("a", 0, 1);
    }
    assertThat(campaign.lease().heldAt(1)).isFalse();
  }

  @Test
  void anOldAcknowledgementDoesNotBringALeaseBack() {
    campaign.start(TERM, 0);
    campaign.heartbeat(0);
    long late = USABLE + 1;
    ack("a", 0, late);
    ack("b", 0, late);
    ack("c", 0, late);
    assertThat(campaign.lease().heldAt(late)).isFalse();
  }

  @Test
  void aLeaseThatWasGivenUpStaysGivenUp() {
    campaign.start(TERM, 0);
    campaign.heartbeat(0);
    ack("a", 0, 1);
    ack("b", 0, 1);
    ack("c", 0, 1);
    assertThat(campaign.lease().heldAt(1)).isTrue();
    campaign.stop(2);
    ack("d", 0, 3);
    assertThat(campaign.lease().heldAt(2)).isFalse();
    assertThat(campaign.lease().heldAt(3)).isFalse();
  }
}
