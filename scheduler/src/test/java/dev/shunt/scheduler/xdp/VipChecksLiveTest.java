package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half-open checks of a real server, on (virtual) wires, by a member with the same VIP. */
final class VipChecksLiveTest {

  private static final String SERVER = "a";
  private static final String SERVER_ADDRESS = "198.51.100.11";
  private static final String CHECKER = "b";
  private static final String CHECKER_ADDRESS = "198.51.100.12";
  private static final int LABEL = Target.labelOf(2);

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member checker;

  @BeforeEach
  void start() throws IOException {
    Kernel.requireNetwork();
    for (String command : new String[] {"ethtool", "sysctl", "ping", "ss"}) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    assertThat(network.start(SERVER, EdgeServer.class).greeting()).isEqualTo("ready");
    for (String host : new String[] {SERVER, CHECKER}) {
      // A host whose link-local address is still being checked asks for no neighbour.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> network.in(host, "ip", "-6", "address", "show", "tentative").isEmpty());
    }
    checker = network.start(CHECKER, VipCheckProcess.class, CHECKER_ADDRESS);
    assertThat(checker.greeting()).isEqualTo("ready");
    assertThat(check(World.VIP, World.HTTP_PORT, 0)).isEqualTo("UNKNOWN_NEIGHBOUR");
    network.in(CHECKER, "ping", "-c", "1", SERVER_ADDRESS);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !check(World.VIP, World.HTTP_PORT, 0).equals("UNKNOWN_NEIGHBOUR"));
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  private String check(String vip, int port, int label) {
    return checker.tell("%s %s %d %d".formatted(SERVER_ADDRESS, vip, port, label));
  }

  @Test
  void anOpenPortIsFoundByBothFamiliesAndNothingStaysHalfOpen() {
    assertThat(check(World.VIP, World.HTTP_PORT, 0)).isEqualTo("OPEN");
    assertThat(check(World.VIP6, World.HTTP_PORT, 0)).isEqualTo("OPEN");
    assertThat(network.in(SERVER, "ss", "-Htan", "state", "syn-recv")).isEmpty();
    assertThat(network.in(SERVER, "ss", "-Htan", "state", "established")).isEmpty();
  }

  @Test
  void aClosedPortRefusesInBothFamilies() {
    assertThat(check(World.VIP, World.HTTP_PORT + 1, 0)).isEqualTo("REFUSED");
    assertThat(check(World.VIP6, World.HTTP_PORT + 1, 0)).isEqualTo("REFUSED");
  }

  @Test
  void aServerWithoutTheVipIsSilentThoughItsOwnAddressAnswers() {
    network.ip(SERVER, "address", "del", World.VIP + "/32", "dev", "lo");
    assertThat(check(World.VIP, World.HTTP_PORT, 0)).isEqualTo("SILENT");
    network.in(
        CHECKER, "bash", "-c", "exec 3<>/dev/tcp/%s/%d".formatted(SERVER_ADDRESS, World.HTTP_PORT));
    network.ip(SERVER, "address", "add", World.VIP + "/32", "dev", "lo");
    assertThat(check(World.VIP, World.HTTP_PORT, 0)).isEqualTo("OPEN");
  }

  @Test
  void aLabelFindsOutWhetherTheServerHasAnEdge() throws IOException {
    assertThat(check(World.VIP, World.HTTP_PORT, LABEL)).isEqualTo("SILENT");
    Member edge =
        network.start(SERVER, EdgeProcess.class, "SERVER", network.pins(SERVER).toString());
    assertThat(edge.greeting()).isEqualTo("ready adopted=false");
    assertThat(check(World.VIP, World.HTTP_PORT, LABEL)).isEqualTo("OPEN");
    assertThat(check(World.VIP, World.HTTP_PORT + 1, LABEL)).isEqualTo("REFUSED");
  }

  /** Claim: the answer is the server's own, not that of one it sends the check on to. */
  @Test
  void aServerThatOnlyForwardsToOneWithTheVipIsNotTakenForIt() throws IOException {
    String other = LiveNetwork.CLIENT;
    network.ip(other, "route", "del", World.VIP + "/32", "dev", "eth0");
    network.ip(other, "address", "add", World.VIP + "/32", "dev", "lo");
    // Or it would ask for the checker's Ethernet address in the VIP's name.
    network.in(other, "sysctl", "-qw", "net.ipv4.conf.all.arp_announce=2");
    assertThat(network.start(other, EdgeServer.class).greeting()).isEqualTo("ready");
    network.ip(SERVER, "address", "del", World.VIP + "/32", "dev", "lo");
    network.in(SERVER, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    network.ip(SERVER, "route", "add", World.VIP + "/32", "via", LiveNetwork.CLIENT_ADDRESS);
    assertThat(check(World.VIP, World.HTTP_PORT, 0)).isEqualTo("ELSEWHERE");
  }

  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    try (VipChecks checks =
        new VipChecks(
            "nowhere0",
            InetAddress.ofLiteral(CHECKER_ADDRESS),
            false,
            new Random(1),
            Ticker.system())) {
      assertThatThrownBy(checks::open).hasMessageContaining("network interface nowhere0");
    }
  }
}
