package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real TCP by labels of the sessions' own, on real (virtual) wires. */
final class SessionLabelLiveTest {

  private static final String SCHEDULER = "b";
  private static final String TARGET = "a";
  private static final int BYTES = 200_000;
  private static final int FORTH = 8193;
  private static final int BACK = 8194;
  private static final int TARGET_LABEL = Target.labelOf(0);

  @TempDir private Path folder;

  private LiveNetwork network;
  private LabelCapture capture;
  private Member scheduler;

  @BeforeEach
  void startScheduler() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    capture = new LabelCapture(network, folder, SCHEDULER, TARGET);
    scheduler = network.start(SCHEDULER);
    assertThat(scheduler.greeting()).isEqualTo("ready adopted=false");
    scheduler.tell("labels");
    scheduler.tell("only " + TARGET);
    scheduler.tell("lease 60000");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  /** Nothing is replicated here: the label brings the session to its target. */
  @Test
  void theTargetLearnsItsSessionFromTheLabel() throws IOException {
    Member target = network.start(TARGET);
    assertThat(target.greeting()).isEqualTo("ready adopted=false");
    List<String> labels =
        capture.during(() -> assertThat(network.request(BYTES)).isEqualTo("a " + BYTES));

    assertThat(labels)
        .containsSubsequence(
            "balancer " + TARGET_LABEL + " server", "balancer " + FORTH + " server")
        .containsOnly("balancer " + TARGET_LABEL + " server", "balancer " + FORTH + " server");
    assertThat(target.outcome("label_learn")).isEqualTo(1);
    long sent =
        scheduler.outcome("forward_new")
            + scheduler.outcome("forward_established")
            + scheduler.outcome("forward_session");
    assertThat(target.outcome("label_pop")).isEqualTo(sent - 1);
    assertThat(target.tell("sessions")).isEqualTo("1");
    assertThat(scheduler.outcome("pair_taken")).isEqualTo(1);
  }

  /** Claim L8, all eight steps, and claims L11 and L14. */
  @Test
  void bothEndsDeriveTheirLabelsAndTheSchedulerSwitchesByThemAlone() throws IOException {
    startServer();
    Member client = edge(LiveNetwork.CLIENT, "CLIENT");
    assertThat(client.greeting()).isEqualTo("ready adopted=false");
    List<String> labels = capture.during(() -> assertThat(down()).isEqualTo("" + BYTES));

    assertThat(labels)
        .containsSubsequence(
            "client 16 balancer",
            "balancer " + TARGET_LABEL + " server",
            "balancer " + FORTH + " server",
            "server " + BACK + " balancer",
            "balancer " + BACK + " client",
            "client " + FORTH + " balancer",
            "balancer " + FORTH + " server");
    // Of the server's frames several are one packet where they are listened to.
    assertThat(scheduler.outcome("label_switch"))
        .isGreaterThanOrEqualTo(
            count(labels, "client " + FORTH + " balancer")
                + count(labels, "server " + BACK + " balancer"));
    assertThat(scheduler.outcome("label_out")).isZero();
    // Two or three packets were analysed; all others went by the label alone.
    assertThat(scheduler.outcome("forward_established")).isEqualTo(1);
    assertThat(scheduler.outcome("forward_session")).isLessThan(3);
  }

  @Test
  void anOrdinaryClientNeverSeesALabel() throws IOException {
    startServer();
    List<String> labels = capture.during(() -> assertThat(down()).isEqualTo("" + BYTES));

    assertThat(labels)
        .contains("server " + BACK + " balancer")
        .noneMatch(line -> line.contains("client"));
    assertThat(scheduler.outcome("label_out"))
        .isGreaterThanOrEqualTo(count(labels, "server " + BACK + " balancer"));
    assertThat(scheduler.outcome("label_switch")).isZero();
  }

  private void startServer() throws IOException {
    assertThat(edge(TARGET, "SERVER").greeting()).isEqualTo("ready adopted=false");
    assertThat(network.start(TARGET, EdgeServer.class).greeting()).isEqualTo("ready");
  }

  private Member edge(String host, String role) throws IOException {
    return network.start(host, EdgeProcess.class, role, network.pins(host).toString());
  }

  private String down() {
    String script =
        "exec 3<>/dev/tcp/%s/%d && echo down %d >&3 && { head -c %d | wc -c; } <&3"
            .formatted(World.VIP, World.HTTP_PORT, BYTES, BYTES);
    return network.in(LiveNetwork.CLIENT, "timeout", "60", "bash", "-c", script).strip();
  }

  private static long count(List<String> labels, String line) {
    return labels.stream().filter(line::equals).count();
  }
}
