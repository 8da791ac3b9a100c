package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.Limits;
import dev.shunt.node.RequestIds;
import dev.shunt.node.Timeouts;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.DirectServer;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Vip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  @TempDir Path folder = Path.of("/nowhere");

  @Test
  void theSmallestConfigurationIsALoadBalancerThatStandsAlone() throws Exception {
    ArrayConfig array = Yaml.read(Yaml.SMALLEST).array();
    assertThat(array.isStandalone()).isTrue();
    assertThat(array.hasVips()).isFalse();
    ServiceConfig web = array.services().getFirst();
    assertThat(web.frontend()).isEqualTo(new Frontend.Listen(endpoint("127.0.0.1", 8080)));
    assertThat(web.servers())
        .containsExactly(
            new ServerConfig("127.0.0.1:9001", endpoint("127.0.0.1", 9001), 1),
            new ServerConfig("127.0.0.1:9002", endpoint("127.0.0.1", 9002), 1));
    assertThat(web.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(web.timeouts()).isEqualTo(Timeouts.DEFAULT);
    assertThat(web.health()).isEqualTo(HealthCheck.tcp());
  }

  @Test
  void everyKeyOfTheArrayIsRead() throws Exception {
    ConfigFile file = Yaml.read(Yaml.FULL);
    ArrayConfig array = file.array();
    assertThat(array.name()).isEqualTo("demo");
    assertThat(array.members())
        .containsExactly(
            member("m1", "10.77.0.11"), member("m2", "10.77.0.12"), member("m3", "10.77.0.13"));
    assertThat(array.weights()).isEqualTo(Map.of(new MemberId("m2"), 3));
    assertThat(array.membershipPort()).isEqualTo(7801);
    assertThat(array.replicationPort()).isEqualTo(5702);
    assertThat(array.timings())
        .isEqualTo(new ClusterTimings(ms(30), ms(120), ms(40), ms(200), ms(20)));
    assertThat(array.maxSessions()).isEqualTo(65_536);
    assertThat(array.sessionTimeouts())
        .isEqualTo(new SessionTimeouts(ms(30_000), Duration.ofHours(2), ms(60_000), ms(10_000)));
    assertThat(array.rowSize()).isEqualTo(65_537);
    assertThat(array.goneAfter()).isEqualTo(ms(5000));
    assertThat(array.node())
        .isEqualTo(new NodeSettings(2, TransportType.IO_URING, ms(5000), 64 << 20));
    assertThat(file.local().networkInterface()).contains("eth0");
    assertThat(file.local().secret()).contains(new SecretSource.InFile(Path.of("secret")));
    assertThat(file.local().adminSocket()).contains("/run/shunt/{member}.sock");
    assertThat(file.local().adminListen()).contains(endpoint("127.0.0.1", 7980));
    assertThat(file.warnings()).isEmpty();
  }

  @Test
  void everyKeyOfAServiceIsRead() throws Exception {
    List<ServiceConfig> services = Yaml.read(Yaml.FULL).array().services();
    ServiceConfig web = services.getFirst();
    assertThat(web.frontend())
        .isEqualTo(new Frontend.Virtual(new Vip(InetAddress.ofLiteral("10.77.0.100")), 80));
    assertThat(web.serverAlgorithm()).isEqualTo(ServerAlgorithm.LEAST_CONNECTIONS);
    assertThat(web.servers())
        .containsExactly(
            new ServerConfig("s1", endpoint("10.77.0.21", 8080), 2),
            new ServerConfig("s2", endpoint("fd00::22", 8080), 1),
            new ServerConfig("10.77.0.23:8080", endpoint("10.77.0.23", 8080), 1));
    assertThat(web.health())
        .isEqualTo(
            new HealthCheck(
                HealthCheck.Kind.HTTP,
                HealthCheck.Via.SERVER,
                0,
                Optional.empty(),
                "/health",
                "web.example",
                200,
                299,
                ms(3000),
                ms(2000),
                4,
                5));
    assertThat(web.limits())
        .isEqualTo(
            new Limits(4096, 16_384, 50, 10_485_760, 1000, 50, 120, 100, 64, 8, 1000, 65_536, 2));
    assertThat(web.timeouts())
        .isEqualTo(
            new Timeouts(
                ms(5000),
                ms(75_000),
                ms(20_000),
                ms(1000),
                ms(30_000),
                ms(31_000),
                ms(15_000),
                ms(32_000),
                Duration.ofHours(2),
                ms(1000)));
    assertThat(web.forwarding())
        .isEqualTo(
            new ForwardingConfig(
                List.of("10.0.0.0/8", "fd00::/8", "192.0.2.1"), true, RequestIds.BOTH));
    assertThat(web.stages())
        .containsExactly(new StageSettings("cookie", Map.of("name", "SHUNT", "secure", "false")));
    assertThat(services.get(1).frontend()).isEqualTo(new Frontend.Listen(endpoint("::1", 8081)));
  }

  @Test
  void aDirectServiceHasServersByAddressAndAPortForChecks() throws Exception {
    ConfigFile file =
        Yaml.read(
            Yaml.array("")
                + """
                  - name: dns
                    vip: 10.77.0.100
                    port: 53
                    protocol: udp
                    mode: direct
                    labels: on
                    algorithm: sum5
                    servers: [10.77.0.21, {name: b, address: 10.77.0.22}]
                    health: {type: tcp, port: 8053}
                """);
    ServiceConfig dns = file.array().services().get(1);
    assertThat(dns.isDirect()).isTrue();
    assertThat(dns.protocol()).isEqualTo(Protocol.UDP);
    assertThat(dns.labels()).isTrue();
    assertThat(dns.algorithm()).isEqualTo(Algorithm.SUM5);
    assertThat(dns.health()).isEqualTo(HealthCheck.tcp());
    assertThat(dns.servers())
        .containsExactly(
            new ServerConfig("10.77.0.21", endpoint("10.77.0.21", 8053), 1),
            new ServerConfig("b", endpoint("10.77.0.22", 8053), 1));
  }

  @Test
  void labelsMayGoInUdpToDataAddressesOfTheMembersOwn() throws Exception {
    ArrayConfig array =
        Yaml.read(
                Yaml.array("interface: eth0\nencap: udp")
                    .replace("10.77.0.12}", "10.77.0.12, data_address: 10.9.0.2}"))
            .array();
    SchedulerConfig config = ModuleConfigs.scheduler(array, local("m1"));

    assertThat(array.encap()).isEqualTo(Encap.UDP);
    assertThat(config.tunnelEnd()).contains(InetAddress.ofLiteral("10.77.0.11"));
    assertThat(config.tunnels())
        .containsExactlyInAnyOrder(
            InetAddress.ofLiteral("10.9.0.2"), InetAddress.ofLiteral("10.77.0.13"));
    assertThat(Yaml.read(Yaml.array("")).array().encap()).isEqualTo(Encap.ETHERNET);
  }

  @Test
  void labelsMayGoInUdpToDirectServersToo() throws Exception {
    String direct =
        "  - {name: d, vip: 10.0.0.1, port: 80, mode: direct, labels: on, servers:"
            + " [{address: 10.1.0.5, data_address: 'fd00::5'}, {address: 10.1.0.6, data_address:"
            + " 'fd00::6'}]}\n";
    ArrayConfig array =
        Yaml.read(
                (Yaml.array("interface: eth0\nencap: udp") + direct)
                    .replaceAll("address: 10.77.0.1([123])", "$0, data_address: 'fd00::$1'"))
            .array();
    SchedulerConfig config = ModuleConfigs.scheduler(array, local("m1"));

    DirectServer server = config.services().getLast().balance().servers().getFirst();
    assertThat(server.check()).isEqualTo(endpoint("10.1.0.5", 80));
    assertThat(server.dataAddress()).isEqualTo(InetAddress.ofLiteral("fd00::5"));
    assertThat(config.tunnels())
        .containsExactlyInAnyOrder(
            InetAddress.ofLiteral("fd00::2"),
            InetAddress.ofLiteral("fd00::3"),
            InetAddress.ofLiteral("fd00::5"),
            InetAddress.ofLiteral("fd00::6"));
  }

  @Test
  void aDirectServiceMayBeCheckedThroughTheVip() throws Exception {
    String direct =
        "  - {name: %s, vip: 10.0.0.1, port: %d, mode: direct, servers: [10.0.0.5], health: {%s}}\n";
    List<ServiceConfig> services =
        Yaml.read(
                Yaml.array("")
                    + direct.formatted("a", 80, "via: vip")
                    + direct.formatted("b", 81, "type: http, via: server"))
            .array()
            .services();
    assertThat(services.get(1).health()).isEqualTo(HealthCheck.tcp().via(HealthCheck.Via.VIP));
    assertThat(services.get(2).health()).isEqualTo(HealthCheck.http("/"));
  }

  @Test
  void aServiceWithAVirtualIpMayWantLabelsForItsSessions() throws Exception {
    String labelled =
        "  - {name: a, vip: 10.0.0.1, port: 81, labels: on, servers: ['10.0.0.5:80']}\n";
    ArrayConfig array = Yaml.read(Yaml.array("interface: eth0") + labelled).array();

    assertThat(array.services()).extracting(ServiceConfig::labels).containsExactly(false, true);
    assertThat(ModuleConfigs.scheduler(array, local("m1")).services())
        .extracting(Service::labels)
        .containsExactly(true);
  }

  private static LocalConfig local(String member) {
    return new LocalConfig(
        new MemberId(member),
        Optional.of("eth0"),
        Optional.empty(),
        Path.of("state"),
        Path.of("socket"),
        Optional.empty(),
        List.of());
  }

  @Test
  void aServiceMayLimitItsNewSessions() throws Exception {
    ArrayConfig array = Yaml.read(Yaml.FULL).array();

    assertThat(array.services().getFirst().admission())
        .isEqualTo(new Admission(1_000, 200, 50, 10, Duration.ofMillis(250), true));
    assertThat(array.services().get(1).admission()).isEqualTo(Admission.NONE);
  }

  @Test
  void aRateAllowsASecondsWorthAtOnceAndWhatIsRefusedIsReset() throws Exception {
    String limited =
        "  - {name: a, vip: 10.0.0.1, port: 81, admission: {new_sessions_per_second: 40}, servers:"
            + " ['10.0.0.5:80']}\n";
    ArrayConfig array = Yaml.read(Yaml.array("interface: eth0") + limited).array();

    assertThat(array.services().get(1).admission())
        .isEqualTo(new Admission(0, 0, 40, 40, Duration.ZERO, false));
  }

  @Test
  void aServiceOfMembersAnswersFloodsByCookiesUnlessItSaysOtherwise() throws Exception {
    String servers = "servers: ['10.0.0.5:80']}\n";
    ArrayConfig array =
        Yaml.read(
                Yaml.array("")
                    + "  - {name: a, vip: 10.0.0.1, port: 81, "
                    + servers
                    + "  - {name: b, vip: 10.0.0.1, port: 82, syn_cookies: off, "
                    + servers
                    + "  - {name: c, vip: 10.0.0.1, port: 83, syn_cookies: always,"
                    + " syn_flood_from: 500, "
                    + servers
                    + "  - {name: d, vip: 10.0.0.1, port: 84, mode: direct, servers: [10.0.0.5]}\n")
            .array();

    assertThat(array.services())
        .extracting(ServiceConfig::cookies)
        .containsExactly(
            SynCookies.OFF,
            new SynCookies(SynCookies.Use.AUTO, 10_000),
            SynCookies.OFF,
            new SynCookies(SynCookies.Use.ALWAYS, 500),
            SynCookies.OFF);
  }

  @Test
  void whetherADatagramServiceWorksIsNotCheckedUnlessItIsSaidHow() throws Exception {
    ConfigFile file =
        Yaml.read(
            Yaml.array("")
                + "  - {name: dns, vip: 10.0.0.1, port: 53, protocol: udp, mode: direct, servers:"
                + " [10.0.0.5]}\n");
    ServiceConfig dns = file.array().services().get(1);
    assertThat(dns.health().kind()).isEqualTo(HealthCheck.Kind.NONE);
    assertThat(dns.labels()).isFalse();
  }

  @Test
  void aStageMayStandThereByItsNameAlone() throws Exception {
    assertThat(Yaml.read(Yaml.service("stages: [cookie]")).array().services().getFirst().stages())
        .containsExactly(new StageSettings("cookie", Map.of()));
  }

  @Test
  void anArrayWithoutSecretIsAllowedWithAWarning() throws Exception {
    String yaml = Yaml.array("").replace("  secret_env: SECRET\n", "");
    assertThat(Yaml.read(yaml).warnings())
        .singleElement()
        .hasToString(
            "shunt.yaml:2:3: array: no secret_file or secret_env: anybody on the members' network can"
                + " join the array");
  }

  @Test
  void twoMembersAreAllowedWithAWarning() throws Exception {
    String yaml = Yaml.array("").replace("    - {name: m3, address: 10.77.0.13}\n", "");
    assertThat(Yaml.read(yaml).warnings())
        .singleElement()
        .asString()
        .contains("array.members: with two members neither has a majority alone");
  }

  @Test
  void aRowThatIsTooNarrowIsAllowedWithAWarning() throws Exception {
    assertThat(Yaml.read(Yaml.array("row_size: 101")).warnings())
        .singleElement()
        .hasToString(
            "shunt.yaml:8:13: array.row_size: 101 buckets for 3 members: shares are uneven by more"
                + " than 1 %");
  }

  @Test
  void anchorsAndAliasesAreUnderstood() throws Exception {
    String yaml =
        Yaml.SMALLEST.replace("servers: [", "servers: &all [")
            + "  - {name: api, listen: 127.0.0.1:81, servers: *all}\n";
    List<ServiceConfig> services = Yaml.read(yaml).array().services();
    assertThat(services.get(1).servers()).isEqualTo(services.get(0).servers());
  }

  @Test
  void filesThatCannotBeReadAreOneClearSentence() throws Exception {
    Path missing = folder.resolve("missing.yaml");
    assertRefused(missing, missing + ": there is no such file");
    assertRefused(folder, folder + ": is a directory, not a file");
    Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, 0, 1});
    assertRefused(binary, binary + ": is not UTF-8 text");
    Path large = Files.writeString(folder.resolve("large.yaml"), "# ".repeat(600_000));
    assertRefused(large, large + ": is larger than 1 MiB, the most a configuration may have");
    Path good =
        Files.writeString(folder.resolve("good.yaml"), Yaml.SMALLEST, StandardCharsets.UTF_8);
    assertThat(ConfigFile.read(good, StageSettings.Check.ANY).array().services()).hasSize(1);
  }

  @Test
  void theFingerprintDependsOnWhatIsSharedAndNotOnHowItIsWritten() throws Exception {
    ArrayConfig one = Yaml.read(Yaml.FULL).array();
    String other =
        "# comment\n"
            + Yaml.FULL
                .replace("gone_after: 5s", "gone_after: 5000ms")
                .replace("interface: eth0", "interface: eth1")
                .replace("7980", "7981");
    assertThat(Fingerprint.of(Yaml.read(other).array())).isEqualTo(Fingerprint.of(one)).hasSize(64);
    assertThat(Fingerprint.differences(one, Yaml.read(other).array())).isEmpty();
  }

  @Test
  void theFingerprintTellsWhichKeysDiffer() throws Exception {
    ArrayConfig one = Yaml.read(Yaml.FULL).array();
    ArrayConfig other =
        Yaml.read(
                Yaml.FULL.replace("weight: 2", "weight: 3").replace("lease: 120ms", "lease: 130ms"))
            .array();
    assertThat(Fingerprint.of(other)).isNotEqualTo(Fingerprint.of(one));
    assertThat(Fingerprint.differences(one, other))
        .containsExactly("services[0].servers[0].weight", "timings.lease");
  }

  private static void assertRefused(Path path, String error) {
    assertThatThrownBy(() -> ConfigFile.read(path, StageSettings.Check.ANY))
        .isInstanceOf(ConfigException.class)
        .hasMessage(error);
  }

  private static MemberAddress member(String name, String address) {
    return new MemberAddress(new MemberId(name), InetAddress.ofLiteral(address));
  }

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
