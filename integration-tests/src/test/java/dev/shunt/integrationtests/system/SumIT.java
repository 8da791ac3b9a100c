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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Claims H1 to H5, H7, H14 to H17 and H27: distribution by calculation, through a scheduler. The
 * formulas are calculated here by hand, and who answered is read off the wire.
 */
@ExtendWith(ArrayExtension.class)
class SumIT {

  private static final String VIP = LabTopology.VIP;
  private static final long VIP_NUMBER = 0x0a4d_0064L;
  private static final long NETWORK = 0x0a4d_0000L;
  private static final int CLIENT = 2;
  private static final int TCP = 6;
  private static final int MAX_FRAMES = 200_000;
  private static final int FIRST_TARGET_LABEL = 1024;

  @Test
  void knownPacketsLandWhereTheSumOfThreeSays(TestArray array) {
    for (int last = 3; last < 9; last++) {
      String address = "10.77.0." + last;
      array.lab().exec("client", "ip", "address", "replace", address + "/24", "dev", "eth0");
      long sum = NETWORK + last + VIP_NUMBER + LabTopology.SUM3_PORT;
      String owner = array.members().get((int) (sum % array.members().size()));
      for (int again = 0; again < 3; again++) {
        assertThat(answers(array, address, Download.freshPort(), LabTopology.SUM3_PORT))
            .as("who answers %s", address)
            .containsExactly(owner);
      }
      array.lab().exec("client", "ip", "address", "del", address + "/24", "dev", "eth0");
    }
    assertNothingRemembered(array, "sum3");
  }

  @Test
  void knownPacketsLandWhereTheSumOfFiveSays(TestArray array) {
    for (int i = 0; i < 12; i++) {
      int port = Download.freshPort();
      assertThat(answers(array, "10.77.0." + CLIENT, port, LabTopology.SUM5_PORT))
          .as("who answers port %d", port)
          .containsExactly(owner(array, port));
    }
    assertNothingRemembered(array, "sum5");
  }

  /** Claims H15, H16: nothing of the flow was told to the second scheduler. */
  @Test
  void theSecondSchedulerSendsTheFlowsOfTheKilledOneToTheSameMembers(TestArray array) {
    String first = array.scheduler();
    String node = array.nodes().getFirst();
    String second = array.nodes().getLast();
    // A drained member keeps its connections and leaves the scheduler's role to the other.
    int port = portOf(array, node);
    Download download = Download.start(array, port, TestArray.url(LabTopology.SUM5_PORT, ""));
    List<Frame> frames;
    try (Capture capture = array.lab().capture(node, "host " + VIP + " or mpls", MAX_FRAMES)) {
      awaitFrom(array, capture, download, first);
      array.lab().faults().drain(node, true);
      array.lab().faults().kill(first);
      awaitFrom(array, capture, download, second);
      assertNothingRemembered(array, "sum5");
      assertThat(download).matches(Download::isWhole);
      frames = download.requests(capture.stop(), VIP, LabTopology.SUM5_PORT);
    }

    assertThat(frames).extracting(Frame::destinationMac).containsOnly(Download.mac(array, node));
    assertThat(frames)
        .extracting(Frame::label)
        .containsOnly(FIRST_TARGET_LABEL + 2 * array.members().indexOf(node));
    assertThat(Download.senders(array, frames)).containsExactly(first, second);
    assertNothingRemembered(array, "sum5");
  }

  private static void awaitFrom(
      TestArray array, Capture capture, Download download, String scheduler) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(() ->
            download.requests(capture.frames(), VIP, LabTopology.SUM5_PORT).stream()
                    .filter(f -> f.sourceMac().equals(Download.mac(array, scheduler)))
                    .count()
                > 10);
  }

  /** The members that answer a request. */
  private static List<String> answers(TestArray array, String address, int port, int service) {
    try (Capture capture = array.lab().capture("client", "host " + VIP, MAX_FRAMES)) {
      assertThat(
              array.curl(
                  "--interface",
                  address,
                  "--local-port",
                  Integer.toString(port),
                  "-o",
                  "/dev/null",
                  "-w",
                  "%{http_code} %{size_download}\n",
                  TestArray.url(service, "/bytes/1000")))
          .containsExactly("200 1000");
      return Download.senders(
          array,
          capture.stop().stream()
              .filter(f -> f.from(VIP, service) && f.destinationPort() == port)
              .toList());
    }
  }

  private static int portOf(TestArray array, String member) {
    int port = Download.freshPort();
    while (!owner(array, port).equals(member)) {
      port = Download.freshPort();
    }
    return port;
  }

  private static String owner(TestArray array, int port) {
    long sum = NETWORK + CLIENT + port + VIP_NUMBER + LabTopology.SUM5_PORT + TCP;
    return array.members().get((int) (sum % array.members().size()));
  }

  /** Claim H5. */
  private static void assertNothingRemembered(TestArray array, String service) {
    for (String member : array.members()) {
      if (array.lab().admin(member).tryStatus().isPresent()) {
        JsonNode sessions = array.lab().admin(member).get("/v1/sessions?filter=service=" + service);
        assertThat(sessions.path("sessions")).as("sessions of %s", member).isEmpty();
      }
    }
  }
}
