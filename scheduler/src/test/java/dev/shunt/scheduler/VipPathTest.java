package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VipPathTest {

  private static final String VIP = "10.77.0.100";
  private static final String VIP6 = "fd00:77::100";

  @Test
  void eachServerHasThePathThatItsTargetsLabelGoes() {
    SchedulerConfig config =
        config(
            service("plain", VIP, false, server("10.77.0.21", 80), server("10.77.0.11", 80)),
            new Service("web", new Vip(InetAddress.ofLiteral(VIP)), 81, Protocol.TCP),
            service("labelled", VIP, true, server("10.77.0.21", 8080)),
            service("six", VIP6, true, server("10.77.0.21", 80)));

    assertThat(VipPath.of(config))
        .containsExactly(
            path("10.77.0.21", VIP, 80, 0, false),
            path("10.77.0.11", VIP, 80, 0, true),
            path("10.77.0.21", VIP, 8080, 1032, false),
            path("10.77.0.21", VIP6, 80, 1035, false));
    assertThat(new ServerTargets(config).of(2).getFirst().label()).isEqualTo(1032);
  }

  private static VipPath path(String server, String vip, int port, int label, boolean local) {
    return new VipPath(
        InetAddress.ofLiteral(server), InetAddress.ofLiteral(vip), port, label, local);
  }

  private static Service service(String name, String vip, boolean labels, DirectServer... servers) {
    return new Service(
        name,
        new Vip(InetAddress.ofLiteral(vip)),
        80,
        Protocol.TCP,
        new Balance(Algorithm.MAGLEV, List.of(servers), labels),
        labels);
  }

  private static DirectServer server(String address, int port) {
    return new DirectServer(
        address, new InetSocketAddress(InetAddress.ofLiteral(address), port), 1);
  }

  private static SchedulerConfig config(Service... services) {
    return new SchedulerConfig(
        new MemberId("m1"),
        List.of(
            new MemberAddress(new MemberId("m1"), InetAddress.ofLiteral("10.77.0.11")),
            new MemberAddress(new MemberId("m2"), InetAddress.ofLiteral("10.77.0.12"))),
        Map.of(),
        "eth0",
        List.of(services),
        SchedulerConfig.DEFAULT_ROW_SIZE,
        SchedulerConfig.DEFAULT_MAX_SESSIONS,
        SessionTimeouts.DEFAULT,
        Duration.ofSeconds(3));
  }
}
