package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.node.DatagramCheck;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.Limits;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.UdpRelay;
import dev.shunt.replication.Protocol;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A service of datagrams, as its configuration says it. */
class DatagramConfigTest {

  private static final String AT = "services[0].";

  private static ServiceConfig service(String more) throws ConfigException {
    return Yaml.read(Yaml.service("mode: udp\n" + more)).array().services().getFirst();
  }

  @Test
  void everythingIsRead() throws ConfigException {
    ServiceConfig service =
        service(
            """
            responses: 2
            when_full: replace
            proxy_protocol: v2
            server_algorithm: hash
            ejection: {failures: 3}
            timeouts: {idle: 5s, lifetime: 1d}
            limits: {sessions: 7, sessions_per_client: 2, sessions_per_server: 3, buffered_bytes: 64KiB}
            access_log: on
            health: {type: udp, port: 5353, send: 00FF, expect: "10", interval: 1s, timeout: 500ms, rise: 1, fall: 2}
            """);
    assertThat(service.mode()).isEqualTo(ServiceMode.UDP);
    assertThat(service.protocol()).isEqualTo(Protocol.UDP);
    assertThat(service.tcp()).isEmpty();
    assertThat(service.udp())
        .contains(
            new UdpRelay(
                Duration.ofSeconds(5),
                Optional.of(Duration.ofDays(1)),
                2,
                UdpRelay.WhenFull.REPLACE,
                true));
    assertThat(service.proxy().toServers()).contains(ProxyProtocol.Version.V2);
    assertThat(service.limits().clientConnections()).isEqualTo(7);
    assertThat(service.limits().connectionsPerClient()).isEqualTo(2);
    assertThat(service.limits().pendingPerServer()).isEqualTo(3);
    assertThat(service.limits().bufferedBytes()).isEqualTo(65_536);
    assertThat(service.health())
        .isEqualTo(
            HealthCheck.udp(new DatagramCheck("00ff", "10"))
                .at(5353)
                .every(Duration.ofSeconds(1), Duration.ofMillis(500), 1, 2));
    assertThat(service.http2().enabled()).isFalse();
  }

  @Test
  void nothingNeedBeSaid() throws ConfigException {
    ServiceConfig service = service("");
    assertThat(service.udp()).contains(UdpRelay.DEFAULT);
    assertThat(service.health()).isEqualTo(HealthCheck.none());
    assertThat(service.limits().clientConnections())
        .isEqualTo(UdpRelay.DEFAULT_LIMITS.clientConnections());
    assertThat(service.limits().pendingPerServer()).isEqualTo(Limits.DEFAULT.pendingPerServer());
    assertThat(service.limits().connectionsPerClient()).isZero();
  }

  @Test
  void anotherPortMayBeCheckedByConnectingOrAskingForAPath() throws ConfigException {
    HealthCheck http = service("health: {type: http, port: 8080, path: /ready}").health();
    assertThat(http.kind()).isEqualTo(HealthCheck.Kind.HTTP);
    assertThat(http.port()).isEqualTo(8080);
  }

  @Test
  void aCheckMayBeADatagramWithoutAByte() throws ConfigException {
    assertThat(service("health: {type: udp, send: \"\"}").health())
        .isEqualTo(HealthCheck.udp(new DatagramCheck("", "")));
  }

