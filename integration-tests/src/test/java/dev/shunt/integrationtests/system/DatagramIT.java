package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Datagrams;
import dev.shunt.integrationtests.harness.Datagrams.Echo;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.NameServers;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code mode: udp}: nodes relay datagrams, and the sessions of those that live go on. */
@ExtendWith(ArrayExtension.class)
class DatagramIT {

  private static final int SESSIONS = 16;
  private static final int MAX_FRAMES = 10_000;
  private static final InetSocketAddress ECHOED =
      new InetSocketAddress(InetAddress.ofLiteral(LabTopology.VIP), LabTopology.ECHO_PORT);
  private static final InetSocketAddress ECHOED6 =
      new InetSocketAddress(InetAddress.ofLiteral(LabTopology.VIP6), LabTopology.ECHO_PORT);

  /** Clients with sessions, and what each was answered last. */
  private static final class Crowd implements AutoCloseable {
    private final Map<Datagrams, Echo> last = new HashMap<>();

    Crowd(TestArray array, InetSocketAddress service) throws Exception {
      for (int i = 0; i < SESSIONS; i++) {
        Datagrams client = Datagrams.open(array, service);
        last.put(client, client.ask("first"));
      }
    }

    Echo last(Datagrams client) {
      return Objects.requireNonNull(last.get(client));
    }

    /** Those whose last answer came through a node of that address. */
    List<Datagrams> of(String node) {
      return last.keySet().stream().filter(c -> last(c).node().equals(node)).toList();
    }

    List<Datagrams> notOf(String node) {
      return last.keySet().stream().filter(c -> !last(c).node().equals(node)).toList();
    }

    /** Their sessions are the same: the same server hears of the same node and port. */
    void assertGoOn(List<Datagrams> clients) throws Exception {
      for (Datagrams client : clients) {
        Echo before = last(client);
        Echo now = client.ask("more");
        assertThat(List.of(now.server(), now.node(), now.port()))
            .isEqualTo(List.of(before.server(), before.node(), before.port()));
      }
    }

    @Override
    public void close() throws IOException {
      for (Datagrams client : last.keySet()) {
        client.close();
      }
    }
  }

  private static String address(TestArray array, String host) {
    return array.lab().topology().require(host).address();
  }

  @Test
  void sessionsSpreadOverNodesWhichAnswerFromTheVipPastTheScheduler(TestArray array)
      throws Exception {
    String scheduler = array.scheduler();
    String mac = array.lab().topology().require(scheduler).mac();
    List<Frame> frames;
    String filter = "udp and host " + LabTopology.VIP;
    try (Capture capture = array.lab().capture(scheduler, filter, MAX_FRAMES);
        Crowd crowd = new Crowd(array, ECHOED)) {
      crowd.assertGoOn(List.copyOf(crowd.last.keySet()));
      assertThat(crowd.last.values().stream().map(Echo::node).distinct()).hasSizeGreaterThan(1);
      assertThat(crowd.last.values().stream().map(Echo::server).distinct()).hasSizeGreaterThan(1);
      frames = capture.stop();
    }
    List<Frame> answers =
        frames.stream().filter(f -> f.from(LabTopology.VIP, LabTopology.ECHO_PORT)).toList();
    assertThat(frames).hasSizeGreaterThan(SESSIONS);
    assertThat(answers).allMatch(frame -> frame.sourceMac().equals(mac)); // Its own node's alone.
  }

  @Test
  void ipv6ClientsAreRelayedToo(TestArray array) throws Exception {
    try (Crowd crowd = new Crowd(array, ECHOED6)) {
      crowd.assertGoOn(List.copyOf(crowd.last.keySet()));
      assertThat(crowd.last.values().stream().map(Echo::node).distinct()).hasSizeGreaterThan(1);
    }
  }

  /** Forty packets each way: fragments go where the first of their datagram went. */
  @Test
  void datagramsOfSixtyKilobytesPassThroughEveryNode(TestArray array) throws Exception {
    String large = "0123456789".repeat(6_000);
    for (InetSocketAddress service : List.of(ECHOED, ECHOED6)) {
      try (Crowd crowd = new Crowd(array, service)) {
        for (Datagrams client : crowd.last.keySet()) {
          assertThat(client.ask(large).text()).endsWith(large);
        }
      }
    }
  }

  @Test
  void sessionsOfOtherNodesGoOnWhenTheSchedulerDies(TestArray array) throws Exception {
    String scheduler = array.scheduler();
    try (Crowd crowd = new Crowd(array, ECHOED)) {
      List<Datagrams> others = crowd.notOf(address(array, scheduler));
      assertThat(others).isNotEmpty();
      array.lab().faults().kill(scheduler);
      crowd.assertGoOn(others);
      Download.nextScheduler(array, scheduler);
      crowd.assertGoOn(others);
      for (Datagrams client : crowd.of(address(array, scheduler))) {
        assertThat(client.ask("moved").node()).isNotEqualTo(address(array, scheduler));
      }
    }
  }

  @Test
  void sessionsOfADeadNodeGoOnAtOthersAndNoOtherOneMoves(TestArray array) throws Exception {
    try (Crowd crowd = new Crowd(array, ECHOED)) {
      String node =
          array.nodes().stream()
              .filter(n -> !crowd.of(address(array, n)).isEmpty())
              .findFirst()
              .orElseThrow();
      array.lab().faults().kill(node);
      for (Datagrams client : crowd.of(address(array, node))) {
        assertThat(client.ask("moved").node()).isNotEqualTo(address(array, node));
      }
      crowd.assertGoOn(crowd.notOf(address(array, node)));
    }
  }

  @Test
  void sessionsOfADeadServerGoOnAtOthers(TestArray array) throws Exception {
    try (Crowd crowd = new Crowd(array, ECHOED)) {
      array.lab().faults().kill("s2");
      for (Map.Entry<Datagrams, Echo> each : crowd.last.entrySet()) {
        if (each.getValue().server().equals("s2")) {
          assertThat(each.getKey().ask("moved").server()).isNotEqualTo("s2");
        } else {
          crowd.assertGoOn(List.of(each.getKey()));
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

  private static int sessions(TestArray array, String member) {
    for (var service : array.lab().admin(member).get("/v1/services").path("services")) {
      if (service.path("name").asText().equals("names")) {
        return service.path("connections").asInt(-1);
      }
    }
    return -1;
  }
}
