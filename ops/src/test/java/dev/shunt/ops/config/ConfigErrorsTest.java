package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees of a wrong configuration, word for word. */
class ConfigErrorsTest {

  private static final String SERVERS = "servers: [127.0.0.1:9001]";

  @ParameterizedTest(name = "{1}")
  @MethodSource({
    "files",
    "services",
    "addresses",
    "tunnels",
    "tunnelsToServers",
    "servers",
    "healthChecks",
    "behaviour",
    "arrays",
    "arraySettings",
    "others"
  })
  void saysWhereWhatWasFoundAndWhatIsAllowed(String yaml, String error) {
    assertThat(Yaml.errors(yaml)).containsExactly(error);
  }

  static Stream<Arguments> files() {
    return Stream.of(
        arguments("", "shunt.yaml: is empty; the smallest configuration has one service"),
        arguments(
            "# only a comment\n",
            "shunt.yaml: is empty; the smallest configuration has one service"),
        arguments("hello", "shunt.yaml:1:1: found 'hello', allowed is a mapping of keys to values"),
        arguments("null", "shunt.yaml:1:1: found nothing, allowed is a mapping of keys to values"),
        arguments("- 1", "shunt.yaml:1:1: found a list, allowed is a mapping of keys to values"),
        arguments(
            "services: [\n",
            "shunt.yaml:2:1: not YAML: expected the node content, but found '<stream end>'"),
        arguments(
            "services:\n\t- name: web\n",
            "shunt.yaml:2:1: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not"
                + " use \\t(TAB) for indentation); YAML is indented with spaces, never with tabs"),
        arguments(
            Yaml.SMALLEST + "---\nmore: 1\n",
            "shunt.yaml:6:1: found a second document, allowed is one document"),
        arguments(
            "services: " + "[".repeat(40) + "]".repeat(40),
            "shunt.yaml:1:42: found lists and mappings nested too deeply, allowed is at most 32 levels"),
        arguments(
            "? [a]\n: 1\n" + Yaml.SMALLEST,
            "shunt.yaml:1:3: found a key that is not text, allowed is a plain key"));
  }

  static Stream<Arguments> services() {
    return Stream.of(
        arguments(
            "admin: {}\n",
            "shunt.yaml:1:1: services: found nothing, allowed is a list of at least one service; the"
                + " key is required"),
        arguments(
            "services: []\n",
            "shunt.yaml:1:11: services: found no services, allowed is a list of at least one service"),
        arguments("services: web\n", "shunt.yaml:1:11: services: found 'web', allowed is a list"),
        arguments("services:\n", "shunt.yaml:1:10: services: found nothing, allowed is a list"),
        arguments(
            Yaml.SMALLEST.replace("name: web", "name: Web"),
            "shunt.yaml:2:11: services[0].name: found 'Web', allowed is 1 to 32 of a-z, 0-9 and -,"
                + " beginning with a letter"),
        arguments(
            Yaml.service("mode: sctp"),
            "shunt.yaml:5:11: services[0].mode: found 'sctp', allowed is http, tcp, udp, direct"),
        arguments(
            Yaml.service("algorithm: random"),
            "shunt.yaml:5:16: services[0].algorithm: found 'random', allowed is maglev, source-hash,"
                + " round-robin, least-connections, response-time, sum3, sum5"),
        arguments(
            Yaml.array("").replace("address: 10.77.0.12}", "address: 10.77.0.12, weight: 0}"),
            "shunt.yaml:6:47: array.members[1].weight: found '0', allowed is a number from 1 to 256"),
        arguments(
            Yaml.service("server_algorithm: random"),
            "shunt.yaml:5:23: services[0].server_algorithm: found 'random', allowed is round-robin,"
                + " least-connections, response-time, hash"),
        arguments(
            Yaml.SMALLEST.replace("name: web", "mode: http"),
            "shunt.yaml:2:5: services[0].name: found nothing, allowed is 1 to 32 of a-z, 0-9 and -,"
                + " beginning with a letter; the key is required"),
        arguments(
            Yaml.service("sevrers: []"),
            "shunt.yaml:5:5: services[0].sevrers: found an unknown key, allowed is accept_proxy,"
                + " access_log, admission,"
                + " algorithm, ejection, everyone, forwarding, hash, health, http2, labels, limits, listen, mode, name, port, proxy_protocol, responses, retries, return, rules,"
                + " server_algorithm, server_http2, server_protocol, server_tls, servers, slow_start, sni, sni_default,"
                + " stages, syn_cookies, syn_flood_from, timeouts, tls, vip, when_full; did you mean 'servers'?"),
        arguments(
            Yaml.service("mode: http\nmode: http"),
            "shunt.yaml:6:5: services[0].mode: found the key a second time, allowed is each key once"
                + " (line 5 has it)"),
        arguments(
            Yaml.SMALLEST + "  - {name: web, listen: 127.0.0.1:8081, " + SERVERS + "}\n",
            "shunt.yaml:5:12: services[1].name: found 'web', allowed is a name that no other service"
                + " has (line 2 has it)"));
  }

