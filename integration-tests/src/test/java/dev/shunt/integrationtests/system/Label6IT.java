package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims L8 and L14 by IPv6: a client and servers that know labels, around a real array. */
@ExtendWith(ArrayExtension.class)
class Label6IT {

  private static final int MAX_FRAMES = 200_000;
  private static final int LARGE = 12 << 20;
  private static final String URL =
      "http://[%s]:%d".formatted(LabTopology.LABELLED_VIP6, LabTopology.SERVER_PORT);

  private final List<LabEdge> edges = new ArrayList<>();

  @BeforeEach
  void startTheServersEdges(TestArray array) {
    for (LabHost server : array.lab().topology().serverHosts()) {
      edges.add(array.lab().edge(server.name()));
    }
    Sessions.awaitPairs(array);
  }

  @AfterEach
  void stopTheEdges() {
    edges.forEach(LabEdge::close);
  }

  @Test
  void theEightStepsOfAnIpv6SessionAreOnTheWire(TestArray array) {
    edges.add(array.lab().edge("client"));
    String scheduler = array.scheduler();
    int port = Download.freshPort();
    JsonNode session;
    List<Frame> frames;
    try (Capture capture = array.lab().capture(scheduler, "ip6 or mpls", MAX_FRAMES)) {
      Download download = Download.start(array, port, URL);
      session = download.awaitMeanwhile(() -> session(array, port), s -> s.path("c2s").isInt());
      assertThat(download).matches(Download::isWhole);
      frames =
          capture.stop().stream()
              .filter(f -> List.of(f.sourcePort(), f.destinationPort()).contains(port))
              .toList();
    }
    LabTopology topology = array.lab().topology();
    LabHost server = topology.require(session.path("target").asText().replaceFirst(".*/", ""));
    LabelSteps steps =
        LabelSteps.in(frames, topology.client(), topology.require(scheduler), server);

    assertThat(steps.complete()).as("%s", steps).isTrue();
    assertThat(steps.asked()).hasSize(2);
    assertThat(steps.clientToServer()).contains(session.path("c2s").asInt());
    assertThat(frames).allMatch(f -> f.source().contains(":"));
    // With its label every frame fits the link, and bulk data comes by no other way.
    assertThat(frames).allMatch(f -> f.length() <= 1514);
    assertThat(frames.stream().filter(f -> f.length() == 1514).count()).isGreaterThan(5_000);
  }

  /** The client knows no labels; nothing on the way is too big with one. */
  @Test
  void anOrdinaryIpv6ClientsDownloadLosesNothingForItsLength(TestArray array) {
    String scheduler = array.scheduler();
    long tooBig = tooBig(array, scheduler);

    assertThat(get(array)).containsExactly("200 " + LARGE);
    assertThat(array.lab().admin(scheduler).outcome("label_out")).isGreaterThan(5_000);
    assertThat(tooBig(array, scheduler)).isEqualTo(tooBig);
  }

  private static long tooBig(TestArray array, String member) {
    return array.lab().admin(member).outcome("too_big_answer")
        + array.lab().admin(member).outcome("drop_too_big");
  }

  private static List<String> get(TestArray array) {
    return array.curl(
        "-g",
        "-m",
        "60",
        "--limit-rate",
        "6M",
        "-w",
        "%{http_code} %{size_download}\n",
        "-o",
        "/dev/null",
        URL + "/bytes/" + LARGE);
  }

  private static JsonNode session(TestArray array, int port) {
    String client = "[" + array.lab().topology().client().address6() + "]:" + port;
    JsonNode sessions =
        array.lab().admin(array.scheduler()).get("/v1/sessions?filter=service=labelled6");
    return StreamSupport.stream(sessions.path("sessions").spliterator(), false)
        .filter(session -> session.path("client").asText().equals(client))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }
}
