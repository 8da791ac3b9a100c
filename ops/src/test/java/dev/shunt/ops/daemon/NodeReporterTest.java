package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Member;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.NodeReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NodeReporterTest {

  private final FakeNode node = new FakeNode();
  private final AtomicReference<Optional<MacAddress>> mac =
      new AtomicReference<>(Optional.of(Three.MAC));
  private long nanos;
  private final NodeReporter reporter =
      new NodeReporter(
          node,
          List.of(Three.WEB),
          List::of,
          mac::get,
          () -> true,
          Map.of(NodeReporter.VERSION, "1", NodeReporter.CONFIG, "ab"),
          () -> nanos);

  @Test
  void theNodeIsReadyFromTheOpeningOfItsListenersToTheBeginOfItsStop() {
    assertThat(report().ready()).isFalse();
    assertThat(reporter.isReady()).isFalse();
    reporter.started(() -> true, () -> false);
    assertThat(report().ready()).isTrue();
    assertThat(reporter.isReady()).isTrue();
    reporter.stopping();
    assertThat(report().ready()).isFalse();
    assertThat(reporter.isReady()).isFalse();
  }

  @Test
  void theNodeWaitsForWhatTheOthersRememberButNotForEver() {
    AtomicBoolean loaded = new AtomicBoolean();
    reporter.started(loaded::get, () -> false);
    assertThat(reporter.isReady()).isFalse();
    loaded.set(true);
    assertThat(reporter.isReady()).isTrue();
    loaded.set(false);
    assertThat(reporter.isReady()).isFalse();
    nanos += NodeReporter.TABLES_WITHIN.toNanos() + 1;
    assertThat(reporter.isReady()).isTrue();
  }

  @Test
  void aNodeWhoseKernelMayLeadSessionsAstrayWaitsForAsLongAsThat() {
    AtomicBoolean stale = new AtomicBoolean(true);
    reporter.started(() -> false, stale::get);
    nanos += NodeReporter.TABLES_WITHIN.multipliedBy(10).toNanos();
    assertThat(reporter.isReady()).isFalse();
    stale.set(false);
    assertThat(reporter.isReady()).isTrue();
  }

  @Test
  void aStopBeforeTheStartIsNotUndoneByTheStart() {
    reporter.stopping();
    reporter.started(() -> true, () -> false);
    assertThat(reporter.isReady()).isFalse();
  }

  @Test
  void aServiceIsFitWhileOneOfItsServersTakesNewSessions() {
    assertThat(report().isFit(0)).as("no server at all").isFalse();
    node.set("w1", false, false);
    node.set("w2", true, true);
    assertThat(report().isFit(0)).as("one down, one drained").isFalse();
    node.set("w3", true, false);
    assertThat(report().isFit(0)).isTrue();
  }

  @Test
  void withoutADataPlaneNothingIsReportedButSoftwareAndConfiguration() {
    mac.set(Optional.empty());
    assertThat(reporter.attributes())
        .containsOnly(Map.entry(NodeReporter.VERSION, "1"), Map.entry(NodeReporter.CONFIG, "ab"));
  }

  @Test
  void theReportGoesAlongWithSoftwareAndConfiguration() {
    assertThat(reporter.attributes())
        .containsEntry(NodeReporter.VERSION, "1")
        .containsEntry(NodeReporter.CONFIG, "ab");
    assertThat(report().mac()).isEqualTo(Three.MAC);
  }

  /** As the others read it. */
  private NodeReport report() {
    Member plain = Three.silent(1);
    return NodeReport.of(new Member(plain.id(), plain.address(), false, reporter.attributes()))
        .orElseThrow();
  }
}
