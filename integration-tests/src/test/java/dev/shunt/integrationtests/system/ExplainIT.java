package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the members say of a packet is what then becomes of it. */
@ExtendWith(ArrayExtension.class)
class ExplainIT {

  private static final int ROUNDS = 6;
  private static final int UNUSED_PORT = 99;

  @Test
  void whoIsSaidToGetAConnectionGetsItAndThenTheSessionIsNamed(TestArray array) {
    String scheduler = array.scheduler();
    for (int i = 0; i < ROUNDS; i++) {
      int port = Download.freshPort();
      JsonNode before = whereGoes(array, scheduler, "syn", port, LabTopology.WEB_PORT);
      String said = before.path("target").path("name").asText();
      assertThat(before.path("outcome").asText())
          .isEqualTo(said.equals(scheduler) ? "local_new" : "forward_new");
      assertThat(before.path("service").asText()).isEqualTo("web");

      Download download = Download.start(array, port, TestArray.url(LabTopology.WEB_PORT, ""));
      JsonNode after =
          download.awaitMeanwhile(
              () -> whereGoes(array, scheduler, "ack", port, LabTopology.WEB_PORT),
              found -> found.path("session").path("state").asText().equals("established"));

      assertThat(after.path("outcome").asText()).endsWith("_session");
      assertThat(after.path("session").path("target").asText()).isEqualTo(said);
      assertThat(after.path("target").path("name").asText()).isEqualTo(said);
      assertThat(Sessions.of(array, scheduler, port).path("target").asText()).isEqualTo(said);
      assertThat(download).matches(Download::isWhole);
    }
  }

  @Test
  void aDrainedMemberIsSaidToGetNothingNew(TestArray array) {
    String scheduler = array.scheduler();
    String drained = array.nodes().getFirst();
    array.lab().faults().drain(drained, true);
    await().atMost(TestArray.PATIENCE).until(() -> !array.targets(scheduler).contains(drained));

    for (int i = 0; i < 50; i++) {
      JsonNode said =
          whereGoes(array, scheduler, "syn", Download.freshPort(), LabTopology.WEB_PORT);
      assertThat(said.path("target").path("name").asText()).isNotEmpty().isNotEqualTo(drained);
    }
  }

  @Test
  void aKilledMemberIsSaidToGetNothingMore(TestArray array) {
    String scheduler = array.scheduler();
    String dead = array.nodes().getFirst();
    array.lab().faults().kill(dead);
    await().atMost(TestArray.PATIENCE).until(() -> !array.targets(scheduler).contains(dead));

    for (int i = 0; i < 50; i++) {
      JsonNode said =
          whereGoes(array, scheduler, "syn", Download.freshPort(), LabTopology.WEB_PORT);
      assertThat(said.path("target").path("name").asText()).isNotEmpty().isNotEqualTo(dead);
    }
  }

  @Test
  void whatIsNotForAServiceIsSaidToBeTheStacks(TestArray array) {
    String scheduler = array.scheduler();
    int port = Download.freshPort();

    assertThat(whereGoes(array, scheduler, "syn", port, UNUSED_PORT).path("outcome").asText())
        .isEqualTo("pass_vip_port");
    String foreign =
        array
            .lab()
            .admin(scheduler)
            .get(path("syn", Sessions.client(array, port), "192.0.2.1:80"))
            .path("outcome")
            .asText();
    assertThat(foreign).isEqualTo("pass_not_vip");
  }

