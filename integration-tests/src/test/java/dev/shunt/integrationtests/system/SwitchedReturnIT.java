package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Claim L8, steps 3 to 5, of members' nodes: they answer with the label from server to client, and
 * the scheduler switches it to the client by the label alone. Captured at the switch.
 */
@ExtendWith(ArrayExtension.class)
class SwitchedReturnIT {

  private static final String VIP = LabTopology.VIP;
  private static final int PORT = LabTopology.SWITCHED_PORT;
  private static final String VIP_OR_LABELLED = "host " + VIP + " or mpls";
  private static final int MAX_FRAMES = 200_000;
  private static final int ENOUGH = 200;
  private static final int LONGEST = 1514;

  /**
   * A download that a member serves which is not scheduler.
   *
   * @param label its label from client to server
   */
  private record Served(Download download, String node, int label) {}

  @Test
  void answersPassTheSchedulerByTheirLabelAlone(TestArray array) {
    String scheduler = array.scheduler();
    List<Frame> atNode;
    List<Frame> atClient;
    Served served;
    try (Capture client = array.lab().capture("client", VIP_OR_LABELLED, MAX_FRAMES)) {
      served = served(array);
      try (Capture node = array.lab().capture(served.node, VIP_OR_LABELLED, MAX_FRAMES)) {
        awaitAnswersTo(array, node, served, scheduler);
        atNode = sentBy(array, served.node, served, node.stop());
      }
      atClient = served.download.answers(client.stop(), VIP, PORT);
    }

    assertThat(atNode).extracting(Frame::label).containsOnly(served.label + 1);
    assertThat(atNode)
        .extracting(Frame::destinationMac)
        .containsOnly(Download.mac(array, scheduler));
    assertThat(atNode).allMatch(f -> f.length() <= LONGEST);
    List<Frame> bulk = atClient.stream().filter(f -> f.length() > 1000).toList();
    assertThat(bulk).hasSizeGreaterThan(ENOUGH);
    assertThat(bulk.subList(ENOUGH / 2, bulk.size()))
        .allMatch(f -> !f.labelled())
        .extracting(Frame::sourceMac)
        .containsOnly(Download.mac(array, scheduler));
    assertThat(served.download).matches(Download::isWhole);
    assertThat(outcome(array, scheduler, "label_out")).isGreaterThan(ENOUGH);
    assertThat(outcome(array, served.node, "answer_switched")).isGreaterThan(ENOUGH);
  }

  @Test
  void aKilledSchedulerCostsNoAnswerAndTheNextOneSwitchesThem(TestArray array) {
    theNextOneSwitches(array, (faults, scheduler) -> faults.lab().faults().kill(scheduler));
  }

  @Test
  void aSchedulerWhoseLinkIsCutCostsNoAnswer(TestArray array) {
    theNextOneSwitches(array, (faults, scheduler) -> faults.lab().faults().cut(scheduler));
  }

  @Test
  void aSchedulerThatStepsDownCostsNoAnswer(TestArray array) {
    theNextOneSwitches(array, (faults, scheduler) -> faults.lab().faults().stepDown(scheduler));
  }

  private static void theNextOneSwitches(TestArray array, BiConsumer<TestArray, String> fault) {
    String first = array.scheduler();
    Served served = served(array);
    // A drained member keeps its sessions and leaves the scheduler's role to the other.
    array.lab().faults().drain(served.node, true);
    try (Capture capture = array.lab().capture(served.node, VIP_OR_LABELLED, MAX_FRAMES)) {
      awaitAnswersTo(array, capture, served, first);
      fault.accept(array, first);
      String next = Download.nextScheduler(array, first);
      assertThat(next).isNotEqualTo(served.node);
      awaitAnswersTo(array, capture, served, next);
      assertThat(served.download).matches(Download::isWhole);
      assertThat(
              sentBy(array, served.node, served, capture.stop()).stream()
                  .filter(Frame::labelled)
                  .map(Frame::label))
          .containsOnly(served.label + 1);
    }
  }

  /** Starts downloads until one is served by a member that is not scheduler. */
  private static Served served(TestArray array) {
    List<String> nodes = array.nodes();
    Sessions.awaitPairs(array);
    for (int i = 0; i < 20; i++) {
      String url = TestArray.url(PORT, "");
      Download download = Download.start(array, Download.freshPort(), url);
      JsonNode session = Sessions.established(array, array.scheduler(), download);
      if (nodes.contains(session.path("target").asText())) {
        assertThat(session.path("c2s").isInt()).as("it has a label").isTrue();
        return new Served(download, session.path("target").asText(), session.path("c2s").asInt());
      }
      assertThat(download).matches(Download::isWhole);
    }
    throw new AssertionError("the scheduler serves all itself");
  }

  private static List<Frame> sentBy(
      TestArray array, String node, Served served, List<Frame> frames) {
    return served.download.answers(frames, VIP, PORT).stream()
        .filter(f -> f.sourceMac().equals(Download.mac(array, node)))
        .toList();
  }

  private static void awaitAnswersTo(
      TestArray array, Capture capture, Served served, String scheduler) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(() ->
            sentBy(array, served.node, served, capture.frames()).stream()
                    .filter(Frame::labelled)
                    .filter(f -> f.destinationMac().equals(Download.mac(array, scheduler)))
                    .count()
                > ENOUGH);
  }

  private static long outcome(TestArray array, String member, String name) {
    return array
        .lab()
        .admin(member)
        .get("/v1/status")
        .path("data_plane")
        .path("outcomes")
        .path(name)
        .asLong();
  }
}
