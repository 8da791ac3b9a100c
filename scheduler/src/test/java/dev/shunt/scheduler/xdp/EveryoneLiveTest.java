package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims H34 and H44 on real (virtual) wires: real TCP to a VIP that both members have. */
final class EveryoneLiveTest {

  private static final int BYTES = 200_000;
  private static final int FIRST_PORT = 41_000;
  private static final String A_MINUTE = "share 60000";
  private static final String GROUP = "03:53:cb:00:71:0a";
  private static final String GROUP6 = "03:53:02:03:00:10";

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member a;
  private Member b;

  @BeforeEach
  void startMembers() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "ping")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    a = network.start("a");
    b = network.start("b");
    assertThat(List.of(a.greeting(), b.greeting())).containsOnly("ready adopted=false");
    for (Member member : List.of(a, b)) {
      member.tell("everyone a b");
      member.tell(A_MINUTE);
    }
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void eachMemberAnswersItsShareAndNothingIsRemembered() {
    assertThat(answerers(World.VIP)).containsExactly("a " + BYTES, "b " + BYTES);
    assertThat(answerers(World.VIP6)).containsExactly("a " + BYTES, "b " + BYTES);

    assertThat(neighbour(World.VIP)).contains(GROUP);
    assertThat(neighbour(World.VIP6)).contains(GROUP6);
    assertThat(a.tell("sessions") + b.tell("sessions")).isEqualTo("00");
    for (Member member : List.of(a, b)) {
      assertThat(member.outcome("local_sum")).isPositive();
      assertThat(member.outcome("drop_others_share")).isPositive();
      assertThat(member.outcome("pass_own_connection")).isZero();
    }
  }

  @Test
  void oneMemberAnswersAnEchoRequest() {
    for (String vip : List.of(World.VIP, World.VIP6)) {
      assertThat(network.in(LiveNetwork.CLIENT, "ping", "-c", "3", "-i", "0.2", vip))
          .contains("3 received")
          .doesNotContain("DUP");
    }
  }

  @Test
  void whoTakesOverAnswersAloneAlthoughTheOtherKernelGoesOn() {
    a.kill();
    b.tell("everyone b");

    assertThat(answerers(World.VIP)).containsExactly("b " + BYTES);
  }

  @Test
  void aMemberWhoseShareHasLapsedLeavesItToTheOther() {
    a.tell("share 0");
    b.tell("everyone b");

    assertThat(answerers(World.VIP)).containsExactly("b " + BYTES);
    assertThat(a.outcome("drop_share_lapsed")).isPositive();
  }

  /** Of one client port after the other: the kernel by itself would take every second one only. */
  private Set<String> answerers(String vip) {
    Set<String> answers = new TreeSet<>();
    for (int port = FIRST_PORT; port < FIRST_PORT + 6; port++) {
      String only = "net.ipv4.ip_local_port_range=%1$d %1$d".formatted(port);
      network.in(LiveNetwork.CLIENT, "sysctl", "-qw", only);
      answers.add(network.request(vip, BYTES));
    }
    return answers;
  }

  private String neighbour(String vip) {
    return network.ip(LiveNetwork.CLIENT, "neighbour", "show", vip);
  }
}
