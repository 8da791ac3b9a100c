package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** Connections whose SYN no target ever saw, between real TCP stacks. */
final class CookieLiveTest {

  private static final int BYTES = 200_000;
  private static final int CONNECTIONS = 20;
  private static final String A_MINUTE = "lease 60000";

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member a;
  private Member b;

  @BeforeEach
  void startMembers() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tc", "ss")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    a = network.start("a");
    b = network.start("b");
    assertThat(List.of(a.tell("obstacle"), b.tell("obstacle"))).containsOnly("none");
    a.tell(A_MINUTE);
    everywhere("cookies ALWAYS");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  private void everywhere(String command) {
    a.tell(command);
    b.tell(command);
  }

  @Test
  void connectionsBeginByCookieAtTheSchedulersNodeAndAtOthers() {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      answers.add(network.request(BYTES));
    }

    assertThat(answers).containsExactly("a " + BYTES, "b " + BYTES);
    assertThat(a.outcome("syn_cookie")).isEqualTo(CONNECTIONS);
    assertThat(a.outcome("local_cookie")).isEqualTo(a.outcome("cookie_connected"));
    assertThat(a.outcome("forward_cookie")).isEqualTo(b.outcome("cookie_connected"));
    assertThat(a.outcome("local_cookie") + a.outcome("forward_cookie")).isEqualTo(CONNECTIONS);
    assertThat(a.outcome("local_new") + a.outcome("forward_new")).isZero();
    assertThat(a.outcome("cookie_invalid") + a.outcome("cookie_refused")).isZero();
  }

  @Test
  void ipv6ConnectionsBeginByCookie() {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      answers.add(network.request(World.VIP6, BYTES));
    }

    assertThat(answers).containsExactly("a " + BYTES, "b " + BYTES);
    assertThat(a.outcome("syn_cookie")).isEqualTo(CONNECTIONS);
    assertThat(a.outcome("cookie_connected") + b.outcome("cookie_connected"))
        .isEqualTo(CONNECTIONS);
  }

  /** What the client offered with timestamps the connection has, by the server's own account. */
  @Test
  void optionsAreKeptThroughTheTimestamp() throws IOException {
    everywhere("only b");
    Process client = hold();
    try {
      await().until(() -> !connections().isEmpty());

      assertThat(connections())
          .contains(" ts ")
          .contains(" sack ")
          .containsPattern("wscale:\\d+,7");
      assertThat(connections()).containsPattern("advmss:14(48|44|36)");
    } finally {
      client.destroy();
    }
  }

  @Test
  void aClientWithoutTimestampsIsServedWithoutTheOtherOptions() throws IOException {
    everywhere("only b");
    network.in(LiveNetwork.CLIENT, "sysctl", "-qw", "net.ipv4.tcp_timestamps=0");
    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);
    Process client = hold();
    try {
      await().until(() -> !connections().isEmpty());

      assertThat(connections()).doesNotContain(" ts ", " sack ", "wscale");
    } finally {
      client.destroy();
    }
  }

  /** An open connection that asks for nothing. */
  private Process hold() throws IOException {
    List<String> command = new java.util.ArrayList<>(network.enter(LiveNetwork.CLIENT));
    command.addAll(
        List.of(
            "bash",
            "-c",
            "exec 3<>/dev/tcp/%s/%d && sleep 60".formatted(World.VIP, World.HTTP_PORT)));
    return new ProcessBuilder(command).start();
  }

  private String connections() {
    return network.in("b", "ss", "-tnioH", "state", "established", "sport", "=", ":80");
  }

  @Test
  void cookiesOutliveTheSchedulersProcess() {
    everywhere("only b");
    a.kill();

    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);
    assertThat(b.outcome("cookie_connected")).isEqualTo(1);
  }

  /** A successor checks what its predecessor has sent: they have the same keys. */
  @Test
  void theTargetsProgramStaysWithTheInterfaceUntilItIsRemoved() throws IOException {
    b.kill();
    assertThat(filters()).contains("shunt_cookie");

    b = network.start("b");
    assertThat(filters()).containsOnlyOnce("direct-action");
    everywhere("cookies ALWAYS");
    everywhere("only b");
    assertThat(network.request(10)).isEqualTo("b 10");

    b.tell("uninstall");
    assertThat(filters()).doesNotContain("shunt_cookie");
  }

  private String filters() {
    return network.in("b", "tc", "filter", "show", "dev", "eth0", "ingress");
  }

  /** A stack that would not give what a cookie promises is asked for none. */
  @Test
  void aMemberWhoseSettingsAreAgainstItSaysSo() throws IOException {
    b.kill();
    network.in("b", "sysctl", "-qw", "net.ipv4.tcp_timestamps=0");

    b = network.start("b");

    assertThat(b.tell("obstacle")).contains("net.ipv4.tcp_timestamps is 0");
    assertThat(filters()).doesNotContain("shunt_cookie");
  }
}
