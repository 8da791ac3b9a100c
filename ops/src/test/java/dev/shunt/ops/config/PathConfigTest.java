package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.cluster.MemberId;
import dev.shunt.scheduler.ReturnPath;
import dev.shunt.scheduler.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which way a service's packets go, as its configuration says it. */
class PathConfigTest {

  /** An array with one more service: its own line is the 12th. */
  private static String service(String more) {
    return Yaml.array("interface: eth0") + one("a", 81, more);
  }

  private static String one(String name, int port, String more) {
    return "  - {name: %s, vip: 10.0.0.1, port: %d, %s, servers: ['10.0.0.5:80']}\n"
        .formatted(name, port, more);
  }

  private static Service only(String yaml) throws ConfigException {
    LocalConfig local =
        new LocalConfig(
            new MemberId("m1"),
            Optional.of("eth0"),
            Optional.empty(),
            Path.of("state"),
            Path.of("socket"),
            Optional.empty(),
            List.of());
    return ModuleConfigs.scheduler(Yaml.read(yaml).array(), local).services().getFirst();
  }

  @Test
  void aServiceBySumMayBeEveryones() throws Exception {
    Service service = only(service("algorithm: sum5, everyone: true"));

    assertThat(service.balance().everyone()).isTrue();
    assertThat(service.vip().groupMac()).hasToString("03:53:0a:00:00:01");
    assertThat(only(service("algorithm: sum5")).balance().everyone()).isFalse();
  }

  @Test
  void aServiceWithLabelsMayBeAnsweredThroughTheScheduler() throws Exception {
    assertThat(only(service("labels: on, return: switched")).answers())
        .isEqualTo(ReturnPath.SWITCHED);
    assertThat(only(service("labels: on, return: direct")).answers()).isEqualTo(ReturnPath.DIRECT);
    assertThat(only(service("labels: on")).answers()).isEqualTo(ReturnPath.DIRECT);
  }

  @Test
  void membersThatDifferInItHaveAnotherFingerprint() throws Exception {
    String plain = service("labels: on");
    String switched = service("labels: on, return: switched");

    assertThat(Fingerprint.differences(Yaml.read(plain).array(), Yaml.read(switched).array()))
        .containsExactly("services[1].answers");
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        arguments(
            service("everyone: true"),
            "services[1].everyone: found everyone: true with algorithm maglev, allowed is everyone:"
                + " true with algorithm sum3 or sum5"),
        arguments(
            service("algorithm: sum3, everyone: yes"),
            "services[1].everyone: found 'yes', allowed is true or false"),
        arguments(
            service("algorithm: sum3, everyone: true, labels: on"),
            "services[1].labels: found labels: on with everyone: true, allowed is labels: off, for"
                + " there are no sessions"),
        arguments(
            service("algorithm: sum3, everyone: true, mode: direct")
                .replace("['10.0.0.5:80']", "[10.0.0.5]"),
            "services[1].everyone: found everyone: true with mode direct, allowed is everyone: true"
                + " with mode http"),
        arguments(
            Yaml.service("algorithm: sum3\neveryone: true"),
            "services[0].everyone: found everyone: true with listen, allowed is everyone: true with"
                + " vip and port"),
        arguments(
            service("algorithm: sum3, everyone: true") + one("b", 82, "algorithm: sum3"),
            "services[2].vip: found everyone: false for 10.0.0.1, of which service a has everyone:"
                + " true, allowed is the same for all services of a vip"),
        arguments(
            service("mode: udp, algorithm: sum5, labels: on, return: switched"),
            "services[1].labels: found labels: on with mode udp and algorithm sum5, allowed is an"
                + " algorithm that keeps sessions, for by a sum no datagram begins one"),
        arguments(
            service("return: switched"),
            "services[1].return: found return: switched without labels: on, allowed is return:"
                + " switched with labels: on"),
        arguments(
            service("return: back"),
            "services[1].return: found 'back', allowed is direct, switched"),
        arguments(
            service("labels: on, return: switched, mode: direct")
                .replace("['10.0.0.5:80']", "[10.0.0.5]"),
            "services[1].return: found return with mode direct, allowed is none: shunt edge on a"
                + " server's host answers by label where labels come by Ethernet, other hosts directly"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void whatDoesNotGoTogetherIsNamed(String yaml, String error) {
    assertThat(Yaml.errors(yaml)).hasSize(1).first().asString().endsWith(error);
  }
}
