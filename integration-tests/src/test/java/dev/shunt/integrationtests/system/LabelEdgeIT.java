package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int LARGE = 32 << 20;
  private static final AtomicInteger PORTS = new AtomicInteger(24_000);

  private final Map<String, LabEdge> edges = new HashMap<>();

  /** A download that runs. */
  private record Download(
      int port, String server, int label, CompletableFuture<List<String>> end) {}

  @BeforeEach
  void startTheServersEdges(TestArray array) {
    for (LabHost server : array.lab().topology().serverHosts()) {
      edges.put(server.name(), array.lab().edge(server.name()));
    }
    for (String member : array.members()) {
      await().atMost(TestArray.PATIENCE).until(() -> pairs(array, member) || !is(array, member));
    }
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
    Download download;
    List<Frame> frames;
    try (Capture capture = array.lab().capture(scheduler, VIP_OR_LABELLED, MAX_FRAMES)) {
      download = download(array);
      assertThat(download.end().join()).containsExactly("200 " + LARGE);
      frames =
          capture.stop().stream()
              .filter(f -> List.of(f.sourcePort(), f.destinationPort()).contains(download.port()))
              .toList();
    }
    LabTopology topology = array.lab().topology();
    LabelSteps steps =
        LabelSteps.in(
            frames,
            topology.client(),
            topology.require(scheduler),
            topology.require(download.server()));

    assertThat(steps.complete()).as("%s", steps).isTrue();
    assertThat(steps.asked()).hasSize(2);
    assertThat(steps.clientToServer()).contains(download.label());
    assertThat(download.label()).isGreaterThanOrEqualTo(LabelSteps.FIRST_SESSION_LABEL).isOdd();
    // Claim L10: SYN, the packet behind it, the request, the end: everything else by its label.
    assertThat(analysed(array, scheduler) - analysedBefore).isBetween(2L, 8L);
    assertThat(outcome(array, scheduler, "label_switch") - switchedBefore).isGreaterThan(10_000);
  }

  @Test
  void anOrdinaryClientNeverSeesALabelThoughItsServerSendsThem(TestArray array) {
    String scheduler = array.scheduler();
    Download download;
    List<Frame> frames;
    try (Capture capture = array.lab().capture("client", VIP_OR_LABELLED, MAX_FRAMES)) {
      download = download(array);
      assertThat(download.end().join()).containsExactly("200 " + LARGE);
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
      downloads.add(download(array));
    }
    client.kill();
    edges.values().forEach(LabEdge::kill);
    array.lab().faults().kill(first);

    for (Download download : downloads) {
      assertThat(download.end().join()).containsExactly("200 " + LARGE);
    }
    assertThat(array.scheduler()).isNotEqualTo(first);
  }

  /** Starts it and waits until its session has its label. */
  private static Download download(TestArray array) {
    int port = PORTS.incrementAndGet();
    CompletableFuture<List<String>> end =
        CompletableFuture.supplyAsync(() ->
            array.curl(
                "-m",
                "120",
                "--local-port",
                Integer.toString(port),
                "--limit-rate",
                "6M",
                "-w",
                "%{http_code} %{size_download}\n",
                "-o",
                "/dev/null",
                "http://%s:%d/bytes/%d"
                    .formatted(LabTopology.LABELLED_VIP, LabTopology.SERVER_PORT, LARGE)));
    JsonNode session =
        await()
            .atMost(TestArray.PATIENCE)
            .until(() -> session(array, port), s -> s.path("state").asText().equals("established"));
    assertThat(session.path("c2s").isInt()).as("%s", session).isTrue();
    String server = session.path("target").asText().replaceFirst(".*/", "");
    return new Download(port, server, session.path("c2s").asInt(), end);
  }

  private static JsonNode session(TestArray array, int port) {
    String client = array.lab().topology().client().address();
    return array
        .lab()
        .admin(array.scheduler())
        .get("/v1/sessions?filter=client=" + client + ":" + port)
        .path("sessions")
        .path(0);
  }

  private static boolean is(TestArray array, String member) {
    return array.scheduler().equals(member);
  }

  private static boolean pairs(TestArray array, String member) {
    JsonNode status = array.lab().admin(member).get("/v1/status");
    return status.at("/data_plane/label_pairs/queue").asInt() > 0;
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