  static Stream<Arguments> tunnels() {
    return Stream.of(
        arguments(
            Yaml.array("encap: vxlan"),
            "shunt.yaml:8:10: array.encap: found 'vxlan', allowed is ethernet, udp"),
        arguments(
            Yaml.array("").replace("10.77.0.12}", "10.77.0.12, data_address: 10.9.0.2}"),
            "shunt.yaml:6:53: array.members[1].data_address: found data_address, allowed is with"
                + " encap: udp only"),
        arguments(
            Yaml.array("encap: udp").replace("10.77.0.12}", "10.77.0.12, data_address: m2}"),
            "shunt.yaml:6:53: array.members[1].data_address: found 'm2', allowed is an IP address such"
                + " as 10.77.0.100 or fd00::100"),
        arguments(
            Yaml.array("encap: udp")
                .replace("10.77.0.11}", "10.77.0.11, data_address: 'fd00::1'}")
                .replace("10.77.0.12}", "10.77.0.12, data_address: 'fd00::1'}")
                .replace("10.77.0.13}", "10.77.0.13, data_address: 'fd00::3'}"),
            "shunt.yaml:6:53: array.members[1].data_address: found 'fd00:0:0:0:0:0:0:1', allowed is a"
                + " data address that no other member has (line 5 has it)"),
        arguments(
            Yaml.array("encap: udp").replace("10.77.0.12}", "10.77.0.12, data_address: 'fd00::2'}"),
            "shunt.yaml:6:53: array.members[1].data_address: found a tunnel over IPv6, allowed is data"
                + " addresses of one IP version: a member has one end for all its tunnels"),
        arguments(
            tunnelled("mode: direct, servers: [10.0.0.5], health: {via: vip}"),
            "shunt.yaml:13:83: services[1].health: found via: vip with encap: udp, allowed is via:"
                + " server, for checks of a vip are Ethernet frames, which no router lets through"),
        arguments(
            tunnelled("labels: on, return: switched, " + SERVERS),
            "shunt.yaml:13:60: services[1].return: found return: switched with encap: udp, allowed is"
                + " return: direct, for answers carry labels in Ethernet frames only"),
        arguments(
            tunnelled("algorithm: sum5, everyone: true, " + SERVERS),
            "shunt.yaml:13:67: services[1].everyone: found everyone: true with encap: udp, allowed is"
                + " everyone: false, for routers keep frames to groups from members behind them"),
        arguments(
            Yaml.array("").replaceAll("(10.77.0.1[123])}", "$1, scheduler: false}"),
            "shunt.yaml:5:5: array.members: found scheduler: false of all members, allowed is one at"
                + " least that may be scheduler"));
  }

