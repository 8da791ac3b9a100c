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
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims L1, L5, L7 and L10: labels of sessions, captured at the switch. */
@ExtendWith(ArrayExtension.class)
class SessionLabelIT {

  private static final String VIP_OR_LABELLED = "host " + LabTopology.VIP + " or mpls";
  private static final int MAX_FRAMES = 200_000;
  private static final int FIRST_SESSION_LABEL = 8193;
  private static final int SYN = 0x02;
  private static final int SMALL = 1_000;
  private static final int ENOUGH = 20;

  /**
   * A client that asks twice on one connection.
   *
   * @param node who serves it
   * @param label its label from client to server
   */
  private record Client(Download download, String node, int label) {}

  @Test
  void aSessionsOwnLabelIsOnAllItsPacketsAfterTheFirstUntilItEnds(TestArray array) {
    String scheduler = array.scheduler();
    Sessions.awaitPairs(array);
    String node;
    Client client;
    List<Frame> arrived;
    try (Capture capture = array.lab().capture(scheduler, VIP_OR_LABELLED, MAX_FRAMES)) {
      client = clientOf(array, array.nodes());
      node = client.node();
      JsonNode rows = labels(array, scheduler, client.download().port());
      assertThat(rows).hasSize(2);
      assertRow(rows.get(0), client.label(), "C2S", "to_port", mac(array, node), node);
      assertRow(rows.get(1), client.label() + 1, "S2C", "pop_to_port", mac(array, "client"), node);
      assertThat(client.download()).matches(Download::isWhole);
      arrived = toNode(capture.stop(), array, client);
    }

    List<Frame> first = arrived.stream().filter(SessionLabelIT::opens).toList();
    List<Frame> others = arrived.stream().filter(frame -> !opens(frame)).toList();
    assertThat(first)
        .isNotEmpty()
        .extracting(Frame::label)
        .containsOnly(1024 + 2 * array.members().indexOf(node));
    assertThat(client.label()).isGreaterThanOrEqualTo(FIRST_SESSION_LABEL).isOdd();
    assertThat(others)
        .hasSizeGreaterThan(ENOUGH)
        .extracting(Frame::label)
        .containsOnly(client.label());
    for (String member : array.members()) {
      await()
          .atMost(TestArray.PATIENCE)
          .untilAsserted(() -> assertThat(entry(array, member, client.label())).isEmpty());
    }
  }

  @Test
  void theNextSchedulerSendsASessionWithTheSameLabel(TestArray array) {
    String first = array.scheduler();
    Sessions.awaitPairs(array);
    // A drained member keeps its sessions and leaves the scheduler's role to the third.
    List<String> nodes = array.nodes();
    Client client = clientOf(array, nodes);
    String next = nodes.stream().filter(m -> !m.equals(client.node())).findFirst().orElseThrow();
    await()
        .atMost(TestArray.PATIENCE)
        .untilAsserted(() -> assertThat(entry(array, next, client.label())).isPresent());
    array.lab().faults().drain(client.node(), true);

    List<Frame> arrived;
    try (Capture capture = array.lab().capture(next, VIP_OR_LABELLED, MAX_FRAMES)) {
      array.lab().faults().kill(first);
      client
          .download()
          .awaitMeanwhile(
              () -> sent(array, next, client, capture.frames()).size(), count -> count > ENOUGH);
      assertThat(client.download()).matches(Download::isWhole);
      arrived = sent(array, next, client, capture.stop());
    }

    assertThat(arrived).extracting(Frame::label).containsOnly(client.label());
  }

  /** Starts clients until one of these members serves one. */
  private static Client clientOf(TestArray array, List<String> nodes) {
    for (int i = 0; i < 20; i++) {
      Download download =
          Download.startAfter(
              array, Download.freshPort(), TestArray.url(LabTopology.WEB_PORT, ""), SMALL);
      JsonNode session = Sessions.established(array, array.scheduler(), download);
      String node = session.path("target").asText();
      if (nodes.contains(node)) {
        return new Client(download, node, session.path("c2s").asInt());
      }
      assertThat(session.path("c2s").isInt()).as("a label for its own member").isFalse();
      assertThat(download).matches(Download::isWhole);
    }
    throw new AssertionError("the scheduler serves all itself");
  }

  private static JsonNode labels(TestArray array, String member, int port) {
    return array
        .lab()
        .admin(member)
        .get("/v1/labels?session=" + Sessions.client(array, port))
        .path("labels");
  }

  /** The row of a label, whoever it belongs to. */
  private static Optional<JsonNode> entry(TestArray array, String member, int label) {
    JsonNode all = array.lab().admin(member).get("/v1/labels?limit=10000").path("labels");
    return StreamSupport.stream(all.spliterator(), false)
        .filter(row -> row.path("label").asInt() == label)
        .findFirst();
  }

  private static void assertRow(
      JsonNode row, int label, String direction, String action, String port, String target) {
    assertThat(row.path("label").asInt()).isEqualTo(label);
    assertThat(row.path("direction").asText()).isEqualTo(direction);
    assertThat(row.path("in").asText()).isEqualTo("eth0");
    assertThat(row.path("out").asText()).isEqualTo("eth0");
    assertThat(row.path("port").asText()).isEqualTo(port);
    assertThat(row.path("action").asText()).isEqualTo(action);
    assertThat(row.path("target").asText()).isEqualTo(target);
    assertThat(row.path("service").asText()).isEqualTo("web");
  }

  private static List<Frame> toNode(List<Frame> frames, TestArray array, Client client) {
    return frames.stream()
        .filter(frame -> frame.to(LabTopology.VIP, LabTopology.WEB_PORT))
        .filter(frame -> frame.sourcePort() == client.download().port())
        .filter(frame -> frame.destinationMac().equals(mac(array, client.node())))
        .toList();
  }

  private static List<Frame> sent(
      TestArray array, String member, Client client, List<Frame> frames) {
    return toNode(frames, array, client).stream()
        .filter(frame -> frame.sourceMac().equals(mac(array, member)))
        .toList();
  }

  private static boolean opens(Frame frame) {
    return (frame.tcpFlags() & SYN) != 0;
  }

  private static String mac(TestArray array, String host) {
    return array.lab().topology().require(host).mac();
  }
}
