package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.shunt.cluster.ClusterTimings;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Three real processes in network namespaces, and a cable that is pulled. Needs root. */
class PartitionProcessTest {

  private static final Duration FAILOVER_BOUND = Duration.ofSeconds(2);

  @Test
  void aSchedulerCutOffLosesItsLeaseByItselfAndTheMajorityGoesOn() throws Exception {
    try (NamespaceNetwork network = networkOrSkip();
        ProcessArray array = ProcessArray.in(network)) {
      cutAndHeal(network, array);
      array.assertNoTwoSchedulers();
      array.passed();
    }
  }

  private static void cutAndHeal(NamespaceNetwork network, ProcessArray array) throws Exception {
    MemberProcess isolated = array.awaitScheduler();
    array.awaitView("m1+,m2+,m3+");
    long term = isolated.term();
    long cut = network.cut(isolated.name);
    MemberProcess.Event begun = array.awaitAuthority(array.others(isolated), cut);
    MemberProcess.Event ended = isolated.firstSince(cut, "authority held=false").orElseThrow();
    long deadline = isolated.claims().getLast().until();
    assertThat(Duration.ofNanos(deadline - cut)).isLessThan(ClusterTimings.DEFAULT.lease());
    assertThat(deadline).isLessThan(begun.nanos());
    assertThat(ended.nanos()).isGreaterThanOrEqualTo(deadline);
    assertThat(Duration.ofNanos(begun.nanos() - cut)).isLessThan(FAILOVER_BOUND);

    network.heal(isolated.name);
    MemberProcess scheduler = array.awaitScheduler(m -> m != isolated);
    array.awaitView("m1+,m2+,m3+");
    assertThat(scheduler.term()).isGreaterThan(term);
    assertThat(isolated.firstSince(cut, "authority held=true")).isEmpty();
  }

  static NamespaceNetwork networkOrSkip() throws InterruptedException {
    try {
      return NamespaceNetwork.create(ProcessArray.NAMES);
    } catch (IOException e) {
      String reason = "needs to make network namespaces: " + e.getMessage();
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(reason, e);
      }
      System.err.println("skipped: " + reason);
      return abort(reason);
    }
  }
}