  static Stream<Arguments> tunnelsToServers() {
    return Stream.of(
        arguments(
            tunnelled(
                "mode: direct, labels: on, servers: [{address: 10.0.0.5, data_address: 'fd00::5'}]"),
            "shunt.yaml:13:110: services[1].servers[0].data_address: found a tunnel over IPv6, allowed is"
                + " a data_address of the members' IP version, which is IPv4"),
        arguments(
            tunnelled("mode: direct, labels: on, servers: [10.0.0.5]")
                .replaceAll("address: 10.77.0.1([123])", "$0, data_address: 'fd00::$1'"),
            "shunt.yaml:13:76: services[1].servers[0]: found a tunnel over IPv4, allowed is a"
                + " data_address of the members' IP version, which is IPv6"),
        arguments(
            tunnelled("mode: direct, servers: [{address: 10.0.0.5, data_address: 10.0.0.6}]"),
            "shunt.yaml:13:98: services[1].servers[0].data_address: found data_address, allowed is with"
                + " labels: on and encap: udp only"),
        arguments(
            tunnelled("mode: direct, labels: on, servers: [{address: 10.0.0.5, data_address: s5}]"),
            "shunt.yaml:13:110: services[1].servers[0].data_address: found 's5', allowed is an IP"
                + " address such as 10.77.0.100 or fd00::100"),
        arguments(
            tunnelled("mode: direct, labels: on, servers: [10.0.0.5], return: switched"),
            "shunt.yaml:13:95: services[1].return: found return with mode direct, allowed is none: shunt"
                + " edge on a server's host answers by label where labels come by Ethernet, other hosts"
                + " directly"));
  }

  private static String tunnelled(String service) {
    return Yaml.array("encap: udp")
        + "  - {name: d, vip: 10.0.0.1, port: 80, %s}\n".formatted(service);
  }

  static Stream<Arguments> addresses() {
    return Stream.of(
        arguments(
            Yaml.service("port: 80"),
            "shunt.yaml:5:11: services[0].port: found port beside listen, allowed is either listen, or"
                + " vip and port"),
        arguments(
            Yaml.SMALLEST.replace("listen: 127.0.0.1:8080", "listen: 8080"),
            "shunt.yaml:3:13: services[0].listen: found '8080', allowed is an IP address and a port"
                + " such as 10.77.0.21:8080 or [fd00::21]:8080"),
        arguments(
            Yaml.SMALLEST.replace("listen: 127.0.0.1:8080", "listen: localhost:8080"),
            "shunt.yaml:3:13: services[0].listen: found 'localhost:8080', allowed is an IP address and"
                + " a port such as 10.77.0.21:8080 or [fd00::21]:8080"),
        arguments(
            Yaml.SMALLEST.replace("listen: 127.0.0.1:8080", "mode: http"),
            "shunt.yaml:2:5: services[0].listen: found nothing, allowed is an address and port to"
                + " listen on, or vip and port; the key is required"),
        arguments(
            Yaml.SMALLEST + "  - {name: api, listen: 127.0.0.1:8080, " + SERVERS + "}\n",
            "shunt.yaml:5:25: services[1].listen: found '127.0.0.1:8080', allowed is an address and"
                + " port that no other service has (line 3 has it)"));
  }

  static Stream<Arguments> servers() {
    return Stream.of(
        arguments(
            "services:\n  - {name: a, listen: 127.0.0.1:80}\n",
            "shunt.yaml:2:5: services[0].servers: found nothing, allowed is a list of at least one"
                + " server; the key is required"),
        arguments(
            "services:\n  - {name: a, listen: 127.0.0.1:80, servers: []}\n",
            "shunt.yaml:2:46: services[0].servers: found no servers, allowed is a list of at least one"
                + " server"),
        arguments(
            Yaml.SMALLEST.replace("127.0.0.1:9002", "127.0.0.1"),
            "shunt.yaml:4:31: services[0].servers[1]: found '127.0.0.1', allowed is an IP address and a"
                + " port such as 10.77.0.21:8080 or [fd00::21]:8080"),
        arguments(
            Yaml.SMALLEST.replace("127.0.0.1:9002", "127.0.0.1:9001"),
            "shunt.yaml:4:31: services[0].servers[1]: found '127.0.0.1:9001', allowed is a name that no"
                + " other server of the service has (line 4 has it)"),
        arguments(
            Yaml.SMALLEST.replace("127.0.0.1:9002", "{name: s1}"),
            "shunt.yaml:4:31: services[0].servers[1].address: found nothing, allowed is an IP address"
                + " and a port such as 10.77.0.21:8080 or [fd00::21]:8080; the key is required"),
        arguments(
            Yaml.SMALLEST.replace("127.0.0.1:9002", "{address: 127.0.0.1:1, weight: 0}"),
            "shunt.yaml:4:62: services[0].servers[1].weight: found '0', allowed is a number from 1 to"
                + " 256"),
        arguments(
            Yaml.SMALLEST.replace("127.0.0.1:9002", "{address: 127.0.0.1:1, name: 'a b'}"),
            "shunt.yaml:4:60: services[0].servers[1].name: found 'a b', allowed is 1 to 63 of letters,"
                + " digits, '.', '_' and '-', beginning with a letter or digit"),
        arguments(
            Yaml.SMALLEST.replace("127.0.0.1:9002", "127.0.0.01:9002"),
            "shunt.yaml:4:31: services[0].servers[1]: found '127.0.0.01:9002', allowed is an IP address"
                + " and a port such as 10.77.0.21:8080 or [fd00::21]:8080"));
  }

