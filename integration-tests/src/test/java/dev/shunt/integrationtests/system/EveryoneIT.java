package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Claims H34 and H44: no scheduler; every member gets every packet and calculates by itself whether
 * it is the one to handle it. Captured at the switch.
 */
@ExtendWith(ArrayExtension.class)
class EveryoneIT {

  private static final String VIP = LabTopology.EVERY_VIP;
  private static final int PORT = LabTopology.WEB_PORT;
  private static final String URL = "http://" + VIP;
  private static final String GROUP = "03:53:0a:4d:00:6e";
  private static final int MAX_FRAMES = 200_000;
  private static final int SYN = 0x02;
  private static final int TCP = 6;
  private static final int CLIENTS = 18;

  @Test
  void everyMemberSeesEveryPacketAndTheOneOfTheFormulaAnswers(TestArray array) {
    Map<String, List<Frame>> seen = new LinkedHashMap<>();
    List<Frame> atClient;
    List<Integer> ports = new ArrayList<>();
    try (Capture client = capture(array, "client");
        Capture one = capture(array, "m1");
        Capture two = capture(array, "m2");
        Capture three = capture(array, "m3")) {
      for (int i = 0; i < CLIENTS; i++) {
        ports.add(ask(array));
      }
      String pinged = array.lab().exec("client", "ping", "-c", "5", "-i", "0.2", VIP);
      assertThat(pinged).contains("5 received").doesNotContain("DUP");
      seen.put("m1", one.stop());
      seen.put("m2", two.stop());
      seen.put("m3", three.stop());
      atClient = client.stop();
    }

    for (int port : ports) {
      List<Frame> answers =
          atClient.stream().filter(f -> f.from(VIP, PORT) && f.destinationPort() == port).toList();
      assertThat(Download.senders(array, answers))
          .as("who answers port %d", port)
          .containsExactly(owner(array, port));
      seen.forEach((member, frames) ->
          assertThat(frames)
              .as("%s sees port %d", member, port)
              .anyMatch(f -> f.to(VIP, PORT) && f.sourcePort() == port && opens(f)));
    }
    assertThat(ports.stream().map(port -> owner(array, port)).distinct()).hasSize(3);
    assertThat(atClient).noneMatch(f -> f.sourceMac().startsWith("03"));
    assertThat(atClient.stream().filter(f -> f.to(VIP, PORT)).map(Frame::destinationMac))
        .containsOnly(GROUP);
    assertThat(array.lab().exec("client", "ip", "neighbour", "show", VIP)).contains(GROUP);
    assertNothingRemembered(array);
  }

  @Test
  void aKilledMembersShareIsTakenByTheOthersAndTheirConnectionsGoOn(TestArray array) {
    String killed = "m2";
    Download download = start(array, "m3");
    Download own = start(array, "m1");

    array.lab().faults().kill(killed);
    awaitTakers(array, List.of("m1", "m3"), List.of("m1", "m3"));

    assertShared(array, killed);
    assertThat(download.isOver() || own.isOver()).as("the downloads ended too soon").isFalse();
    assertThat(download).matches(Download::isWhole);
    assertThat(own).matches(Download::isWhole);
    assertNothingRemembered(array);
  }

  @Test
  void aFrozenMembersKernelKeepsOutOfWhatOthersHaveTakenOver(TestArray array) {
    String frozen = "m1";
    array.lab().faults().freeze(frozen);
    awaitTakers(array, List.of("m2", "m3"), List.of("m2", "m3"));

    assertShared(array, frozen);
  }

  @Test
  void aDrainedMemberKeepsItsConnectionsAndSoDoesWhoStoodInForIt(TestArray array) {
    String drained = "m2";
    Download before = start(array, drained);
    assertThat(answering(array, before)).containsExactly(drained);
    array.lab().faults().drain(drained, true);
    awaitTakers(array, array.members(), List.of("m1", "m3"));

    Download meanwhile = start(array, drained);
    assertThat(answering(array, meanwhile)).hasSize(1).isSubsetOf("m1", "m3");
    array.lab().faults().drain(drained, false);
    awaitTakers(array, array.members(), array.members());

    assertShared(array, "nobody");
    assertThat(List.of(before, meanwhile)).as("ended too soon").noneMatch(Download::isOver);
    assertThat(before).matches(Download::isWhole);
    assertThat(meanwhile).matches(Download::isWhole);
    assertNothingRemembered(array);
  }

