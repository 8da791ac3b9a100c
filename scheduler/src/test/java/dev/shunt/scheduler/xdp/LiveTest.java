package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real TCP through the program on real (virtual) wires, between processes. */
final class LiveTest {

  private static final int BYTES = 200_000;
  private static final String A_MINUTE = "lease 60000";

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member a;
  private Member b;

  @BeforeEach
  void startMembers() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    a = network.start("a");
    b = network.start("b");
    assertThat(List.of(a.greeting(), b.greeting())).containsOnly("ready adopted=false");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  /**
   * Claims A1, A2, L3 and L12: label to the node, answer past the scheduler, addresses untouched.
   */
  @Test
  void connectionsAreSpreadByLabelAndAnsweredDirectly() throws IOException {
    a.tell(A_MINUTE);
    Process capture = captureLabels();
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      answers.add(network.request(BYTES));
    }

    assertThat(answers).containsExactly("a " + BYTES, "b " + BYTES);
    assertThat(a.outcome("local_new")).isPositive();
    assertThat(a.outcome("forward_new")).isPositive();
    assertThat(a.outcome("local_new") + a.outcome("forward_new")).isEqualTo(20);
    awaitArrived();
    // Whatever came to b came with a label, and nothing that b answered came by a.
    assertThat(b.outcome("forward_new") + b.outcome("local_new")).isZero();
    assertThat(a.outcome("pass_not_vip")).isZero();
    assertThat(firstLine(capture)).contains("MPLS (label " + Target.labelOf(1) + ", tc 0, [S]");
  }

  /** Decoded by a program that knows nothing of ours, on the wire to member b. */
  private Process captureLabels() throws IOException {
    List<String> command = new ArrayList<>(network.enter(LiveNetwork.SWITCH));
    command.addAll(List.of("timeout", "60", "tcpdump", "-n", "-l", "-i", "pb", "-c", "1", "mpls"));
    Process capture = new ProcessBuilder(command).start();
    BufferedReader says =
        new BufferedReader(new InputStreamReader(capture.getErrorStream(), StandardCharsets.UTF_8));
    String line = says.readLine();
    while (line != null && !line.startsWith("listening on")) {
      line = says.readLine();
    }
    return capture;
  }

  private static String firstLine(Process process) throws IOException {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      return String.valueOf(out.readLine());
    } finally {
      process.destroy();
    }
  }

  /** The kernel forwards while no process is there, and the next one finds the sessions. */
  @Test
  void aKilledProcessLeavesTheProgramForwardingAndTheNextAdoptsIt() throws IOException {
    a.tell("only b");
    a.tell(A_MINUTE);
    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);

    a.kill();
    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);
    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);

    a = network.start("a");
    assertThat(a.greeting()).isEqualTo("ready adopted=true");
    assertThat(a.tell("sessions")).isEqualTo("3");
    assertThat(a.outcome("forward_new")).isEqualTo(3);
  }

  /** A takeover as the clients see it: nobody answers, then another does, at once. */
  @Test
  void anAnnouncementMovesTheVipAtOnceAndTheOldHolderIsSilent() {
    a.tell(A_MINUTE);
    assertThat(network.request(10)).endsWith(" 10");
    assertThat(neighbour()).contains(LiveNetwork.mac("a").toString());

    a.tell("lease 0");
    b.tell(A_MINUTE);
    b.tell("announce");

    await().until(() -> neighbour().contains(LiveNetwork.mac("b").toString()));
    await().until(() -> a.outcome("drop_arp_announcement") == 1);
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      answers.add(network.request(10));
    }
    assertThat(answers).containsExactly("a 10", "b 10");
    assertThat(b.outcome("forward_new")).isPositive();
    assertThat(a.outcome("label_pop")).isPositive();
  }

  /** Real neighbour discovery and TCP; the answers go past the scheduler. */
  @Test
  void ipv6ConnectionsAreSpreadByLabelAndAnsweredDirectly() throws IOException {
    a.tell(A_MINUTE);
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      answers.add(network.request(World.VIP6, BYTES));
    }

    assertThat(answers).containsExactly("a " + BYTES, "b " + BYTES);
    assertThat(a.outcome("nd_answer")).isPositive();
    awaitArrived();
    assertThat(a.outcome("pass_not_vip")).isZero();
  }

  @Test
  void anIpv6VipMovesByAnAdvertisementAlone() {
    a.tell(A_MINUTE);
    network.request(World.VIP6, 10);
    assertThat(neighbour6()).contains(LiveNetwork.mac("a").toString());

    a.tell("lease 0");
    b.tell(A_MINUTE);
    b.tell("announce");

    await().until(() -> neighbour6().contains(LiveNetwork.mac("b").toString()));
    await().until(() -> a.outcome("drop_nd_announcement") == 1);
    assertThat(network.request(World.VIP6, 10)).endsWith(" 10");
    assertThat(b.outcome("forward_new") + b.outcome("local_new")).isPositive();
  }

  /** Every packet that a sent on has come to b; the last ones close connections and may be late. */
  private void awaitArrived() {
    List<String> ways = List.of("new", "opening", "established", "session");
    await()
        .until(() ->
            ways.stream().mapToLong(way -> a.outcome("forward_" + way)).sum()
                == b.outcome("label_pop"));
  }

  private String neighbour6() {
    return network.ip(LiveNetwork.CLIENT, "neighbour", "show", World.VIP6);
  }

  /** Whom the client takes for the VIP. */
  private String neighbour() {
    return network.ip(LiveNetwork.CLIENT, "neighbour", "show", World.VIP);
  }
}
