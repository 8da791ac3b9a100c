package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.DatagramCrowd;
import dev.shunt.integrationtests.harness.Datagrams;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.NameServers;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code mode: udp}: nodes relay datagrams, and the sessions of those that live go on. */
@ExtendWith(ArrayExtension.class)
class DatagramIT {

  private static final int SESSIONS = DatagramCrowd.SESSIONS;
  private static final Pattern LOGGED =
      Pattern.compile("\"id\":\"([0-9a-f]{16})\",\"service\":\"names\".*\"end\":\"complete\"");
  private static final int MAX_FRAMES = 10_000;
  private static final InetSocketAddress ECHOED =
      new InetSocketAddress(InetAddress.ofLiteral(LabTopology.VIP), LabTopology.ECHO_PORT);
  private static final InetSocketAddress ECHOED6 =
      new InetSocketAddress(InetAddress.ofLiteral(LabTopology.VIP6), LabTopology.ECHO_PORT);

  @Test
  void sessionsSpreadOverNodesWhichAnswerFromTheVipPastTheScheduler(TestArray array)
      throws Exception {
    String scheduler = array.scheduler();
    String mac = array.lab().topology().require(scheduler).mac();
    List<Frame> frames;
    String filter = "udp and host " + LabTopology.VIP;
    try (Capture capture = array.lab().capture(scheduler, filter, MAX_FRAMES);
        DatagramCrowd crowd = new DatagramCrowd(array, ECHOED)) {
      crowd.assertGoOn(crowd.all());
      assertThat(crowd.nodes()).hasSizeGreaterThan(1);
      assertThat(crowd.servers()).hasSizeGreaterThan(1);
      frames = capture.stop();
    }
    List<Frame> answers =
        frames.stream().filter(f -> f.from(LabTopology.VIP, LabTopology.ECHO_PORT)).toList();
    assertThat(frames).hasSizeGreaterThan(SESSIONS);
    assertThat(answers).allMatch(frame -> frame.sourceMac().equals(mac)); // Its own node's alone.
  }

  @Test
  void ipv6ClientsAreRelayedToo(TestArray array) throws Exception {
    try (DatagramCrowd crowd = new DatagramCrowd(array, ECHOED6)) {
      crowd.assertGoOn(crowd.all());
      assertThat(crowd.nodes()).hasSizeGreaterThan(1);
    }
  }

  /** Forty packets each way: fragments go where the first of their datagram went. */
  @Test
  void datagramsOfSixtyKilobytesPassThroughEveryNode(TestArray array) throws Exception {
    String large = "0123456789".repeat(6_000);
    for (InetSocketAddress service : List.of(ECHOED, ECHOED6)) {
      try (DatagramCrowd crowd = new DatagramCrowd(array, service)) {
        for (Datagrams client : crowd.all()) {
          assertThat(client.ask(large).text()).endsWith(large);
        }
      }
    }
  }

  /** From as many clients that each node has some, nearly surely. */
  @Test
  void datagramsWithoutAByteReachServersThroughTheirNodes(TestArray array) throws Exception {
    for (InetSocketAddress service : List.of(ECHOED, ECHOED6)) {
      for (int i = 0; i < SESSIONS; i++) {
        assertThat(Datagrams.askNothing(array, service).text()).isEmpty();
      }
    }
  }

  @Test
  void sessionsOfOtherNodesGoOnWhenTheSchedulerDies(TestArray array) throws Exception {
    String scheduler = array.scheduler();
    try (DatagramCrowd crowd = new DatagramCrowd(array, ECHOED)) {
      List<Datagrams> others = crowd.notOf(DatagramCrowd.address(array, scheduler));
      assertThat(others).isNotEmpty();
      array.lab().faults().kill(scheduler);
      crowd.assertGoOn(others);
      Download.nextScheduler(array, scheduler);
      crowd.assertGoOn(others);
      for (Datagrams client : crowd.of(DatagramCrowd.address(array, scheduler))) {
        assertThat(client.ask("moved").node())
            .isNotEqualTo(DatagramCrowd.address(array, scheduler));
      }
    }
  }