  static Stream<Arguments> healthChecks() {
    return Stream.of(
        arguments(
            Yaml.service("health: {type: ping}"),
            "shunt.yaml:5:20: services[0].health.type: found 'ping', allowed is none, tcp, http"),
        arguments(
            Yaml.service("health: {path: /health}"),
            "shunt.yaml:5:20: services[0].health.path: found path with type tcp, allowed is path with"
                + " type http"),
        arguments(
            Yaml.service("health: {type: http, path: health}"),
            "shunt.yaml:5:32: services[0].health.path: found 'health', allowed is a path that begins"
                + " with /"),
        arguments(
            Yaml.service("health: {type: http, status: 400-200}"),
            "shunt.yaml:5:34: services[0].health.status: found '400-200', allowed is a status or a"
                + " range such as 200-399"),
        arguments(
            Yaml.service("health: {interval: 1s, timeout: 2s}"),
            "shunt.yaml:5:37: services[0].health.timeout: found timeout 2s, allowed is at most the"
                + " interval, 1s"),
        arguments(
            Yaml.service("health: {interval: 5}"),
            "shunt.yaml:5:24: services[0].health.interval: found '5', allowed is a duration from 10ms"
                + " to 1h (units ms, s, m, h, d)"),
        arguments(
            Yaml.service("health: {rise: many}"),
            "shunt.yaml:5:20: services[0].health.rise: found 'many', allowed is a number from 1 to"
                + " 100"),
        arguments(
            Yaml.service("health: {via: label}"),
            "shunt.yaml:5:19: services[0].health.via: found 'label', allowed is server, vip"),
        arguments(
            Yaml.service("health: {via: vip}"),
            "shunt.yaml:5:19: services[0].health.via: found via: vip without mode direct, allowed is"
                + " via: vip with mode direct"));
  }