  @Test
  void askingChangesNothing(TestArray array) {
    String scheduler = array.scheduler();
    int port = Download.freshPort();
    for (int i = 0; i < 10; i++) {
      whereGoes(array, scheduler, "syn", port, LabTopology.WEB_PORT);
      whereGoes(array, scheduler, "ack", port, LabTopology.WEB_PORT);
    }

    assertThat(Sessions.of(array, scheduler, port).isMissingNode()).isTrue();
    assertThat(
            whereGoes(array, scheduler, "ack", port, LabTopology.WEB_PORT)
                .path("session")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void aTraceShowsTheWayOfARequestOnTheSchedulerAndOnTheNode(TestArray array) throws IOException {
    String scheduler = array.scheduler();
    int port = portThatLeadsTo(array, scheduler, array.nodes());
    String node =
        whereGoes(array, scheduler, "syn", port, LabTopology.WEB_PORT)
            .path("target")
            .path("name")
            .asText();
    List<JsonNode> onScheduler;
    List<JsonNode> onNode;
    try (Trace first = new Trace(array, scheduler, port);
        Trace second = new Trace(array, node, port)) {
      assertThat(get(array, port)).containsExactly("200");
      onScheduler = first.untilItEnds();
      onNode = second.untilItEnds();
    }

    assertThat(onScheduler)
        .allSatisfy(line -> assertThat(line.path("target").asText()).isEqualTo(node));
    assertThat(onScheduler.getFirst().path("outcome").asText()).isEqualTo("forward_new");
    assertThat(onScheduler.getFirst().path("flags").asText()).startsWith("S");
    assertThat(onScheduler.get(1).path("outcome").asText()).isEqualTo("forward_established");
    assertThat(onNode)
        .extracting(line -> line.path("outcome").asText())
        .containsOnly("label_pop", "label_learn");
    assertThat(onNode).hasSameSizeAs(onScheduler);
  }

  @Test
  void anyMemberTellsWhatWasDoneWithARequest(TestArray array) {
    List<String> told =
        array.curl(
            "-o",
            "/dev/null",
            "-w",
            "%header{x-request-id} %header{x-server}",
            TestArray.url(LabTopology.SHOP_PORT, "/whoami?x"));
    String[] idAndServer = told.getFirst().split(" ");
    List<JsonNode> reports = new ArrayList<>();
    for (String member : array.members()) {
      reports.add(array.lab().admin(member).get("/v1/requests/" + idAndServer[0]));
    }

    assertThat(reports).hasSize(3).allMatch(reports.getFirst()::equals);
    JsonNode report = reports.getFirst();
    assertThat(report.path("service").asText()).isEqualTo("shop");
    assertThat(report.path("method").asText()).isEqualTo("GET");
    assertThat(report.path("target").asText()).isEqualTo("/whoami?x");
    assertThat(report.path("status").asInt()).isEqualTo(200);
    assertThat(report.path("attempts").path(0).path("server").asText()).isEqualTo(idAndServer[1]);
    assertThat(array.members()).contains(report.path("member").asText());
  }

  private static int portThatLeadsTo(TestArray array, String scheduler, List<String> nodes) {
    while (true) {
      int port = Download.freshPort();
      JsonNode said = whereGoes(array, scheduler, "syn", port, LabTopology.WEB_PORT);
      if (nodes.contains(said.path("target").path("name").asText())) {
        return port;
      }
    }
  }

  private static JsonNode whereGoes(
      TestArray array, String member, String packet, int port, int service) {
    return array
        .lab()
        .admin(member)
        .get(path(packet, Sessions.client(array, port), LabTopology.VIP + ":" + service));
  }

  private static String path(String packet, String source, String destination) {
    return "/v1/where-goes?packet=%s&source=%s&destination=%s"
        .formatted(packet, source, destination);
  }

  /** So slow that the trace of its packets loses none. */
  private static List<String> get(TestArray array, int port) {
    return array.curl(
        "-m",
        "60",
        "--local-port",
        Integer.toString(port),
        "--limit-rate",
        "1M",
        "-w",
        "%{http_code}\n",
        "-o",
        "/dev/null",
        TestArray.url(LabTopology.WEB_PORT, "/bytes/" + (2 << 20)));
  }

  /** A trace of the packets from one port of the client. */
  private static final class Trace implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final BufferedReader reader;

    /** When it is there, the trace runs. */
    Trace(TestArray array, String member, int port) throws IOException {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(array.lab().paths().socket(member)));
      String request =
          "POST /v1/trace?seconds=60&from=%s&port=%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(array.lab().topology().client().address(), port);
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      assertThat(reader.readLine()).contains(" 200 ");
      for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
        assertThat(line).contains(": ");
      }
    }

    /** The packets up to the one that ends the connection; something comes every second. */
    List<JsonNode> untilItEnds() throws IOException {
      List<JsonNode> packets = new ArrayList<>();
      long patience = System.nanoTime() + TestArray.PATIENCE.toNanos();
      while (System.nanoTime() < patience) {
        JsonNode packet = JSON.readTree(reader.readLine()).path("packet");
        if (!packet.isMissingNode()) {
          packets.add(packet);
        }
        if (packet.path("flags").asText().contains("F")) {
          return packets;
        }
      }
      throw new AssertionError("no packet ended the connection: " + packets);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
