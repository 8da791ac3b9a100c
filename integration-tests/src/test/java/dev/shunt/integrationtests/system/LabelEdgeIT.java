package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabEdge;
import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.LabelSteps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Claims L1, L2, L8, L9, L10 and L14: a client and servers that know labels, around a real array,
 * captured at the switch.
 */
@ExtendWith(ArrayExtension.class)
class LabelEdgeIT {

  private static final String VIP_OR_LABELLED = "host " + LabTopology.LABELLED_VIP + " or mpls";
  private static final int MAX_FRAMES = 200_000;
  private static final String URL =
      "http://%s:%d".formatted(LabTopology.LABELLED_VIP, LabTopology.SERVER_PORT);

  private final Map<String, LabEdge> edges = new HashMap<>();

  /** A download whose session has its label. */
  private record Transfer(Download download, String server, int label) {}

  @BeforeEach
  void startTheServersEdges(TestArray array) {
    for (LabHost server : array.lab().topology().serverHosts()) {
      edges.put(server.name(), array.lab().edge(server.name()));
    }
    Sessions.awaitPairs(array);
  }

  @AfterEach
  void stopTheEdges() {
    edges.values().forEach(LabEdge::close);
  }

  @Test
  void theEightStepsOfALabelledSessionAreOnTheWire(TestArray array) {
    edges.put("client", array.lab().edge("client"));
    String scheduler = array.scheduler();
    long analysedBefore = analysed(array, scheduler);
    long switchedBefore = outcome(array, scheduler, "label_switch");
    Transfer transfer;
    List<Frame> frames;
    try (Capture capture = array.lab().capture(scheduler, VIP_OR_LABELLED, MAX_FRAMES)) {
      transfer = transfer(array);
      assertThat(transfer.download()).matches(Download::isWhole);
      int port = transfer.download().port();
      frames =
          capture.stop().stream()
              .filter(f -> List.of(f.sourcePort(), f.destinationPort()).contains(port))
              .toList();
    }
    LabTopology topology = array.lab().topology();
    LabelSteps steps =
        LabelSteps.in(
            frames,
            topology.client(),
            topology.require(scheduler),
            topology.require(transfer.server()));

    assertThat(steps.complete()).as("%s", steps).isTrue();
    assertThat(steps.asked()).hasSize(2);
    assertThat(steps.clientToServer()).contains(transfer.label());
    assertThat(transfer.label()).isGreaterThanOrEqualTo(LabelSteps.FIRST_SESSION_LABEL).isOdd();
    // Claim L10: SYN, the packet behind it, the request, the end: everything else by its label.
    assertThat(analysed(array, scheduler) - analysedBefore).isBetween(2L, 8L);
    assertThat(outcome(array, scheduler, "label_switch") - switchedBefore).isGreaterThan(10_000);
  }

  @Test
  void anOrdinaryClientNeverSeesALabelThoughItsServerSendsThem(TestArray array) {
    String scheduler = array.scheduler();
    List<Frame> frames;
    try (Capture capture = array.lab().capture("client", VIP_OR_LABELLED, MAX_FRAMES)) {
      Transfer transfer = transfer(array);
      assertThat(transfer.download()).matches(Download::isWhole);
      frames = capture.stop();
    }

    assertThat(frames).hasSizeGreaterThan(10_000).noneMatch(Frame::labelled);
    assertThat(outcome(array, scheduler, "label_out")).isGreaterThan(10_000);
  }

  @Test
  void labelledDownloadsOutliveTheDeathOfTheEdgeAndOfTheScheduler(TestArray array) {
    LabEdge client = array.lab().edge("client");
    edges.put("client", client);
    String first = array.scheduler();
    List<Download> downloads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      downloads.add(transfer(array).download());
    }
    client.kill();
    edges.values().forEach(LabEdge::kill);
    array.lab().faults().kill(first);

    Download.nextScheduler(array, first);
    assertThat(downloads).allMatch(Download::isWhole);
  }

  /** Starts one and waits until its session is there, with its label. */
  private static Transfer transfer(TestArray array) {
    Download download = Download.start(array, Download.freshPort(), URL);
    JsonNode session = Sessions.established(array, array.scheduler(), download);
    assertThat(session.path("c2s").isInt()).as("%s", session).isTrue();
    String server = session.path("target").asText().replaceFirst(".*/", "");
    return new Transfer(download, server, session.path("c2s").asInt());
  }

  private static long analysed(TestArray array, String member) {
    JsonNode outcomes = array.lab().admin(member).get("/v1/status").at("/data_plane/outcomes");
    // This array's other services have no traffic now.
    return StreamSupport.stream(
            List.of("new", "opening", "established", "session").spliterator(), false)
        .mapToLong(way -> outcomes.path("forward_" + way).asLong())
        .sum();
  }

  private static long outcome(TestArray array, String member, String name) {
    return array.lab().admin(member).outcome(name);
  }
}
