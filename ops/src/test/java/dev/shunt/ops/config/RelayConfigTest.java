package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.node.AddressRange;
import dev.shunt.node.Limits;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.SniRoute;
import dev.shunt.node.TcpRelay;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a service's connections are relayed, as its configuration says it. */
class RelayConfigTest {

  private static ServiceConfig service(String more) throws ConfigException {
    return Yaml.read(Yaml.service(more)).array().services().getFirst();
  }

  @Test
  void everythingIsRead() throws ConfigException {
    ServiceConfig service =
        service(
            """
            mode: tcp
            accept_proxy: {from: [10.0.0.0/8, "fd00::/8"], timeout: 2s}
            proxy_protocol: v2
            sni:
              - {names: [a.example, "*.b.example"], servers: ["127.0.0.1:9001"]}
            sni_default: ["127.0.0.1:9002"]
            timeouts: {connect: 1s, hello: 3s, idle: 5m, write_stall: 4s, lifetime: 1d}
            limits: {client_connections: 7, pending_per_server: 8, buffered_bytes: 64KiB, attempts: 2}
            access_log: on
            """);
    assertThat(service.mode()).isEqualTo(ServiceMode.TCP);
    assertThat(service.proxy())
        .isEqualTo(
            ProxyProtocol.NONE
                .from(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("fd00::/8"))
                .within(Duration.ofSeconds(2))
                .toServers(ProxyProtocol.Version.V2));
    assertThat(service.tcp())
        .contains(
            new TcpRelay(
                List.of(
                    new SniRoute(List.of("a.example", "*.b.example"), List.of("127.0.0.1:9001"))),
                List.of("127.0.0.1:9002"),
                Optional.of(Duration.ofDays(1)),
                true));
    assertThat(service.timeouts().connect()).isEqualTo(Duration.ofSeconds(1));
    assertThat(service.timeouts().header()).isEqualTo(Duration.ofSeconds(3));
    assertThat(service.timeouts().tunnel()).isEqualTo(Duration.ofMinutes(5));
    assertThat(service.timeouts().writeStall()).isEqualTo(Duration.ofSeconds(4));
    assertThat(service.limits().clientConnections()).isEqualTo(7);
    assertThat(service.limits().pendingPerServer()).isEqualTo(8);
    assertThat(service.limits().bufferedBytes()).isEqualTo(65_536);
    assertThat(service.limits().attempts()).isEqualTo(2);
    assertThat(service.http2().enabled()).isFalse();
  }

