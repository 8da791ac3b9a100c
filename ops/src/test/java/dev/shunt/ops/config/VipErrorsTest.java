package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said about services with a virtual address: their paths, servers and limits. */
class VipErrorsTest {

  private static final String SERVERS = "servers: [127.0.0.1:9001]";

  @ParameterizedTest(name = "{1}")
  @MethodSource({"vips", "directServices", "paths", "cookies", "admissions"})
  void saysWhereWhatWasFoundAndWhatIsAllowed(String yaml, String error) {
    assertThat(Yaml.errors(yaml)).containsExactly(error);
  }

  static Stream<Arguments> directServices() {
    return Stream.of(
        arguments(
            direct("address: 10.0.0.5:80").replace("{address: 10.0.0.5:80}", "10.0.0.5:80"),
            "shunt.yaml:12:64: services[1].servers[0]: found '10.0.0.5:80', allowed is an IPv4"
                + " address such as 10.77.0.11"),
        arguments(
            direct("address: 10.0.0.5").replace("servers: [{", "stages: [cookie], servers: [{"),
            "shunt.yaml:12:62: services[1].stages: found stages with mode direct, allowed is stages"
                + " with mode http"),
        arguments(
            direct("address: 10.0.0.5").replace("servers: [{", "labels: maybe, servers: [{"),
            "shunt.yaml:12:62: services[1].labels: found 'maybe', allowed is on, off"),
        arguments(
            Yaml.service("labels: on"),
            "shunt.yaml:5:13: services[0].labels: found labels: on with listen, allowed is labels: on"
                + " with vip and port"),
        arguments(
            direct("address: 10.0.0.5").replace("servers: [{", "protocol: sctp, servers: [{"),
            "shunt.yaml:12:64: services[1].protocol: found 'sctp', allowed is tcp, udp"),
        arguments(
            direct("address: 10.0.0.5, weight: 2")
                .replace("servers: [{", "algorithm: sum5, servers: [{"),
            "shunt.yaml:12:65: services[1].algorithm: found sum5 over servers with weights, allowed is"
                + " an algorithm that knows weights, for a remainder has none"),
        arguments(
            Yaml.service("mode: direct")
                .replace("[127.0.0.1:9001, 127.0.0.1:9002]", "[127.0.0.1, 127.0.0.2]"),
            "shunt.yaml:3:13: services[0].listen: found listen with mode direct, allowed is vip and"
                + " port"),
        arguments(
            Yaml.service("protocol: udp"),
            "shunt.yaml:5:5: services[0].protocol: found an unknown key, allowed is accept_proxy,"
                + " access_log, admission,"
                + " algorithm, ejection, everyone, forwarding, hash, health, http2, labels, limits, listen, mode, name, port, proxy_protocol, responses, retries, return, rules,"
                + " server_algorithm, server_http2, server_protocol, server_tls, servers, slow_start, sni, sni_default,"
                + " stages, syn_cookies, syn_flood_from, timeouts, tls, vip, when_full"));
  }

  static Stream<Arguments> paths() {
    return Stream.of(
        arguments(
            direct("address: 10.0.0.5")
                .replace("servers: [{", "health: {type: http, via: vip}, servers: [{"),
            "shunt.yaml:12:80: services[1].health.via: found via: vip with type http, allowed is via:"
                + " vip with type tcp"),
        arguments(
            direct("address: 10.0.0.5")
                .replace("servers: [{", "protocol: udp, health: {via: vip}, servers: [{"),
            "shunt.yaml:12:83: services[1].health.via: found via: vip with type none, allowed is via:"
                + " vip with type tcp"),
        arguments(
            direct("address: 10.0.0.5")
                .replace(
                    "servers: [{", "protocol: udp, health: {type: tcp, via: vip}, servers: [{"),
            "shunt.yaml:12:94: services[1].health.via: found via: vip with protocol udp, allowed is"
                + " via: vip with protocol tcp"));
  }

  static Stream<Arguments> cookies() {
    return Stream.of(
        arguments(
            Yaml.service("syn_cookies: sometimes"),
            "shunt.yaml:5:18: services[0].syn_cookies: found 'sometimes', allowed is off, auto, always"),
        arguments(
            Yaml.array("")
                + "  - {name: a, vip: 10.0.0.1, port: 81, algorithm: sum3, everyone: true, syn_cookies:"
                + " auto, servers: ['10.0.0.5:80']}\n",
            "shunt.yaml:12:86: services[1].syn_cookies: found syn_cookies with everyone, where there is"
                + " no scheduler, allowed is syn_cookies with a scheduler"),
        arguments(
            Yaml.array("")
                + "  - {name: a, vip: 10.0.0.1, port: 81, algorithm: sum3, everyone: true, admission:"
                + " {new_sessions_per_second: 5}, servers: ['10.0.0.5:80']}\n",
            "shunt.yaml:12:84: services[1].admission: found admission with everyone: true, allowed is no"
                + " limits, for there are no sessions"),
        arguments(
            Yaml.service("syn_cookies: auto"),
            "shunt.yaml:5:18: services[0].syn_cookies: found syn_cookies with listen, allowed is"
                + " syn_cookies with vip and port"),
        arguments(
            direct("address: 10.0.0.5").replace("servers: [{", "syn_cookies: always, servers: [{"),
            "shunt.yaml:12:67: services[1].syn_cookies: found syn_cookies with mode direct, whose"
                + " servers cannot take them, allowed is syn_cookies with mode http"),
        arguments(
            direct("address: 10.0.0.5").replace("servers: [{", "syn_flood_from: 1, servers: [{"),
            "shunt.yaml:12:70: services[1].syn_flood_from: found '1', allowed is a number"
                + " from 64 to 100000000"));
  }

