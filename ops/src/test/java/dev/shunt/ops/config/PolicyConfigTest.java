package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.node.Ejection;
import dev.shunt.node.HashKey;
import dev.shunt.node.LatencyGoal;
import dev.shunt.node.Retries;
import dev.shunt.node.ServerPolicy;
import dev.shunt.scheduler.Admission;
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

  @Test
  void aGoalIsForServicesThatListenThemselvesTooAndSetsNoLimitOfTheScheduler()
      throws ConfigException {
    ServiceConfig promised = service("admission: {p99: 200ms, window: 2s, min_rate: 5}");
    assertThat(promised.policy().goal())
        .contains(new LatencyGoal(Duration.ofMillis(200), Duration.ofSeconds(2), 5));
    assertThat(promised.admission()).isEqualTo(Admission.NONE);
    assertThat(service("admission: {p99: 50ms}").policy().goal())
        .contains(LatencyGoal.of(Duration.ofMillis(50)));
  }

  @Test
  void retriesAreRead() throws ConfigException {
    assertThat(
            service(
                    "retries: {unanswered: false, statuses: [503], budget_percent: 5, budget_floor: 1}")
                .policy()
                .retries())
        .isEqualTo(new Retries(false, List.of(503), 5, 1));
  }

  @Test
  void theKeyOfAHashIsRead() throws ConfigException {
    assertThat(service("server_algorithm: hash").hash()).isEqualTo(HashKey.SOURCE);
    assertThat(
            service("server_algorithm: hash\nhash: {by: header, name: X-User, load_percent: 150}")
                .hash())
        .isEqualTo(new HashKey(HashKey.By.HEADER, "X-User", false, 150));
    assertThat(service("server_algorithm: hash\nhash: {by: url, query: true}").hash())
        .isEqualTo(new HashKey(HashKey.By.URL, "", true, HashKey.USUAL_LOAD));
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
        arguments(
            "hash: {by: url}",
            "services[0].hash: found hash with server_algorithm round-robin, allowed is hash with"
                + " server_algorithm: hash"),
        arguments(
            "server_algorithm: hash\nhash: {by: cookie}",
            "services[0].hash.name: found nothing, allowed is the name of a header or cookie; the"
                + " key is required"),
        arguments(
            "server_algorithm: hash\nhash: {name: x}",
            "services[0].hash.name: found name with by source, allowed is name with by header or"
                + " by cookie"),
        arguments(
            "server_algorithm: hash\nhash: {by: header, name: 'a b'}",
            "services[0].hash.name: found 'a b', allowed is the name of a header or cookie"),
        arguments(
            "server_algorithm: hash\nhash: {by: source, query: true}",
            "services[0].hash.query: found query with by source, allowed is query with by url"),
        arguments(
            "server_algorithm: hash\nhash: {load_percent: 100}",
            "services[0].hash.load_percent: found '100', allowed is a number from 101 to 10000"),
        arguments(
            "mode: tcp\nserver_algorithm: hash\nhash: {by: url}",
            "services[0].hash.by: found by url with mode tcp, allowed is by source"),
        arguments(
            "retries: {budget_percent: 101}",
            "services[0].retries.budget_percent: found '101', allowed is a number from 0 to 100"),
        arguments(
            "mode: tcp\nretries: {statuses: [503]}",
            "services[0].retries.statuses: found statuses with mode tcp, allowed is statuses with"
                + " mode http"),
        arguments(
            "admission: {min_rate: 5}",
            "services[0].admission.min_rate: found min_rate without p99, allowed is min_rate beside"
                + " p99"),
        arguments(
            "mode: tcp\nadmission: {p99: 100ms}",
            "services[0].admission.p99: found p99 with mode tcp, allowed is p99 with mode http"),
        arguments("ejection: {fails: 3}", "services[0].ejection.fails: found an unknown key"));
  }
}
