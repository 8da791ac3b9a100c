package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * How long a fail-over takes, many times over: {@code mvn -pl cluster test
 * -Dtest=FailoverMeasurement -Dshunt.measure.runs=10}. Prints min, median and max in milliseconds.
 */
@EnabledIfSystemProperty(named = "shunt.measure.runs", matches = "[0-9]+")
class FailoverMeasurement {

  private static final double SLOW_MILLIS = 1_000;
  private static final int RUNS = Integer.getInteger("shunt.measure.runs", 0);

  @Test
  void crashFreezeStepDownAndLeave() throws Exception {
    try (ProcessArray array = ProcessArray.onLoopback()) {
      array.awaitScheduler();
      array.awaitView("m1+,m2+,m3+");
      kill(array, true);
      kill(array, false);
      freeze(array);
      stepDown(array);
      leave(array);
      array.assertNoTwoSchedulers();
      array.passed();
    }
  }

  @Test
  void cut() throws Exception {
    try (NamespaceNetwork network = PartitionProcessTest.networkOrSkip();
        ProcessArray array = ProcessArray.in(network)) {
      List<Double> ends = new ArrayList<>();
      List<Double> begins = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        MemberProcess isolated = array.awaitScheduler();
        array.awaitView("m1+,m2+,m3+");
        long cut = network.cut(isolated.name);
        MemberProcess.Event begun = array.awaitAuthority(array.others(isolated), cut);
        ends.add((isolated.claims().getLast().until() - cut) / 1e6);
        begins.add(millis(cut, begun));
        network.heal(isolated.name);
        evidenceOfSlow(array, cut, begun);
        array.awaitScheduler();
      }
      array.assertNoTwoSchedulers();
      report("cut, old authority ends", ends);
      report("cut, new authority begins", begins);
      array.passed();
    }
  }

  private static void kill(ProcessArray array, boolean raftLeader) throws Exception {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      MemberProcess killed = array.schedulerThatIsRaftLeader(raftLeader);
      array.awaitView("m1+,m2+,m3+");
      array.forget(killed);
      long instant = killed.signal("KILL");
      times.add(millis(instant, array.awaitAuthority(array.members(), instant)));
      array.awaitScheduler();
      restart(array, killed);
    }
    report("kill of scheduler, raft leader: " + raftLeader, times);
  }

  private static void freeze(ProcessArray array) throws Exception {
    List<Double> times = new ArrayList<>();
    List<Double> woken = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      MemberProcess frozen = array.awaitScheduler();
      array.awaitView("m1+,m2+,m3+");
      long instant = frozen.signal("STOP");
      MemberProcess.Event begun = array.awaitAuthority(array.others(frozen), instant);
      times.add(millis(instant, begun));
      evidenceOfSlow(array, instant, begun);
      long continued = frozen.signal("CONT");
      array.awaitScheduler(m -> m != frozen);
      array.awaitView("m1+,m2+,m3+");
      MemberProcess.Event first = frozen.firstSince(continued, "authority").orElseThrow();
      assertThat(first.field("held")).isEqualTo("false");
      woken.add(millis(continued, first));
    }
    report("freeze of scheduler", times);
    report("thaw, until it says it has no authority", woken);
  }

  private static void stepDown(ProcessArray array) throws Exception {
    List<Double> gaps = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      MemberProcess former = array.awaitScheduler();
      long instant = System.nanoTime();
      former.say("step-down");
      MemberProcess next = array.awaitScheduler(m -> m != former);
      gaps.add((next.claims().getLast().from() - former.claims().getLast().until()) / 1e6);
      assertThat(next.claims().getLast().from()).isGreaterThan(instant);
    }
    report("step-down, nobody is scheduler for", gaps);
  }

  private static void leave(ProcessArray array) throws Exception {
    List<Double> gaps = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      MemberProcess leaving = array.awaitScheduler();
      array.forget(leaving);
      leaving.say("close");
      leaving.awaitExit();
      MemberProcess next = array.awaitScheduler();
      gaps.add((next.claims().getLast().from() - leaving.claims().getLast().until()) / 1e6);
      restart(array, leaving);
    }
    report("leave, nobody is scheduler for", gaps);
  }

  private static void restart(ProcessArray array, MemberProcess gone) throws IOException {
    array.start(gone.name, ProcessArray.SECRET, true);
    array.awaitScheduler();
    array.awaitView("m1+,m2+,m3+");
  }

  private static double millis(long from, MemberProcess.Event event) {
    return (event.nanos() - from) / 1e6;
  }

  /** What happened where it took long, to learn from. */
  private static void evidenceOfSlow(ProcessArray array, long from, MemberProcess.Event event) {
    if (millis(from, event) > SLOW_MILLIS) {
      System.out.println("slow: from " + from + " to " + event + "\n" + array.evidence());
    }
  }

  private static void report(String what, List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%-45s n=%d min %.1f / median %.1f / max %.1f ms",
            what,
            sorted.size(),
            sorted.getFirst(),
            sorted.get(sorted.size() / 2),
            sorted.getLast()));
  }
}
