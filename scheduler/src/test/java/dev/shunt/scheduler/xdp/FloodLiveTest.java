package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An array under a SYN flood, at the full speed of the kernel's own generator. */
final class FloodLiveTest {

  private static final int BYTES = 20_000;
  private static final int LONG_DOWNLOAD = 30_000_000;
  private static final int CLIENTS = 10;

  /**
   * What a quarter of a second lets through before it is a flood, and what CPUs have yet to add.
   */
  private static final long UNNOTICED = 10_000;

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member a;
  private Member b;
  private Member attacker;

  @BeforeEach
  void startMembers() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    a = network.start("a");
    b = network.start("b");
    attacker = network.addAttacker("a");
    assertThat(attacker.greeting()).isEqualTo("ready");
    a.tell("lease 300000");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void aFloodIsAnsweredAtTheSchedulerAndClientsAreServedMeanwhile() {
    a.tell("cookies AUTO");
    b.tell("cookies AUTO");
    CompletableFuture<String> download =
        CompletableFuture.supplyAsync(
            () -> network.request(LiveNetwork.CLIENT, World.VIP, LONG_DOWNLOAD, 0),
            Thread::startVirtualThread);
    await().until(() -> !a.tell("sessions").equals("0"));

    assertThat(attacker.tell("start")).isEqualTo("flooding");
    await().until(() -> a.outcome("syn_cookie") > UNNOTICED);
    for (int i = 0; i < CLIENTS; i++) {
      assertThat(network.request(BYTES)).endsWith(" " + BYTES);
    }
    assertThat(download.join()).endsWith(" " + LONG_DOWNLOAD);
    long sent = Long.parseLong(attacker.tell("stop"));

    // Some are lost on the way, which is what a wire at its limit does.
    assertThat(a.outcome("syn_cookie")).isBetween(sent / 10, sent + 2 * CLIENTS);
    assertThat(a.outcome("local_cookie") + a.outcome("forward_cookie")).isEqualTo(CLIENTS);
    assertThat(a.outcome("local_new") + a.outcome("forward_new")).isLessThan(UNNOTICED);
    assertThat(Long.parseLong(a.tell("sessions"))).isEqualTo(CLIENTS + 1);
    // Packets, not connections: data right behind the ACK may come before the stack has made one.
    assertThat(a.outcome("cookie_connected") + b.outcome("cookie_connected"))
        .isBetween((long) CLIENTS, 2L * CLIENTS);

    // Two seconds later all is as before.
    long before = a.outcome("local_new") + a.outcome("forward_new");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          network.request(BYTES);
          return a.outcome("local_new") + a.outcome("forward_new") > before;
        });
  }

  /** Without cookies a flood gets as far as the targets, but into no session. */
  @Test
  void aFloodWithoutCookiesFillsNoSessionTable() {
    assertThat(attacker.tell("start")).isEqualTo("flooding");
    await().until(() -> a.outcome("local_new") + a.outcome("forward_new") > 2 * UNNOTICED);
    assertThat(Long.parseLong(attacker.tell("stop"))).isGreaterThan(2 * UNNOTICED);

    assertThat(a.tell("sessions")).isEqualTo("0");
    assertThat(network.request(BYTES)).endsWith(" " + BYTES);
    assertThat(a.tell("sessions")).isEqualTo("1");
  }
}
