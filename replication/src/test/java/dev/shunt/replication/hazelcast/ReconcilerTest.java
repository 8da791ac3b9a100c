package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.hazelcast.Reconciler.OnlyHere;
import dev.shunt.replication.local.SessionCopy;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ReconcilerTest {

  private final SessionCopy copy = new SessionCopy(100);
  private final OutgoingQueue queue = new OutgoingQueue(100, 100);
  private final Authorship authorship = new Authorship(copy);
  private final Reconciler reconciler =
      new Reconciler(
          copy, authorship, new Outgoing(queue, new Clock(InstantSource.system()), new Counters()));

  @Test
  void whatTheTableHasBeyondTheCopyComesIn() {
    reconciler.begin(OnlyHere.FORGET, _ -> true);

    assertThat(reconciler.scanned(session(1, FIRST))).isTrue();
    assertThat(reconciler.scanned(session(1, FIRST))).isFalse();
    assertThat(reconciler.end(true)).isEmpty();
    assertThat(copy.get(flow(1))).contains(session(1, FIRST));
  }

  @Test
  void whatAReaderHasBeyondTheTableIsForgotten() {
    reconciler.arrived(session(1, FIRST));
    reconciler.begin(OnlyHere.FORGET, _ -> true);
    reconciler.scanned(session(2, FIRST));

    assertThat(reconciler.end(true)).containsExactly(flow(1));
    assertThat(copy.get(flow(1))).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void whatAReaderHasBeyondTheTableIsKeptWhileItMayStillComeIn() {
    reconciler.arrived(session(1, FIRST));
    reconciler.begin(OnlyHere.KEEP, _ -> true);

    assertThat(reconciler.end(true)).isEmpty();
    assertThat(copy.size()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void whatTheWriterHasBeyondTheTableIsSentAgain() {
    write(session(1, FIRST));
    reconciler.begin(OnlyHere.FORGET, _ -> true);

    assertThat(reconciler.end(true)).isEmpty();
    assertThat(queue.drain(9)).extracting(OutgoingQueue.Change::flow).containsExactly(flow(1));
  }

  @Test
  void aSchedulerOfAnEarlierTermIsNoLongerTheWriterOnceItHasSeenALaterOne() {
    write(session(1, FIRST));
    reconciler.begin(OnlyHere.FORGET, _ -> true);
    reconciler.scanned(session(2, SECOND));

    assertThat(reconciler.end(true)).containsExactly(flow(1));
  }

  @Test
  void whenTheTableHasLostEntriesEveryMemberSendsWhatItHas() {
    reconciler.arrived(session(1, FIRST));
    reconciler.begin(OnlyHere.RESEND, _ -> true);

    assertThat(reconciler.end(true)).isEmpty();
    assertThat(queue.drain(9)).extracting(OutgoingQueue.Change::flow).containsExactly(flow(1));
  }

  @Test
  void aScanUnderWhichThingsMovedForgetsNothing() {
    reconciler.arrived(session(1, FIRST));
    reconciler.begin(OnlyHere.FORGET, _ -> true);

    assertThat(reconciler.end(false)).isEmpty();
    assertThat(copy.size()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void anEntryThatArrivesWhileTheScanRunsStays() {
    reconciler.begin(OnlyHere.FORGET, _ -> true);
    reconciler.arrived(session(1, FIRST));

    assertThat(reconciler.end(true)).isEmpty();
    assertThat(copy.size()).isEqualTo(1);
  }

  @Test
  void anEntryThatIsRemovedWhileTheScanRunsDoesNotComeBack() {
    reconciler.arrived(session(1, FIRST));
    reconciler.begin(OnlyHere.FORGET, _ -> true);
    reconciler.departed(session(1, FIRST));

    assertThat(reconciler.scanned(session(1, FIRST))).isFalse();
    reconciler.end(true);
    assertThat(copy.size()).isZero();
  }

  @Test
  void anEntryThatIsRemovedAndWrittenAgainWhileTheScanRunsStays() {
    reconciler.begin(OnlyHere.FORGET, _ -> true);
    reconciler.departed(session(1, FIRST));
    reconciler.arrived(session(1, FIRST));
    reconciler.scanned(session(1, FIRST));

    assertThat(reconciler.end(true)).isEmpty();
    assertThat(copy.size()).isEqualTo(1);
  }

  @Test
  void anEntryOfALowerTermThatOverwroteAHigherOneIsReplacedAgain() {
    write(session(1, SECOND));

    assertThat(reconciler.arrived(session(1, FIRST))).isFalse();
    assertThat(copy.get(flow(1))).contains(session(1, SECOND));
    assertThat(queue.drain(9)).extracting(OutgoingQueue.Change::flow).containsExactly(flow(1));
  }

  @Test
  void anEarlierStateThatComesLateIsIgnored() {
    Session opening = session(1, FIRST);
    Session established =
        new Session(
            opening.flow(),
            opening.target(),
            SessionState.ESTABLISHED,
            FIRST,
            opening.sinceMillis());
    reconciler.arrived(established);

    assertThat(reconciler.arrived(opening)).isFalse();
    assertThat(copy.get(flow(1))).contains(established);
  }

  @Test
  void aRemovalOfALowerTermDoesNotRemove() {
    write(session(1, SECOND));

    assertThat(reconciler.departed(session(1, FIRST))).isFalse();
    assertThat(copy.size()).isEqualTo(1);
  }

  private void write(Session session) {
    authorship.wrote(session.term());
    copy.put(session);
  }
}
