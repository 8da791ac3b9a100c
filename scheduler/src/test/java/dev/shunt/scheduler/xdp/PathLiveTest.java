package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Paths that take less than the network cards: ICMP errors, answers about what is too big, and
 * fragments, between stacks that know nothing of labels. Member a schedules, b serves.
 */
final class PathLiveTest {

  private static final int BYTES = 200_000;

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
    a.tell("only b");
    a.tell("lease 60000");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  /** The router cannot pass on b's long segments and says so to the VIP; b must hear it. */
  @ParameterizedTest
  @ValueSource(strings = {World.VIP, World.VIP6})
  void aServerLearnsOfANarrowPathToItsClient(String vip) {
    network.addFarClient(1300);

    assertThat(network.request(LiveNetwork.FAR, vip, BYTES, 0)).isEqualTo("b " + BYTES);

    assertThat(a.outcome("forward_error")).isPositive();
    assertThat(a.outcome("pass_vip_icmp")).isZero();
  }

  /** b offers segments that fit the wire but not with a label. */
  @ParameterizedTest
  @ValueSource(strings = {World.VIP, World.VIP6})
  void aClientLearnsWhatFitsWithALabel(String vip) {
    network.ip(LiveNetwork.CLIENT, "link", "set", "eth0", "mtu", "1504");
    network.ip("b", "route", "add", LiveNetwork.CLIENT_ADDRESS, "dev", "eth0", "advmss", "1464");
    network.ip("b", "route", "add", LiveNetwork.CLIENT_ADDRESS6, "dev", "eth0", "advmss", "1444");

    assertThat(network.request(LiveNetwork.CLIENT, vip, 10, BYTES)).isEqualTo("b 10");

    assertThat(a.outcome("too_big_answer")).isPositive();
    assertThat(network.ip(LiveNetwork.CLIENT, "route", "get", vip)).contains("mtu 1500");
  }

  @ParameterizedTest
  @ValueSource(strings = {World.VIP, World.VIP6})
  void aDatagramInFragmentsArrivesWhole(String vip) {
    assertThat(network.datagram(vip, 4000)).isEqualTo("b 4000");

    assertThat(a.outcome("forward_new")).isEqualTo(1);
    assertThat(a.outcome("forward_fragment")).isEqualTo(2);
    assertThat(b.outcome("label_pop")).isEqualTo(3);
  }

  @Test
  void aLongEchoRequestIsAnsweredByWhoHoldsTheVip() {
    for (String vip : List.of(World.VIP, World.VIP6)) {
      network.in(LiveNetwork.CLIENT, "ping", "-c", "1", "-W", "5", "-s", "3000", vip);
    }
    assertThat(a.outcome("pass_vip_icmp")).isEqualTo(6);
  }
}