  @Test
  void thePortMayBeAnotherServicesByTcp() {
    String both =
        """
        services:
          - {name: a, mode: udp, listen: 127.0.0.1:5353, servers: [127.0.0.1:53]}
          - {name: b, mode: tcp, listen: 127.0.0.1:5353, servers: [127.0.0.1:53]}
        """;
    assertThat(Yaml.errors(both)).isEmpty();
    assertThat(Yaml.errors(both.replace("mode: tcp", "mode: udp")))
        .singleElement()
        .asString()
        .contains("allowed is an address and port that no other service has");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            "mode: http\nresponses: 1",
            "responses with mode http, allowed is responses with mode udp"),
        arguments(
            "mode: tcp\nwhen_full: refuse",
            "when_full with mode tcp, allowed is when_full with mode udp"),
        arguments(
            "mode: udp\nresponses: 0", "responses: found '0', allowed is a number from 1 to 65536"),
        arguments(
            "mode: udp\nwhen_full: block", "when_full: found 'block', allowed is refuse, replace"),
        arguments(
            "mode: udp\nproxy_protocol: v1",
            "proxy_protocol: found v1 with mode udp, allowed is v2, which has datagrams"),
        arguments("mode: udp\nproxy_protocol: v3", "proxy_protocol: found 'v3', allowed is v1, v2"),
        arguments(
            "mode: udp\naccept_proxy: {from: [10.0.0.0/8]}",
            "accept_proxy with mode udp, allowed is accept_proxy with mode http or tcp"),
        arguments(
            "mode: udp\nretries: {budget_percent: 1}",
            "retries with mode udp, allowed is retries with mode http or tcp"));
  }

  static Stream<Arguments> mistakesOfOthers() {
    return Stream.of(
        arguments(
            "mode: udp\nstages: [cookie]",
            "stages with mode udp, allowed is stages with mode http"),
        arguments(
            "mode: udp\nforwarding: {via: true}",
            "forwarding with mode udp, allowed is forwarding with mode http"),
        arguments(
            "mode: udp\nhttp2: {use: on}", "http2 with mode udp, allowed is http2 with mode http"),
        arguments(
            "mode: udp\nrules: [{path: {prefix: /}, servers: [\"127.0.0.1:9001\"]}]",
            "rules with mode udp, allowed is rules with mode http"),
        arguments(
            "mode: udp\nserver_protocol: h2c",
            "server_protocol with mode udp, allowed is server_protocol with mode http"),
        arguments(
            "mode: udp\nsni: [{names: [a.example], servers: [\"127.0.0.1:9001\"]}]",
            "sni with mode udp, allowed is sni with mode tcp"),
        arguments(
            "mode: udp\nadmission: {p99: 1s}", "p99 with mode udp, allowed is p99 with mode http"),
        arguments(
            "mode: udp\nsyn_cookies: always",
            "syn_cookies with listen, allowed is syn_cookies with vip and port"),
        arguments(
            "mode: udp\nserver_algorithm: hash\nhash: {by: url}",
            "hash.by: found by url with mode udp, allowed is by source"),
        arguments(
            "mode: udp\nlimits: {attempts: 1}",
            "limits.attempts: found an unknown key, allowed is buffered_bytes, sessions, sessions_per_client, sessions_per_server"),
        arguments(
            "mode: udp\nlimits: {sessions_per_client: -1}",
            "limits.sessions_per_client: found '-1', allowed is a number from 0 to 1000000"),
        arguments(
            "mode: tcp\nlimits: {sessions_per_client: 1}",
            "limits.sessions_per_client: found an unknown key"),
        arguments(
            "mode: udp\ntimeouts: {hello: 1s}",
            "timeouts.hello: found an unknown key, allowed is idle, lifetime"),
        arguments(
            "mode: udp\nhealth: {type: udp}",
            "health.send: found nothing, allowed is 0 to 1024 bytes in hexadecimal digits; the key is required"),
        arguments(
            "mode: udp\nhealth: {type: udp, send: abc}",
            "health.send: found 'abc', allowed is 0 to 1024 bytes in hexadecimal digits"),
        arguments(
            "mode: tcp\nhealth: {type: udp, send: ab}",
            "health.type: found 'udp', allowed is none, tcp, http"));
  }

  @ParameterizedTest
  @MethodSource({"mistakes", "mistakesOfOthers"})
  void errors(String keys, String error) {
    assertThat(Yaml.errors(Yaml.service(keys)))
        .anyMatch(e -> e.contains(AT) && e.contains(error))
        .allMatch(e -> e.contains(AT));
  }

  @Test
  void encryptionIsForConnections() {
    assertThat(Yaml.errors(Yaml.service("mode: udp\nserver_tls: {verify: off}")))
        .anyMatch(e ->
            e.contains("server_tls with mode udp, allowed is server_tls with mode http or tcp"));
  }

  @Test
  void answersCannotLeaveFromEveryAddress() {
    assertThat(
            Yaml.errors(
                "services:\n  - {name: a, mode: udp, listen: 0.0.0.0:53, servers: [10.0.0.1:53]}\n"))
        .containsExactly(
            "shunt.yaml:2:34: services[0].listen: found every address with mode udp, allowed is one"
                + " address, which answers leave from as they should");
  }
}