  static Stream<Arguments> admissions() {
    String sum = "algorithm: sum3, ";
    return Stream.of(
        arguments(
            Yaml.service("admission: {max_sessions: 5}"),
            "shunt.yaml:5:31: services[0].admission.max_sessions: found max_sessions with listen,"
                + " allowed is max_sessions with vip and port"),
        arguments(
            admission("", "max_sessions: 0"),
            "shunt.yaml:12:80: services[1].admission.max_sessions: found '0', allowed is a number from 1"
                + " to 16777216"),
        arguments(
            admission("", "max_sessions_per_target: many"),
            "shunt.yaml:12:91: services[1].admission.max_sessions_per_target: found 'many', allowed is a"
                + " number from 1 to 16777216"),
        arguments(
            admission("", "new_sessions_per_second: 1000001"),
            "shunt.yaml:12:91: services[1].admission.new_sessions_per_second: found '1000001', allowed"
                + " is a number from 1 to 1000000"),
        arguments(
            admission("", "max_sessions: 5, burst: 3"),
            "shunt.yaml:12:90: services[1].admission.burst: found burst without new_sessions_per_second,"
                + " allowed is burst beside new_sessions_per_second"),
        arguments(
            admission("", "max_response_time: 4s"),
            "shunt.yaml:12:85: services[1].admission.max_response_time: found '4s', allowed is a duration"
                + " from 1ms to 3s (units ms, s, m, h, d)"),
        arguments(
            admission("", "max_sessions: 5, refuse: politely"),
            "shunt.yaml:12:91: services[1].admission.refuse: found 'politely', allowed is reset,"
                + " silence"),
        arguments(
            admission("", "refuse: silence"),
            "shunt.yaml:12:65: services[1].admission: found no limit, allowed is one of max_sessions,"
                + " max_sessions_per_target, new_sessions_per_second, max_response_time, p99"),
        arguments(
            admission("", "max_session: 5, max_sessions: 5"),
            "shunt.yaml:12:66: services[1].admission.max_session: found an unknown key, allowed is burst,"
                + " max_response_time, max_sessions, max_sessions_per_target, min_rate, new_sessions_per_second, p99,"
                + " refuse, window; did you mean 'max_sessions'?"),
        arguments(
            admission(sum, "max_sessions: 5"),
            "shunt.yaml:12:97: services[1].admission.max_sessions: found max_sessions with sum3, allowed"
                + " is an algorithm that keeps sessions to count"),
        arguments(
            admission(sum + "protocol: udp, ", "new_sessions_per_second: 5"),
            "shunt.yaml:12:97: services[1].admission: found admission with sum3 over udp, allowed is an"
                + " algorithm that keeps sessions, for by a sum every datagram could open one"),
        arguments(
            admission("protocol: udp, ", "max_response_time: 1s"),
            "shunt.yaml:12:100: services[1].admission.max_response_time: found max_response_time without"
                + " health checks, allowed is health checks, which measure it"));
  }

  private static String admission(String more, String limits) {
    return direct("address: 10.0.0.5")
        .replace("servers: [{", more + "admission: {" + limits + "}, servers: [{");
  }

  private static String direct(String server) {
    return Yaml.array("")
        + "  - {name: d, vip: 10.0.0.1, port: 80, mode: direct, servers: [{"
        + server
        + "}]}\n";
  }

  static Stream<Arguments> vips() {
    return Stream.of(
        arguments(
            Yaml.array("")
                + "  - {name: a, vip: 10.0.0.1, port: 80, "
                + SERVERS
                + "}\n"
                + "  - {name: b, vip: 10.0.0.1, port: 80, "
                + SERVERS
                + "}\n",
            "shunt.yaml:13:20: services[2].vip: found '10.0.0.1:80', allowed is an address and port"
                + " that no other service has (line 12 has it)"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: 10.0.0.1, " + SERVERS + "}\n",
            "shunt.yaml:12:5: services[1].port: found nothing, allowed is a number from 1 to 65535;"
                + " the key is required"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: 10.0.0.1, port: 70000, " + SERVERS + "}\n",
            "shunt.yaml:12:36: services[1].port: found '70000', allowed is a number from 1 to 65535"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: '::ffff:10.0.0.1', port: 80, " + SERVERS + "}\n",
            "shunt.yaml:12:20: services[1].vip: found '::ffff:10.0.0.1', allowed is an IP address"
                + " such as 10.77.0.100 or fd00::100"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: 'fe80::1%eth0', port: 80, " + SERVERS + "}\n",
            "shunt.yaml:12:20: services[1].vip: found 'fe80::1%eth0', allowed is an IP address"
                + " such as 10.77.0.100 or fd00::100"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: 'fe80::1', port: 80, " + SERVERS + "}\n",
            "shunt.yaml:12:20: services[1].vip: found 'fe80::1', allowed is a unicast address that"
                + " routers forward"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: 'ff02::1', port: 80, " + SERVERS + "}\n",
            "shunt.yaml:12:20: services[1].vip: found 'ff02::1', allowed is a unicast address that"
                + " routers forward"),
        arguments(
            Yaml.array("") + "  - {name: a, vip: 224.0.0.1, port: 80, " + SERVERS + "}\n",
            "shunt.yaml:12:20: services[1].vip: found '224.0.0.1', allowed is a unicast address that"
                + " routers forward"),
        arguments(
            "services:\n  - {name: a, vip: 10.0.0.1, port: 80, " + SERVERS + "}\n",
            "shunt.yaml:2:20: services[0].vip: found a vip without array, allowed is a vip only where"
                + " array: names the members"));
  }
}
