package dev.shunt.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.cli.Follow.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowTest {

  private record Row(int key, String content, int age) {}

  private final Follow<Row> follow = new Follow<>(Row::key, Row::content);

  @Test
  void tellsWhatIsNewWhatChangedAndWhatIsGoneAndNothingElse() {
    assertThat(follow.next(List.of(new Row(1, "a", 0), new Row(2, "b", 0))))
        .containsExactly(
            new Follow.Change<>(Event.NEW, new Row(1, "a", 0)),
            new Follow.Change<>(Event.NEW, new Row(2, "b", 0)));
    assertThat(follow.next(List.of(new Row(1, "a", 1), new Row(2, "b", 1)))).isEmpty();
    assertThat(follow.next(List.of(new Row(3, "c", 0), new Row(1, "z", 2))))
        .containsExactly(
            new Follow.Change<>(Event.NEW, new Row(3, "c", 0)),
            new Follow.Change<>(Event.CHANGED, new Row(1, "z", 2)),
            new Follow.Change<>(Event.GONE, new Row(2, "b", 1)));
    assertThat(follow.next(List.of()))
        .extracting(Follow.Change::event)
        .containsExactlyInAnyOrder(Event.GONE, Event.GONE);
  }
}