  static Stream<Arguments> behaviour() {
    return Stream.of(
        arguments(
            Yaml.service("limits: {header_bytes: 64KB}"),
            "shunt.yaml:5:28: services[0].limits.header_bytes: found '64KB', allowed is a size from"
                + " 256B to 1MiB (units B, KiB, MiB, GiB)"),
        arguments(
            Yaml.service("limits: {request_line_bytes: 64KiB}"),
            "shunt.yaml:5:34: services[0].limits.request_line_bytes: found request_line_bytes 65536,"
                + " allowed is at most header_bytes, 32768"),
        arguments(
            Yaml.service("limits: {headers: 5}"),
            "shunt.yaml:5:14: services[0].limits.headers: found an unknown key, allowed is attempts,"
                + " body_bytes, buffered_bytes, client_connections, client_rate, connections_per_client,"
                + " header_bytes, header_count, idle_per_server, pending_per_server, request_line_bytes, requests_per_connection,"
                + " requests_per_server_connection"),
        arguments(
            Yaml.service("limits: [1]"),
            "shunt.yaml:5:13: services[0].limits: found a list, allowed is a mapping of keys to"
                + " values"),
        arguments(
            Yaml.service("timeouts: {connect: 0s}"),
            "shunt.yaml:5:25: services[0].timeouts.connect: found '0s', allowed is a duration from 1ms"
                + " to 7d (units ms, s, m, h, d)"),
        arguments(
            Yaml.service("timeouts: {connect: [1s]}"),
            "shunt.yaml:5:25: services[0].timeouts.connect: found a list, allowed is a duration from"
                + " 1ms to 7d (units ms, s, m, h, d)"),
        arguments(
            Yaml.service("forwarding: {trusted: [10.0.0.0/33]}"),
            "shunt.yaml:5:28: services[0].forwarding.trusted[0]: found '10.0.0.0/33', allowed is a"
                + " range such as 10.0.0.0/8"),
        arguments(
            Yaml.service("forwarding: {via: yes}"),
            "shunt.yaml:5:23: services[0].forwarding.via: found 'yes', allowed is true or false"),
        arguments(
            Yaml.service("stages: [{cookie: {}, other: {}}]"),
            "shunt.yaml:5:14: services[0].stages[0]: found a mapping, allowed is the name of a stage"
                + " with its settings: {cookie: {name: X}}"),
        arguments(
            Yaml.service("stages: [{cookie: {name: [[a]]}}]"),
            "shunt.yaml:5:31: services[0].stages[0].cookie.name[0]: found a list, allowed is text,"
                + " a number, a truth, or a list of them"));
  }

  static Stream<Arguments> arrays() {
    return Stream.of(
        arguments(
            Yaml.array("").replace("name: demo", "name: 7"),
            "shunt.yaml:2:9: array.name: found '7', allowed is 1 to 32 of a-z, 0-9 and -, beginning"
                + " with a letter"),
        arguments(
            "array: {name: demo, members: []}\n" + Yaml.SMALLEST,
            "shunt.yaml:1:30: array.members: found no members, allowed is a list of 1 to 64 members"),
        arguments(
            "array: {name: demo}\n" + Yaml.SMALLEST,
            "shunt.yaml:1:8: array.members: found nothing, allowed is a list of 1 to 64 members; the"
                + " key is required"),
        arguments(
            Yaml.array("").replace("name: m2", "name: m1"),
            "shunt.yaml:6:14: array.members[1].name: found 'm1', allowed is a name that no other member"
                + " has (line 5 has it)"),
        arguments(
            Yaml.array("").replace("10.77.0.12", "10.77.0.11"),
            "shunt.yaml:6:27: array.members[1].address: found '10.77.0.11', allowed is an address that"
                + " no other member has (line 5 has it)"),
        arguments(
            Yaml.array("").replace("10.77.0.12", "m2.example"),
            "shunt.yaml:6:27: array.members[1].address: found 'm2.example', allowed is an IPv4 address"
                + " such as 10.77.0.11"),
        arguments(
            Yaml.array("secret_file: secret"),
            "shunt.yaml:3:15: array.secret_env: found secret_env beside secret_file, allowed is one of"
                + " the two"),
        arguments(
            Yaml.array("secret: hunter2"),
            "shunt.yaml:8:3: array.secret: found an unknown key, allowed is encap, gone_after, interface,"
                + " members, membership_port, name, replication_port, row_size, secret_env, secret_file,"
                + " sessions, timings"));
  }