  @Test
  void sessionsOfADeadNodeGoOnAtOthersAndNoOtherOneMoves(TestArray array) throws Exception {
    try (DatagramCrowd crowd = new DatagramCrowd(array, ECHOED)) {
      String node =
          array.nodes().stream()
              .filter(n -> !crowd.of(DatagramCrowd.address(array, n)).isEmpty())
              .findFirst()
              .orElseThrow();
      array.lab().faults().kill(node);
      for (Datagrams client : crowd.of(DatagramCrowd.address(array, node))) {
        assertThat(client.ask("moved").node()).isNotEqualTo(DatagramCrowd.address(array, node));
      }
      crowd.assertGoOn(crowd.notOf(DatagramCrowd.address(array, node)));
    }
  }

  @Test
  void sessionsOfADeadServerGoOnAtOthers(TestArray array) throws Exception {
    try (DatagramCrowd crowd = new DatagramCrowd(array, ECHOED)) {
      array.lab().faults().kill("s2");
      for (Datagrams each : crowd.all()) {
        if (crowd.last(each).server().equals("s2")) {
          assertThat(each.ask("moved").server()).isNotEqualTo("s2");
        } else {
          crowd.assertGoOn(List.of(each));
        }
      }
    }
  }

  @Test
  void questionsOfDnsAreAnsweredByRealServersEachInASessionOfItsOwn(TestArray array)
      throws Exception {
    try (NameServers servers = NameServers.start(array)) {
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        answers.addAll(servers.ask());
      }
      assertThat(answers).hasSize(SESSIONS).containsOnly(NameServers.ANSWER);
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> array.members().stream().allMatch(m -> sessions(array, m) == 0));
    }
  }

  @Test
  void anyMemberExplainsASessionByTheIdThatItsNodeLogged(TestArray array) throws Exception {
    try (NameServers servers = NameServers.start(array)) {
      Set<String> before = logged(array);
      assertThat(servers.ask()).containsExactly(NameServers.ANSWER);
      String id =
          await()
              .atMost(TestArray.PATIENCE)
              .until(
                  () -> logged(array).stream().filter(i -> !before.contains(i)).findAny(),
                  Optional::isPresent)
              .orElseThrow();
      List<JsonNode> reports =
          array.members().stream()
              .map(m -> array.lab().admin(m).get("/v1/requests/" + id))
              .toList();

      assertThat(reports).hasSize(3).allMatch(reports.getFirst()::equals);
      JsonNode report = reports.getFirst();
      assertThat(report.path("service").asText()).isEqualTo("names");
      assertThat(report.path("protocol").asText()).isEqualTo("udp");
      assertThat(report.path("attempts").path(0).path("result").asText()).isEqualTo("responded");
      assertThat(report.at("/relayed/datagrams_in").asInt()).isEqualTo(1);
      assertThat(report.at("/relayed/datagrams_out").asInt()).isEqualTo(1);
      assertThat(report.at("/relayed/end").asText()).isEqualTo("complete");
    }
  }

  /** The ids of sessions of DNS that are over, as the members' logs have them. */
  private static Set<String> logged(TestArray array) throws IOException {
    Set<String> ids = new HashSet<>();
    for (String member : array.members()) {
      Matcher lines = LOGGED.matcher(Files.readString(array.lab().paths().log(member)));
      while (lines.find()) {
        ids.add(lines.group(1));
      }
    }
    return ids;
  }

  private static int sessions(TestArray array, String member) {
    for (var service : array.lab().admin(member).get("/v1/services").path("services")) {
      if (service.path("name").asText().equals("names")) {
        return service.path("connections").asInt(-1);
      }
    }
    return -1;
  }
}
