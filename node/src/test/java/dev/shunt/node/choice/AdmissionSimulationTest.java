package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.LatencyGoal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The control in front of a simulated server that can do half of what is asked of it: Poisson
 * arrivals, exponential service times, ten workers, one queue.
 */
class AdmissionSimulationTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long GOAL = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int WORKERS = 10;
  private static final double SERVICE_NANOS = 20e6;
  private static final int STEADY_PER_SECOND = 100;
  private static final int NEW_PER_SECOND = 300;
  private static final int FOLLOWING = 2;
  private static final long OVERLOAD_ENDS = 90 * SECOND;

  /** What happens at a time: a request comes (of a session with so many to follow), or is done. */
  private record Event(long at, Kind kind, int following, long came, boolean existing) {}

  private enum Kind {
    STEADY,
    NEW,
    FOLLOW,
    DONE
  }

  private final PriorityQueue<Event> events =
      new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
  private final ArrayDeque<Event> queue = new ArrayDeque<>();
  private final AdmissionControl control =
      new AdmissionControl(new LatencyGoal(Duration.ofNanos(GOAL), Duration.ofSeconds(1), 5));
  private final RateGate gate = new RateGate();
  private final List<Long> window = new ArrayList<>();
  private final List<Long> p99s = new ArrayList<>();
  private Random random = new Random();
  private int busy;
  private int offered;
  private int refused;
  private int refusedInAll;

  private long gap(double perSecond) {
    return (long) (-Math.log(1 - random.nextDouble()) * SECOND / perSecond);
  }

  private void run(long from, long to, boolean controlled) {
    for (long second = from; second < to; second += SECOND) {
      while (!events.isEmpty() && events.peek().at() < second + SECOND) {
        happen(events.poll(), controlled);
      }
      long p99 = AdmissionControl.UNKNOWN;
      if (!window.isEmpty()) {
        window.sort(Long::compare);
        p99 = window.get(window.size() * 99 / 100);
        window.clear();
      }
      p99s.add(p99);
      control.look(p99, false, offered, offered - refused);
      if (control.limiting()) {
        gate.limit(control.rate(), second + SECOND);
      } else {
        gate.open();
      }
      offered = 0;
      refused = 0;
    }
  }

  private void happen(Event event, boolean controlled) {
    long now = event.at();
    switch (event.kind()) {
      case STEADY -> {
        events.add(new Event(now + gap(STEADY_PER_SECOND), Kind.STEADY, 0, 0, true));
        come(new Event(now, Kind.DONE, 0, now, true));
      }
      case NEW -> {
        if (now < OVERLOAD_ENDS) {
          events.add(new Event(now + gap(NEW_PER_SECOND), Kind.NEW, 0, 0, false));
        }
        offered++;
        if (!controlled || gate.admits(now)) {
          come(new Event(now, Kind.DONE, FOLLOWING, now, false));
        } else {
          refused++;
          refusedInAll++;
        }
      }
      case FOLLOW -> come(new Event(now, Kind.DONE, event.following(), now, true));
      case DONE -> done(event);
    }
  }

  private void come(Event request) {
    if (busy < WORKERS) {
      busy++;
      serve(request, request.at());
    } else {
      queue.add(request);
    }
  }

  private void serve(Event request, long now) {
    long took = (long) (-Math.log(1 - random.nextDouble()) * SERVICE_NANOS);
    events.add(
        new Event(now + took, Kind.DONE, request.following(), request.came(), request.existing()));
  }

  private void done(Event request) {
    if (request.existing()) {
      window.add(request.at() - request.came());
    }
    if (request.following() > 0) {
      events.add(new Event(request.at() + SECOND, Kind.FOLLOW, request.following() - 1, 0, true));
    }
    Event next = queue.poll();
    if (next == null) {
      busy--;
    } else {
      serve(next, request.at());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void existingSessionsStayNearTheirGoalAndAllAreAdmittedWhenTheOverloadEnds(long seed) {
    random = new Random(seed);
    events.add(new Event(0, Kind.STEADY, 0, 0, true));
    run(0, 10 * SECOND, true);
    assertThat(control.limiting()).as("half of what it can do").isFalse();
    events.add(new Event(10 * SECOND, Kind.NEW, 0, 0, false));
    run(10 * SECOND, OVERLOAD_ENDS, true);
    assertThat(refusedInAll).isGreaterThan(5_000);
    List<Long> settled = new ArrayList<>(p99s.subList(30, 90));
    settled.sort(Long::compare);
    assertThat(settled.get(30)).as("the median of the windows").isLessThan(GOAL);
    assertThat(settled.get(54)).as("nine of ten windows").isLessThan(2 * GOAL);
    assertThat(NEW_PER_SECOND * 80 - refusedInAll).as("and many are admitted").isGreaterThan(5_000);
    run(OVERLOAD_ENDS, OVERLOAD_ENDS + 40 * SECOND, true);
    assertThat(control.limiting()).isFalse();
    assertThat(p99s.getLast()).isLessThan(GOAL);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void withoutControlTheyWaitForManySeconds(long seed) {
    random = new Random(seed);
    events.add(new Event(0, Kind.STEADY, 0, 0, true));
    events.add(new Event(0, Kind.NEW, 0, 0, false));
    run(0, 60 * SECOND, false);
    assertThat(p99s.getLast()).isGreaterThan(10 * SECOND);
  }
}
