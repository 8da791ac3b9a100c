package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.PathEvidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims A1 and H2: the way of the packets, captured at the switch. */
@ExtendWith(ArrayExtension.class)
class PathIT {

  private static final String VIP_OR_LABELLED = "host " + LabTopology.VIP + " or mpls";
  private static final int MAX_FRAMES = 200_000;
  private static final int FIRST_SESSION_LABEL = 8193;
  private static final long DOWNLOAD = 8L << 20;
  private static final long RATE = 2L << 20;

  @Test
  void requestsGoLabelledThroughTheSchedulerAndAnswersPastIt(TestArray array) {
    String scheduler = array.scheduler();
    try (Trial trial = new Trial(array)) {
      String node = null;
      int port = 0;
      while (node == null || node.equals(scheduler)) {
        int started = trial.load().download(DOWNLOAD, RATE);
        node =
            await()
                .atMost(TestArray.PATIENCE)
                .until(() -> trial.servedBy().member(started), java.util.Optional::isPresent)
                .orElseThrow();
        port = started;
      }
      PathEvidence evidence = capture(array, scheduler, node, port);

      assertThat(evidence.labelled()).as("%s", evidence).isTrue();
      assertThat(evidence.label()).isGreaterThanOrEqualTo(FIRST_SESSION_LABEL).isOdd();
      assertThat(evidence.directReturn()).as("%s", evidence).isTrue();
    }
  }

  @Test
  void everyPacketOfASessionGoesToTheSameNodeWhileTheTableChanges(TestArray array) {
    String changing = array.nodes().getFirst();
    List<Capture> captures = new ArrayList<>();
    Map<Integer, Set<String>> nodes = new HashMap<>();
    Map<Integer, Set<Integer>> labels = new HashMap<>();
    try (Trial trial = new Trial(array)) {
      for (String member : array.members()) {
        captures.add(array.lab().capture(member, VIP_OR_LABELLED, MAX_FRAMES));
      }
      trial.after(() -> array.lab().faults().drain(changing, true));
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> !array.targets(array.scheduler()).contains(changing));
      trial.awaitFresh(Trial.nowMicros());
      array.lab().faults().drain(changing, false);
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> array.targets(array.scheduler()).contains(changing));
      trial.awaitFresh(Trial.nowMicros());
    } finally {
      for (Capture capture : captures) {
        for (Frame frame : capture.stop()) {
          if (frame.labelled() && frame.destination().equals(LabTopology.VIP)) {
            nodes
                .computeIfAbsent(frame.sourcePort(), p -> new HashSet<>())
                .add(frame.destinationMac());
            if (frame.label() >= FIRST_SESSION_LABEL) {
              labels.computeIfAbsent(frame.sourcePort(), p -> new HashSet<>()).add(frame.label());
            }
          }
        }
      }
    }

    assertThat(nodes).hasSizeGreaterThan(20);
    assertThat(nodes.values().stream().flatMap(Set::stream).distinct().count()).isGreaterThan(1);
    assertThat(nodes).allSatisfy((port, seen) -> assertThat(seen).hasSize(1));
    assertThat(labels).isNotEmpty();
    assertThat(labels).allSatisfy((port, seen) -> assertThat(seen).hasSize(1));
  }

  /** Watches the download until enough of it was seen each way. */
  private static PathEvidence capture(TestArray array, String scheduler, String node, int port) {
    try (Capture atNode = array.lab().capture(node, VIP_OR_LABELLED, MAX_FRAMES);
        Capture atScheduler = array.lab().capture(scheduler, VIP_OR_LABELLED, MAX_FRAMES)) {
      return await()
          .atMost(TestArray.PATIENCE)
          .until(
              () -> PathEvidence.of(atNode.frames(), atScheduler.frames(), port),
              e -> e.fromNode() > 500 && e.toNodeLabelled() + e.toNodePlain() > 50);
    }
  }
}