  @Test
  void nothingNeedBeSaid() throws ConfigException {
    ServiceConfig tcp = service("mode: tcp");
    assertThat(tcp.tcp()).contains(TcpRelay.DEFAULT);
    assertThat(tcp.proxy()).isEqualTo(ProxyProtocol.NONE);
    assertThat(tcp.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(service("mode: http").tcp()).isEmpty();
  }

  @Test
  void httpServicesSpeakTheProxyProtocolToo() throws ConfigException {
    ServiceConfig service = service("accept_proxy: {from: [192.0.2.1]}\nproxy_protocol: v1\n");
    assertThat(service.proxy().from()).containsExactly(AddressRange.parse("192.0.2.1"));
    assertThat(service.proxy().timeout()).isEqualTo(ProxyProtocol.DEFAULT_TIMEOUT);
    assertThat(service.proxy().toServers()).contains(ProxyProtocol.Version.V1);
  }

  @Test
  void whatMembersMustHaveInCommonIsInTheFingerprint() throws ConfigException {
    ArrayConfig one = Yaml.read(Yaml.service("mode: tcp")).array();
    ArrayConfig other = Yaml.read(Yaml.service("mode: tcp\nproxy_protocol: v1\n")).array();
    assertThat(Fingerprint.differences(one, other)).isNotEmpty();
  }

  static Stream<Arguments> errorsAboutProxies() {
    return Stream.of(
        arguments(
            "proxy_protocol: v3",
            "shunt.yaml:5:21: services[0].proxy_protocol: found 'v3', allowed is v1, v2"),
        arguments(
            "accept_proxy: {}",
            "shunt.yaml:5:19: services[0].accept_proxy.from: found nothing, allowed is a list of"
                + " the proxies' networks; the key is required"),
        arguments(
            "accept_proxy: {from: []}",
            "shunt.yaml:5:26: services[0].accept_proxy.from: found no networks, allowed is a list"
                + " of the proxies' networks"),
        arguments(
            "accept_proxy: {from: [10.0.0.0/33]}",
            "shunt.yaml:5:27: services[0].accept_proxy.from[0]: found '10.0.0.0/33', allowed is a"
                + " range such as 10.0.0.0/8"));
  }

  static Stream<Arguments> errorsAboutModes() {
    return Stream.of(
        arguments(
            "sni: [{names: [a.example], servers: [\"127.0.0.1:9001\"]}]",
            "shunt.yaml:5:10: services[0].sni: found sni with mode http, allowed is sni with mode"
                + " tcp"),
        arguments(
            "access_log: on",
            "shunt.yaml:5:17: services[0].access_log: found access_log with mode http, allowed is"
                + " access_log with mode tcp or udp"),
        arguments(
            "mode: tcp\nstages: [cookie]",
            "shunt.yaml:6:13: services[0].stages: found stages with mode tcp, allowed is stages"
                + " with mode http"),
        arguments(
            "mode: tcp\nforwarding: {via: true}",
            "shunt.yaml:6:17: services[0].forwarding: found forwarding with mode tcp, allowed is"
                + " forwarding with mode http"),
        arguments(
            "mode: tcp\nhttp2: {use: on}",
            "shunt.yaml:6:12: services[0].http2: found http2 with mode tcp, allowed is http2 with"
                + " mode http"),
        arguments(
            "mode: tcp\ntimeouts: {header: 1s}",
            "shunt.yaml:6:16: services[0].timeouts.header: found an unknown key, allowed is"
                + " connect, hello, idle, lifetime, write_stall"),
        arguments(
            "mode: tcp\nlimits: {header_count: 1}",
            "shunt.yaml:6:14: services[0].limits.header_count: found an unknown key, allowed is"
                + " attempts, buffered_bytes, client_connections, connections_per_client, pending_per_server"));
  }

  static Stream<Arguments> errorsAboutNames() {
    return Stream.of(
        arguments(
            "mode: tcp\nsni: []",
            "shunt.yaml:6:10: services[0].sni: found no routes, allowed is a list of names with their"
                + " servers"),
        arguments(
            "mode: tcp\nsni:\n  - {names: [A.example], servers: [\"127.0.0.1:9001\"]}",
            "shunt.yaml:7:18: services[0].sni[0].names[0]: found 'A.example', allowed is a host"
                + " name in lower case, or *. and one"),
        arguments(
            "mode: tcp\nsni:\n  - {names: [a.example, a.example], servers: [\"127.0.0.1:9001\"]}",
            "shunt.yaml:7:29: services[0].sni[0].names[1]: found the name a.example a second time,"
                + " allowed is each name once"),
        arguments(
            "mode: tcp\nsni:\n  - {names: [a.example], servers: [s9]}",
            "shunt.yaml:7:40: services[0].sni[0].servers[0]: found 's9', allowed is one of the"
                + " service's servers: 127.0.0.1:9001, 127.0.0.1:9002"),
        arguments(
            "mode: tcp\nsni_default: [\"127.0.0.1:9001\"]",
            "shunt.yaml:6:18: services[0].sni_default: found sni_default without sni, allowed is"
                + " sni_default with sni"));
  }

  @ParameterizedTest
  @MethodSource({"errorsAboutProxies", "errorsAboutModes", "errorsAboutNames"})
  void errors(String keys, String error) {
    assertThat(Yaml.errors(Yaml.service(keys))).containsExactly(error);
  }
}
