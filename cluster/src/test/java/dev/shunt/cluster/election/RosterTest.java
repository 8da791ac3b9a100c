package dev.shunt.cluster.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RosterTest {

  private static final MemberId A = new MemberId("m1");
  private static final MemberId B = new MemberId("m2");
  private static final List<MemberAddress> CONFIGURED =
      List.of(Simulation.address(1), Simulation.address(2), Simulation.address(3));

  private final Roster roster = new Roster(CONFIGURED, A);

  private static Message.Hello hello(long incarnation, long sequence, boolean eligible) {
    return new Message.Hello(
        incarnation, sequence, eligible, Hearing.EVERYBODY, Map.of("n", "" + sequence));
  }

  @Test
  void aMemberThatWasNotHeardYetIsPresentAndNotEligible() {
    roster.onView(Set.of(A, B), 0);
    assertThat(roster.view().member(B).orElseThrow().eligible()).isFalse();
    assertThat(roster.view().member(B).orElseThrow().attributes()).isEmpty();
  }

  @Test
  void membersThatAreNotConfiguredAreLeftOut() {
    roster.onView(Set.of(A, new MemberId("stranger")), 0);
    assertThat(roster.view().present()).hasSize(1);
  }

  @Test
  void anOvertakenHelloIsIgnored() {
    roster.onView(Set.of(A, B), 0);
    roster.onHello(B, hello(1, 2, false));
    roster.onHello(B, hello(1, 1, true));
    assertThat(roster.isEligible(B)).isFalse();
  }

  @Test
  void aNewLifeBeginsToCountAnew() {
    roster.onView(Set.of(A, B), 0);
    roster.onHello(B, hello(1, 9, true));
    roster.onHello(B, hello(2, 1, false));
    assertThat(roster.isEligible(B)).isFalse();
  }

  @Test
  void whatAMemberSaidIsForgottenWhenItGoes() {
    roster.onView(Set.of(A, B), 0);
    roster.onHello(B, hello(1, 1, true));
    roster.onView(Set.of(A), 0);
    roster.onView(Set.of(A, B), 0);
    assertThat(roster.isEligible(B)).isFalse();
  }

  @Test
  void aMemberThatComesMayBeHeardBeforeItIsSeen() {
    roster.onHello(B, hello(1, 1, true));
    assertThat(roster.isEligible(B)).isFalse();
    roster.onView(Set.of(A, B), 0);
    assertThat(roster.isEligible(B)).isTrue();
  }

  @Test
  void theViewKeepsItsNumberWhileNothingChanges() {
    roster.onView(Set.of(A, B), 0);
    roster.onHello(B, new Message.Hello(1, 1, true, Hearing.EVERYBODY, Map.of()));
    MemberView before = roster.view();
    roster.onHello(B, new Message.Hello(1, 2, true, Hearing.EVERYBODY, Map.of()));
    roster.onView(Set.of(B, A), 0);
    assertThat(roster.view()).isSameAs(before);
  }
}
