package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.hazelcast.OutgoingQueue.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingQueueTest {

  private final OutgoingQueue queue = new OutgoingQueue(3, 2);

  @Test
  void changesLeaveInTheOrderInWhichTheirFlowsCame() {
    queue.put(flow(1), 10);
    queue.put(flow(2), 20);
    queue.put(flow(1), 30);

    assertThat(queue.drain(10))
        .containsExactly(new Change(flow(1), null, 10), new Change(flow(2), null, 20));
    assertThat(queue.size()).isZero();
  }

  @Test
  void onlyTheLastChangeOfAFlowIsSentWithTheTimeOfItsFirst() {
    queue.put(flow(1), 10);
    queue.remove(flow(1), FIRST, 20);
    queue.put(flow(1), 30);
    queue.remove(flow(1), SECOND, 40);

    assertThat(queue.drain(10)).containsExactly(new Change(flow(1), SECOND, 10));
  }

  @Test
  void aBatchIsNoLargerThanAskedFor() {
    queue.put(flow(1), 10);
    queue.put(flow(2), 20);

    assertThat(queue.drain(1)).hasSize(1);
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void aFullQueueRefusesNewFlowsAndTakesChangesOfThoseThatWait() {
    for (int i = 0; i < 3; i++) {
      assertThat(queue.put(flow(i), i)).isTrue();
    }

    assertThat(queue.put(flow(3), 3)).isFalse();
    assertThat(queue.remove(flow(2), FIRST, 4)).isTrue();
    assertThat(queue.size()).isEqualTo(3);
  }

  @Test
  void removalsHaveAReserveAndItIsBoundedToo() {
    for (int i = 0; i < 3; i++) {
      queue.put(flow(i), i);
    }

    assertThat(queue.remove(flow(3), FIRST, 3)).isTrue();
    assertThat(queue.remove(flow(4), FIRST, 4)).isTrue();
    assertThat(queue.remove(flow(5), FIRST, 5)).isFalse();
  }

  @Test
  void whatCouldNotBeSentComesBackUnlessANewerChangeWaits() {
    queue.put(flow(1), 10);
    queue.put(flow(2), 10);
    List<Change> batch = queue.drain(10);
    queue.remove(flow(2), FIRST, 20);

    queue.returnBack(batch);

    assertThat(queue.drain(10))
        .containsExactlyInAnyOrder(new Change(flow(1), null, 10), new Change(flow(2), FIRST, 20));
  }
}