  static Stream<Arguments> arraySettings() {
    return Stream.of(
        arguments(
            Yaml.array("replication_port: 7900"),
            "shunt.yaml:8:21: array.replication_port: found replication port 7900, allowed is any but"
                + " the membership port 7800 and its failure detection port 7900"),
        arguments(
            Yaml.array("membership_port: 65500"),
            "shunt.yaml:8:20: array.membership_port: found '65500', allowed is a number from 1 to"
                + " 65435"),
        arguments(
            Yaml.array("row_size: 16384"),
            "shunt.yaml:8:13: array.row_size: found '16384', allowed is a prime from 101 to 65537"),
        arguments(
            Yaml.array("timings: {lease: 50ms}"),
            "shunt.yaml:8:20: array.timings.lease: found 50ms, allowed is at least twice the heartbeat"
                + " (40ms)"),
        arguments(
            Yaml.array("timings: {lease: 300ms}"),
            "shunt.yaml:8:12: array.timings: found silence 250ms, allowed is longer than the lease"
                + " (300ms)"),
        arguments(
            Yaml.array("timings: {heartbeat: 1ms}"),
            "shunt.yaml:8:24: array.timings.heartbeat: found 1ms, allowed is at least 5ms"),
        arguments(
            Yaml.array("timings: {leese: 50ms}"),
            "shunt.yaml:8:13: array.timings.leese: found an unknown key, allowed is detection_interval,"
                + " heartbeat, lease, silence, verification; did you mean 'lease'?"),
        arguments(
            Yaml.array("sessions: {max: 12}"),
            "shunt.yaml:8:19: array.sessions.max: found '12', allowed is a number from 1024 to"
                + " 16777216"),
        arguments(
            Yaml.array("interface: this-is-far-too-long"),
            "shunt.yaml:8:14: array.interface: found 'this-is-far-too-long', allowed is the name of a"
                + " network interface, 1 to 15 characters"));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        arguments(
            Yaml.SMALLEST + "admin: {listen: 0.0.0.0:7980}\n",
            "shunt.yaml:5:17: admin.listen: found '0.0.0.0:7980', allowed is a loopback address and a"
                + " port such as 127.0.0.1:7980"),
        arguments(
            Yaml.SMALLEST + "node: {transport: kqueue}\n",
            "shunt.yaml:5:19: node.transport: found 'kqueue', allowed is auto, io_uring, epoll, nio"),
        arguments(
            Yaml.SMALLEST + "servcies: []\n",
            "shunt.yaml:5:1: servcies: found an unknown key, allowed is admin, array, node,"
                + " plugins, services; did you mean 'services'?"),
        arguments(
            Yaml.SMALLEST + "\"a\\e[31mb\": 1\n",
            "shunt.yaml:5:1: a\\u001b[31mb: found an unknown key, allowed is admin, array, node,"
                + " plugins, services"));
  }

  @Test
  void allErrorsAreReportedAtOnceInTheOrderOfTheFile() {
    List<String> errors =
        Yaml.errors(
            """
            services:
              - name: Web
                listen: nowhere
                servers: [1, 2]
                limits: {attempts: 99}
            nonsense: 1
            """);
    assertThat(errors).hasSize(6);
    assertThat(errors)
        .extracting(e -> e.split(":")[1])
        .containsExactly("2", "3", "4", "4", "5", "6");
  }

  @Test
  void aThousandErrorsAreOneMistakeRepeated() {
    List<String> errors = Yaml.errors(Yaml.SMALLEST + "x: 1\n" + manyUnknownKeys(1000));
    assertThat(errors).hasSize(Problems.MAX_ERRORS + 1);
    assertThat(errors.getLast()).isEqualTo("shunt.yaml: 901 more errors");
  }

  private static String manyUnknownKeys(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("unknown").append(i).append(": 1\n");
    }
    return text.toString();
  }

  @Test
  void whatAStageRefusesIsAnErrorAtTheStage() {
    StageSettings.Check refuses =
        (service, stage) -> {
          throw new IllegalArgumentException(
              service.name() + " " + stage.name() + ": found 'maybe', allowed is true or false");
        };
    String yaml = Yaml.service("stages: [{cookie: {secure: maybe}}]");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> ConfigFile.parse(java.nio.file.Path.of("f"), yaml, refuses))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "f:5:14: services[0].stages[0]: web cookie: found 'maybe', allowed is true or false");
  }

  @Test
  void aSecretThatStandsInTheFileByMistakeIsNotRepeated() {
    assertThat(Yaml.errors(Yaml.array("secret: hunter2"))).noneMatch(e -> e.contains("hunter2"));
  }

  @Test
  void aliasesThatGrowWithoutEndAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(Yaml.errors(bomb.toString()))
        .singleElement()
        .asString()
        .contains("Number of aliases for non-scalar nodes exceeds the specified max=50");
  }
}
