package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of a member's node that go back through the scheduler, on real (virtual) wires. */
final class SwitchedLiveTest {

  private static final int BULK = 20_000_000;
  private static final int SEGMENT = 1500 - 4 - 40 - 12; // less the timestamp option
  private static final String SCHEDULER = "b";
  private static final String NODE = "a";
  private static final String BACK = "8194";

  @TempDir private Path folder;

  private LiveNetwork network;
  private LabelCapture capture;
  private Member scheduler;
  private Member node;

  @BeforeEach
  void startMembers() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    capture = new LabelCapture(network, folder, SCHEDULER, NODE);
    scheduler = network.start(SCHEDULER);
    node = network.start(NODE);
    for (Member member : List.of(scheduler, node)) {
      assertThat(member.greeting()).isEqualTo("ready adopted=false");
      member.tell("switched");
      member.tell("only " + NODE);
    }
    scheduler.tell("lease 60000");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void theNodeDerivesTheLabelAndTheSchedulerTakesItOff() throws IOException {
    List<String> labels =
        capture.during(() -> assertThat(network.request(2000)).isEqualTo("a 2000"));

    assertThat(labels)
        .contains("server " + BACK + " balancer")
        .noneMatch(l -> l.contains("client"));
    assertThat(node.outcome("answer_switched")).isPositive();
    assertThat(scheduler.outcome("label_out")).isPositive();
  }

  /** What TCP hands down is many segments in one packet, which the kernel cuts behind the label. */
  @Test
  void bulkDataIsCutIntoLabelledSegments() {
    assertThat(network.request(BULK)).isEqualTo("a " + BULK);

    assertThat(node.outcome("answer_too_big")).isZero();
    long frames = scheduler.outcome("label_out");
    assertThat(frames).isGreaterThan(BULK / SEGMENT / 10 * 9);
    assertThat(node.outcome("answer_switched")).isLessThan(frames * 3 / 4);
  }

  @Test
  void bulkDataOverIpv6Likewise() {
    assertThat(network.request(World.VIP6, BULK)).isEqualTo("a " + BULK);

    assertThat(scheduler.outcome("label_out")).isGreaterThan(BULK / SEGMENT / 10 * 9);
  }

  @Test
  void theNextSchedulerIsAnsweredOnlyOfWhatItSent() {
    assertThat(network.request(2000)).isEqualTo("a 2000");
    scheduler.tell("lease 0");
    node.tell("lease 60000");
    node.tell("announce");
    long before = scheduler.outcome("label_out");

    await().untilAsserted(() -> assertThat(network.request(2000)).isEqualTo("a 2000"));
    assertThat(scheduler.outcome("label_out")).isEqualTo(before);
  }

  @Test
  void aKilledNodesProgramLeavesWithItsPins() {
    assertThat(egress()).contains("shunt_out");

    node.tell("uninstall");

    assertThat(egress()).isEmpty();
  }

  private String egress() {
    return network.in(NODE, "tc", "filter", "show", "dev", "eth0", "egress").strip();
  }
}
