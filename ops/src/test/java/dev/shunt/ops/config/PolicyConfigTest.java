package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.node.Ejection;
import dev.shunt.node.ServerPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What protects servers and sessions, as the configuration says it. */
class PolicyConfigTest {

  private static ServiceConfig service(String keys) throws ConfigException {
    return Yaml.read(Yaml.service(keys)).array().services().getFirst();
  }

  @Test
  void nothingIsEjectedAndNothingStartsSlowlyUnlessItIsSaid() throws ConfigException {
    assertThat(service("").policy()).isEqualTo(ServerPolicy.DEFAULT);
    assertThat(service("ejection: {}").policy().ejection()).contains(Ejection.DEFAULT);
  }

  @Test
  void everythingIsRead() throws ConfigException {
    ServerPolicy policy =
        service(
                """
                slow_start: 30s
                ejection:
                  failures: 3
                  error_percent: 20
                  window: 30s
                  min_requests: 50
                  time: 10m
                  max_time: 1h
                  max_percent: 34
                  statuses: [500, 503]
                """)
            .policy();
    assertThat(policy.slowStart()).isEqualTo(Duration.ofSeconds(30));
    assertThat(policy.ejection())
        .contains(
            new Ejection(
                3,
                20,
                Duration.ofSeconds(30),
                50,
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                34,
                List.of(500, 503)));
  }

  @Test
  void aFirstTimeBeyondTheUsualMaximumRaisesIt() throws ConfigException {
    assertThat(service("ejection: {time: 10m}").policy().ejection().orElseThrow().maxTime())
        .isEqualTo(Duration.ofMinutes(10));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("errors")
  void saysWhereWhatWasFoundAndWhatIsAllowed(String keys, String error) {
    assertThat(Yaml.errors(Yaml.service(keys))).singleElement().asString().contains(error);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        arguments(
            "slow_start: fast",
            "services[0].slow_start: found 'fast', allowed is a duration from 0ms to 1h"),
        arguments(
            "ejection: {failures: 0, error_percent: 0}",
            "services[0].ejection: found no limit, allowed is failures or error_percent above 0"),
        arguments(
            "ejection: {statuses: [404]}",
            "services[0].ejection.statuses[0]: found '404', allowed is a number from 500 to 599"),
        arguments(
            "ejection: {time: 10m, max_time: 5m}",
            "services[0].ejection.max_time: found '5m', allowed is a duration from 10m to 1d"),
        arguments("ejection: {fails: 3}", "services[0].ejection.fails: found an unknown key"));
  }
}
