package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.Yaml;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeConfigsTest {

  private static final String SERVICES =
      """
      array:
        name: demo
        secret_env: SECRET
        members:
          - {name: m1, address: 10.77.0.11}
          - {name: m2, address: 10.77.0.12}
      services:
        - {name: web6, vip: "fd00::100", port: 80, servers: [127.0.0.1:1]}
        - {name: web, vip: 10.77.0.100, port: 80, servers: [127.0.0.1:1]}
      """;

  /** Ethernet's 1500 bytes, less the label's 4, less the headers of IP and TCP. */
  @Test
  void vipsOfBothVersionsShareAPortAndEachOffersSegmentsThatFitWithTheLabel() throws Exception {
    ArrayConfig array = Yaml.read(SERVICES).array();

    List<HttpService> services =
        NodeConfigs.of(
                array,
                member("m2"),
                Path.of("/etc/shunt"),
                1500,
                () -> new byte[0],
                () -> new byte[0])
            .services();

    assertThat(services.get(0).listeners())
        .containsExactly(Listener.onVip(at("fd00::100"), 1436), Listener.on(at("10.77.0.12")));
    assertThat(services.get(1).listeners())
        .containsExactly(Listener.onVip(at("10.77.0.100"), 1456));
  }

  /** Room for outer IP and UDP headers and both labels: 36 bytes, or 56 over IPv6. */
  @Test
  void whereLabelsGoInUdpSegmentsAreSmallerYet() throws Exception {
    String udp = SERVICES.replace("  name: demo", "  name: demo\n  encap: udp");
    String udp6 =
        udp.replace("0.11}", "0.11, data_address: 'fd00::11'}")
            .replace("0.12}", "0.12, data_address: 'fd00::12'}");

    assertThat(segments(udp)).containsExactly(1404, 1424);
    assertThat(segments(udp6)).containsExactly(1384, 1404);
  }

  @Test
  void whatIsSaidOfRelayingReachesTheNode() throws Exception {
    String yaml =
        Yaml.service(
            "mode: tcp\nproxy_protocol: v1\nsni: [{names: [a.example], servers: [\"127.0.0.1:9001\"]}]");
    ArrayConfig array = Yaml.read(yaml).array();
    HttpService service =
        NodeConfigs.of(
                array, member("m1"), Path.of("."), 1500, () -> new byte[0], () -> new byte[0])
            .services()
            .getFirst();
    assertThat(service.tcp()).isEqualTo(array.services().getFirst().tcp()).isPresent();
    assertThat(service.proxy().toServers()).isPresent();
    assertThat(service.http2().enabled()).isFalse();
  }

  private static List<Integer> segments(String yaml) throws Exception {
    return NodeConfigs.of(
            Yaml.read(yaml).array(),
            member("m2"),
            Path.of("."),
            1500,
            () -> new byte[0],
            () -> new byte[0])
        .services()
        .stream()
        .map(service -> service.listeners().getFirst().maxSegment())
        .toList();
  }

  private static InetSocketAddress at(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 80);
  }

  private static LocalConfig member(String name) {
    return new LocalConfig(
        new MemberId(name),
        Optional.of("eth0"),
        Optional.empty(),
        Path.of("state"),
        Path.of("socket"),
        Optional.empty(),
        List.of());
  }
}