  /** Each of some new connections is answered by one member: its own, or another than the lost. */
  private static void assertShared(TestArray array, String lost) {
    List<Integer> ports = new ArrayList<>();
    List<Frame> frames;
    try (Capture client = capture(array, "client")) {
      for (int i = 0; i < CLIENTS; i++) {
        ports.add(ask(array));
      }
      frames = client.stop();
    }
    for (int port : ports) {
      List<Frame> answers =
          frames.stream().filter(f -> f.from(VIP, PORT) && f.destinationPort() == port).toList();
      List<String> senders = Download.senders(array, answers);
      assertThat(senders).as("who answers port %d", port).hasSize(1).doesNotContain(lost);
      if (!owner(array, port).equals(lost)) {
        assertThat(senders).containsExactly(owner(array, port));
      }
    }
    if (array.members().contains(lost)) {
      assertThat(ports).anyMatch(port -> owner(array, port).equals(lost));
    }
  }

  /** One request, by a connection of its own; the client's port. */
  private static int ask(TestArray array) {
    int port = Download.freshPort();
    assertThat(
            array.curl(
                "--local-port",
                Integer.toString(port),
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{size_download}\n",
                URL + "/bytes/1000"))
        .containsExactly("200 1000");
    return port;
  }

  private static Download start(TestArray array, String member) {
    int port = Download.freshPort();
    while (!owner(array, port).equals(member)) {
      port = Download.freshPort();
    }
    return Download.start(array, port, URL);
  }

  /** Who answers it, by some of the answers: it is a connection then. */
  private static List<String> answering(TestArray array, Download download) {
    try (Capture client = capture(array, "client")) {
      download.awaitMeanwhile(
          () -> download.answers(client.frames(), VIP, PORT).size(), answers -> answers > 20);
      return Download.senders(array, download.answers(client.stop(), VIP, PORT));
    }
  }

  /** Claim H17, by hand: (SRC_IP + SRC_PORT + DEST_IP + DEST_PORT + PROTOCOL) % N. */
  private static String owner(TestArray array, int port) {
    long sum = 0x0a4d_0002L + port + 0x0a4d_006eL + PORT + TCP;
    return array.members().get((int) (sum % array.members().size()));
  }

  private static boolean opens(Frame frame) {
    return (frame.tcpFlags() & SYN) != 0 && frame.destinationMac().equals(GROUP);
  }

  private static Capture capture(TestArray array, String host) {
    return array.lab().capture(host, "host " + VIP, MAX_FRAMES);
  }

  private static void awaitTakers(TestArray array, List<String> asked, List<String> takers) {
    for (String member : asked) {
      await()
          .atMost(TestArray.PATIENCE)
          .untilAsserted(() -> assertThat(takers(array, member)).isEqualTo(takers));
    }
  }

  private static List<String> takers(TestArray array, String asked) {
    JsonNode services = array.lab().admin(asked).get("/v1/services").path("services");
    return StreamSupport.stream(services.spliterator(), false)
        .filter(s -> s.path("name").asText().equals("every"))
        .flatMap(s -> StreamSupport.stream(s.path("targets").spliterator(), false))
        .filter(t -> t.path("share").asDouble() > 0)
        .map(t -> t.path("name").asText())
        .toList();
  }

  private static void assertNothingRemembered(TestArray array) {
    for (String member : array.members()) {
      if (array.lab().admin(member).tryStatus().isPresent()) {
        JsonNode sessions = array.lab().admin(member).get("/v1/sessions?filter=service=every");
        assertThat(sessions.path("sessions")).as("sessions of %s", member).isEmpty();
      }
    }
  }
}
