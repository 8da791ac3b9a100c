package dev.shunt.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.admin.AdminServer;
import dev.shunt.ops.admin.FakeArray;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.StageSettings;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code shunt cache} against a real admin server with a fake array behind it. */
class CacheCommandTest {

  private final FakeArray array = new FakeArray();
  private final Path folder;
  private final AdminServer server;

  /** What a command left behind. */
  private record Result(int code, String out, String err) {}

  CacheCommandTest(@TempDir Path folder) {
    this.folder = folder;
    Exposition page = new Exposition(new MetricRegistry(), () -> {});
    Path socket = folder.resolve("shunt").resolve("m1.sock");
    server = new AdminServer(array, page, "0.1.0", socket, Optional.empty());
  }

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void statsAreATableWithALineForAllMembers() {
    array.silent = "member 'm3' is not present";
    Result result = shunt("cache", "stats");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            SERVICE  MEMBER  RATIO  HITS  VALIDATED  COLLAPSED  STALE  MISSES  BYPASSED  STORED  REFUSED  EVICTED  PURGED  ENTRIES  BYTES      MAX
            web      m1      79.2%    60         20         10      5      25         7      40        3        2       9       29   4096  1048576
            web      m2      58.3%     0         20         10      5      25         7      40        3        2       9       29   4096  1048576
            web      all     72.2%    60         40         20     10      50        14      80        6        4      18       58   8192  2097152
            not heard: member 'm3' is not present
            """);
  }

  @Test
  void statsOfOneServiceInJsonAreThoseOfTheApi() throws IOException {
    Result result = shunt("cache", "stats", "--service", "web", "--json");
    assertThat(new ObjectMapper().readTree(result.out()).at("/caches/2/member").asText())
        .isEqualTo("m3");
    Result unknown = shunt("cache", "stats", "--service", "w b");
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(unknown.err()).contains("service: found 'w b', allowed is the name of a service");
    Result none = shunt("cache", "stats", "--service", "wbe");
    assertThat(none.code()).isEqualTo(ExitCode.REFUSED.number());
    assertThat(none.err())
        .isEqualTo("shunt: no service 'wbe' that keeps responses; those that do: web\n");
  }

  @Test
  void whereNoServiceKeepsResponsesThatIsSaidAndAPurgeIsRefused() {
    array.cacheless = true;
    Result stats = shunt("cache", "stats");
    assertThat(stats.code()).isZero();
    assertThat(stats.out()).isEqualTo("no service keeps responses\n");
    Result purge = shunt("cache", "purge", "--all");
    assertThat(purge.code()).isEqualTo(ExitCode.REFUSED.number());
    assertThat(purge.err()).isEqualTo("shunt: no service keeps responses\n");
  }

  @Test
  void aPurgeTellsWhatBecameOfItOnEachMember() {
    Result result = shunt("cache", "purge", "--all");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            MEMBER  OBEYED  DROPPED  NOTE
            m1      yes           3
            m2      yes           0  no service keeps responses
            3 responses dropped
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--all --service web | purge all of web",
        "--url https://a.example/x?y=\"1\" | purge url https://a.example/x?y=\"1\"",
        "--prefix http://a.example/ | purge prefix http://a.example/",
        "--tag product-7 --service web | purge tag product-7 of web"
      })
  void everyOptionReachesTheArray(String options, String command) {
    assertThat(purge(options).code()).isZero();
    assertThat(array.commands).containsExactly(command);
  }

  @Test
  void aPurgeThatNotAllMembersObeyedFailsAndShowsWhoDid() throws IOException {
    array.silent = "member 'm3' did not answer within PT3S";
    Result result = shunt("cache", "purge", "--all");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED.number());
    assertThat(result.out())
        .isEqualTo(
            """
            MEMBER  OBEYED  DROPPED  NOTE
            m1      yes     3
            m2      yes     0        no service keeps responses
            m3      no      -        member 'm3' did not answer within PT3S
            3 responses dropped
            """);
    assertThat(result.err())
        .isEqualTo("shunt: not all members obeyed: member 'm3' did not answer within PT3S\n");
    Result json = shunt("cache", "purge", "--all", "--json");
    assertThat(json.code()).isEqualTo(ExitCode.FAILED.number());
    assertThat(new ObjectMapper().readTree(json.out()).at("/members/2/obeyed").asBoolean(true))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--url /x | url: found '/x', allowed is an absolute URL: http://host/path or https://host",
        "--prefix a.example | prefix: found 'a.example', allowed is an absolute URL",
        "--tag a,b | tag: found 'a,b', allowed is printable ASCII without blanks",
        "--url | Missing required parameter for option '--url' (URL)",
        "--all --tag x | --all, --tag=TAG are mutually exclusive",
        "--service web | (--all | --url=URL | --prefix=PREFIX | --tag=TAG)"
      })
  void whatIsNotAllowedIsSaidToBe(String options, String message) {
    Result result = purge(options);
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(result.err()).startsWith("shunt: ").contains(message);
    assertThat(array.commands).isEmpty();
  }

  @Test
  void withoutASubcommandItIsMisuse() {
    Result result = shunt("cache");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(result.err()).contains("what to do is missing: stats or purge", "--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stats", "purge"})
  void everyPartHasHelpWithExitCodesAndAnExample(String part) {
    assertThat(shunt("cache", part, "--help").out())
        .contains("--json", "Exit codes:", "no daemon answers", "Example", "  shunt cache " + part);
  }

  private Result purge(String options) {
    return shunt(("cache purge " + options).split(" ", -1));
  }

  private Result shunt(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    HostEnvironment environment =
        new HostEnvironment(Map.of("XDG_RUNTIME_DIR", folder.toString()), "alice", folder);
    DaemonStarter none =
        (_, _) -> {
          throw new IllegalStateException("no command here starts a daemon");
        };
    int code =
        Cli.commandLine(new Host(environment, "9.9", none, StageSettings.Check.ANY))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(args);
    return new Result(code, out.toString(), err.toString());
  }
}
