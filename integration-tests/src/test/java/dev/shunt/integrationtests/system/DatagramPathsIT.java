package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.DatagramCrowd;
import dev.shunt.integrationtests.harness.Datagrams;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code mode: udp} with labels, with answers that go back by them, and without a scheduler. */
@ExtendWith(ArrayExtension.class)
class DatagramPathsIT {

  private static final String VIP = LabTopology.VIP;
  private static final int UDP = 17;
  private static final int MAX_FRAMES = 10_000;
  private static final int ROUNDS = 5;
  private static final InetSocketAddress LABELLED = at(VIP, LabTopology.LABELLED_ECHO_PORT);
  private static final InetSocketAddress SWITCHED = at(VIP, LabTopology.SWITCHED_ECHO_PORT);
  private static final InetSocketAddress EVERY = at(LabTopology.EVERY_VIP, LabTopology.ECHO_PORT);

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  static List<InetSocketAddress> services() {
    return List.of(LABELLED, SWITCHED, EVERY);
  }

  @ParameterizedTest
  @MethodSource("services")
  void sessionsSpreadOverNodesAndOutliveTheSchedulerAndLongDatagramsPass(
      InetSocketAddress service, TestArray array) throws Exception {
    String large = "0123456789".repeat(6_000);
    String scheduler = array.scheduler();
    String address = DatagramCrowd.address(array, scheduler);
    try (DatagramCrowd crowd = new DatagramCrowd(array, service)) {
      assertThat(crowd.nodes()).hasSizeGreaterThan(1);
      crowd.assertGoOn(crowd.all());
      for (Datagrams client : crowd.all()) {
        assertThat(client.ask(large).text()).endsWith(large);
      }

      array.lab().faults().kill(scheduler);
      crowd.assertGoOn(crowd.notOf(address));
      Download.nextScheduler(array, scheduler);
      crowd.assertGoOn(crowd.notOf(address));
      for (Datagrams client : crowd.of(address)) {
        assertThat(client.ask("moved").node()).isNotEqualTo(address);
      }
    }
  }

  @Test
  void datagramsCarryTheirSessionsLabelToTheNodeWhichAnswersDirectly(TestArray array)
      throws Exception {
    String scheduler = array.scheduler();
    Sessions.awaitPairs(array);
    try (Captured captured = new Captured(array, LABELLED)) {
      assertThat(captured.toNode())
          .isNotEmpty()
          .allMatch(f -> f.label() == captured.label)
          .allMatch(f -> f.sourceMac().equals(Download.mac(array, scheduler)));
      assertThat(captured.answers())
          .hasSizeGreaterThanOrEqualTo(ROUNDS)
          .noneMatch(Frame::labelled)
          .allMatch(f -> f.sourceMac().equals(Download.mac(array, captured.node)));
    }
  }

  @Test
  void answersPassTheSchedulerByTheirLabelWhereThatIsAskedFor(TestArray array) throws Exception {
    String scheduler = array.scheduler();
    Sessions.awaitPairs(array);
    try (Captured captured = new Captured(array, SWITCHED)) {
      assertThat(captured.toNode()).isNotEmpty().allMatch(f -> f.label() == captured.label);
      assertThat(captured.sentByNode())
          .hasSizeGreaterThanOrEqualTo(ROUNDS)
          .allMatch(f -> f.label() == captured.label + 1)
          .allMatch(f -> f.destinationMac().equals(Download.mac(array, scheduler)));
    }
  }

  @Test
  void withoutASchedulerTheMemberOfTheFormulaRelaysAndNothingIsRemembered(TestArray array)
      throws Exception {
    try (DatagramCrowd crowd = new DatagramCrowd(array, EVERY)) {
      crowd.assertGoOn(crowd.all());
      for (Datagrams client : crowd.all()) {
        assertThat(crowd.last(client).node())
            .isEqualTo(DatagramCrowd.address(array, owner(array, client.port())));
      }
      for (String member : array.members()) {
        JsonNode sessions =
            array.lab().admin(member).get("/v1/sessions?filter=service=echoed-every");
        assertThat(sessions.path("sessions")).as("sessions of %s", member).isEmpty();
      }
    }
  }

  /** Claim H17, by hand: (SRC_IP + SRC_PORT + DEST_IP + DEST_PORT + PROTOCOL) % N. */
  private static String owner(TestArray array, int port) {
    long sum = 0x0a4d_0002L + port + 0x0a4d_006eL + LabTopology.ECHO_PORT + UDP;
    return array.members().get((int) (sum % array.members().size()));
  }

  /** Some rounds of a client whose session a member has that is not scheduler, at that member. */
  private static final class Captured implements AutoCloseable {
    private final TestArray array;
    private final InetSocketAddress service;
    private final Datagrams client;
    private final List<Frame> frames;
    private final String node;

    /** From client to server. */
    private final int label;

    Captured(TestArray array, InetSocketAddress service) throws Exception {
      this.array = array;
      this.service = service;
      this.client = served(array, service);
      JsonNode session = Sessions.of(array, array.scheduler(), client.port());
      node = session.path("target").asText();
      assertThat(session.path("c2s").isInt()).as("it has a label: %s", session).isTrue();
      label = session.path("c2s").asInt();
      String filter = "udp port %d or mpls".formatted(service.getPort());
      try (Capture capture = array.lab().capture(node, filter, MAX_FRAMES)) {
        for (int i = 0; i < ROUNDS; i++) {
          client.ask("round " + i);
        }
        frames = capture.stop();
      }
    }

    private static Datagrams served(TestArray array, InetSocketAddress service) throws Exception {
      String scheduler = DatagramCrowd.address(array, array.scheduler());
      for (int i = 0; i < 20; i++) {
        Datagrams client = Datagrams.open(array, service);
        if (!client.ask("first").node().equals(scheduler)) {
          return client;
        }
        client.close();
      }
      throw new AssertionError("the scheduler serves all itself");
    }

    List<Frame> toNode() throws Exception {
      int port = client.port();
      return frames.stream()
          .filter(f -> f.to(VIP, service.getPort()) && f.sourcePort() == port)
          .toList();
    }

    List<Frame> answers() throws Exception {
      int port = client.port();
      return frames.stream()
          .filter(f -> f.from(VIP, service.getPort()) && f.destinationPort() == port)
          .toList();
    }

    List<Frame> sentByNode() throws Exception {
      String mac = Download.mac(array, node);
      return answers().stream().filter(f -> f.sourceMac().equals(mac)).toList();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}
