package dev.shunt.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.admin.AdminServer;
import dev.shunt.ops.admin.FakeArray;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.StageSettings;
import dev.shunt.ops.config.Yaml;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands against a real admin server with a fake array behind it. */
class CliTest {

  private static final String[] COMMANDS = {
    "run",
    "witness",
    "check",
    "status",
    "members",
    "services",
    "sessions",
    "labels",
    "where-goes",
    "trace",
    "explain",
    "drain",
    "undrain",
    "step-down",
    "cache",
    "edge",
    "version"
  };

  @TempDir Path folder = Path.of("/nowhere");

  private final FakeArray array = new FakeArray();
  private AdminServer server;
  private DaemonStarter daemon = (file, local) -> new Ended();

  /** What a command left behind. */
  private record Result(int code, String out, String err) {

    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  /** A daemon that has nothing to do. */
  private static final class Ended implements DaemonStarter.Running {
    @Override
    public void awaitEnd() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void start() throws IOException {
    server = server(folder.resolve("shunt/m1.sock"));
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void statusIsReadableAtAGlance() {
    Result result = shunt("status");
    assertThat(result.code()).isZero();
    assertThat(result.out().lines())
        .anyMatch(l -> l.equals("array       demo (configuration 0123456789ab)"))
        .anyMatch(l -> l.equals("member      m1, version 0.1.0, up 3m 12s"))
        .anyMatch(l -> l.matches("role +scheduler for .*, term 7.2, lease 134 ms, eligible"))
        .anyMatch(l -> l.equals("view        2 of 3 present: m1 m2"))
        .anyMatch(l ->
            l.equals(
                "tables      complete, proved 12s ago, 42 sessions, 3 queued, lag p50 0.4 ms p99 1.2 ms,"
                    + " 7 mended"))
        .anyMatch(
            l -> l.equals("data plane  native on eth0 (02:00:00:00:00:01), adopted, 1000 packets"))
        .anyMatch(
            l -> l.equals("admission   web: 37 refused (30 by load, 7 by rate), now 12.5% by load"))
        .anyMatch(l -> l.equals("OCSP        web: /etc/web.pem: good until 2027-01-15T08:00:00Z"))
        .anyMatch(l ->
            l.equals("OCSP        shop: /etc/shop.pem: none, next try now, last error: timed out"))
        .anyMatch(l -> l.equals("warning     member m3 is absent"));
  }

  @Test
  void membersAreATableWithTheOneThatAnswersMarked() {
    assertThat(shunt("members").out())
        .isEqualTo(
            """
            MEMBER  ADDRESS     PRESENT  ROLE       ELIGIBLE  TARGET   LABEL
            m1 *    10.77.0.11  yes      scheduler  yes       up        1024
            m2      10.77.0.12  yes      drained    yes       drained   1026
            m3      10.77.0.13  no       node       no        gone      1028
            """);
  }

  @Test
  void servicesShowTargetsAndServers() {
    assertThat(shunt("services").out())
        .isEqualTo(
            """
            web  http 10.77.0.100:80, maglev to targets, round-robin to servers
            12 connections, 4 active, 1234 requests (5xx 4), p50 0.9 ms, p99 12.3 ms
            admission: 812 sessions, 12.5% of new ones refused by load, 37 refused (30 by load, 7 by rate)
            stages: session_id_entries 5
              TARGET  LABEL  STATE    WEIGHT   SHARE
              m1       1024  up            1  100.0%
              m2       1026  drained       1    0.0%
              SERVER          ADDRESS          STATE  WEIGHT  ACTIVE  CONNECTIONS  REQUESTS  ERRORS
              s1              10.77.0.21:8080  up          1       3            5      1200       2
              127.0.0.1:9001  127.0.0.1:9001   down        2       0            0        34      34
            """);
  }

  @Test
  void sessionsAreFilteredByTheDaemon() {
    Result result = shunt("sessions", "--filter", "state=established,target=m2");
    assertThat(result.out()).contains("192.0.2.7:4712").doesNotContain("192.0.2.7:4711");
    assertThat(result.out()).endsWith("1 shown, 1 matching, 3 in all\n");
  }

  @Test
  void sessionsHaveColumnsForBothLabels() {
    assertThat(shunt("sessions").out().lines().toList())
        .anyMatch(l -> l.matches(" *ID +PROTOCOL +CLIENT +DESTINATION +C2S +S2C +TARGET .*"))
        .anyMatch(
            l -> l.matches("[0-9a-f]{12} +tcp +192.0.2.7:4711 +10.77.0.100:80 +8195 +8196 +m1 .*"));
  }

  @Test
  void followedListsTellOnlyWhatIsNewChangedOrGone() throws IOException {
    Result sessions = shunt("sessions", "--follow", "--seconds", "1");
    assertThat(sessions.out().lines().toList())
        .hasSize(3)
        .allMatch(line -> line.startsWith("+ "))
        .anyMatch(line -> line.endsWith("c2s 8195 s2c 8196 target m2 closing"));

    Result labels = shunt("labels", "--service", "web", "-F", "--seconds", "1", "--json");
    assertThat(labels.out().lines().toList()).hasSize(3);
    JsonNode first = new ObjectMapper().readTree(labels.out().lines().findFirst().orElseThrow());
    assertThat(first.path("event").asText()).isEqualTo("new");
    assertThat(first.at("/row/label").asInt()).isEqualTo(8195);
  }

  @Test
  void labelsAreListedWithLineCardsAndPort() {
    assertThat(shunt("labels").out())
        .isEqualTo(
            """
            LABEL  DIRECTION  IN    OUT   PORT               ACTION   PACKETS  TARGET  SERVICE  SESSION
             1026  -          eth0  eth0  02:00:00:00:00:02  to_port       12  m2      -        -
             8195  C2S        eth0  eth0  02:00:00:00:00:02  to_port       12  m2      web      192.0.2.7:4712 → 10.77.0.100:80
             8196  S2C        eth0  eth0  02:00:00:00:00:07  to_port       12  m2      web      192.0.2.7:4712 → 10.77.0.100:80
             8197  C2S        eth0  eth0  02:00:00:00:00:03  to_port       12  m3      web      192.0.2.77:9 → 10.77.0.100:80
            4 shown, 4 matching, 4 in all
            """);
  }

  @Test
  void labelsAreFilteredByTheDaemon() throws IOException {
    assertThat(shunt("labels", "--target", "m2", "--service", "web").out())
        .endsWith("2 shown, 2 matching, 4 in all\n");
    assertThat(shunt("labels", "--session", "192.0.2.7", "--limit", "1").out())
        .endsWith("1 shown, 2 matching, 4 in all\n");
    assertThat(shunt("labels", "--session", "192.0.2.77:9", "--json").json().at("/labels/0/label"))
        .hasToString("8197");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "members", "services", "sessions", "labels", "version"})
  void everyQuestionAnswersInJson(String command) throws IOException {
    Result result = shunt(command, "--json");
    assertThat(result.code()).isZero();
    assertThat(result.json().isObject()).isTrue();
  }

  @Test
  void commandsReachTheArray() throws IOException {
    assertThat(shunt("drain", "m2").out()).isEqualTo("done: drain m2\n");
    assertThat(shunt("undrain", "web/127.0.0.1:9001", "--json").json().at("/changed").asBoolean())
        .isTrue();
    assertThat(shunt("step-down").code()).isZero();
    assertThat(array.commands)
        .containsExactly("drain m2", "undrain web/127.0.0.1:9001", "step down");
  }

  @Test
  void aRefusalIsFourAndOneSentence() {
    Result result = shunt("drain", "m9");
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).isEqualTo("shunt: there is no member 'm9'\n");
  }

  @Test
  void aBugOfTheDaemonIsOne() {
    array.broken = true;
    assertThat(shunt("status").code()).isEqualTo(1);
  }

  @Test
  void withoutADaemonItIsThree() {
    server.close();
    Result result = shunt("status");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err())
        .startsWith("shunt: no daemon answers in " + folder.resolve("shunt"))
        .hasLineCount(1);
    assertThat(shunt("status", "--socket", "/nowhere/x.sock").code()).isEqualTo(3);
    assertThat(shunt("status", "--admin", "1").code()).isEqualTo(3);
  }

  @Test
  void whatDoesNotSpeakTheApiIsThree() throws IOException {
    Path socket = folder.resolve("odd.sock");
    try (ServerSocketChannel odd = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      odd.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual()
          .start(() -> {
            try {
              odd.accept().close();
            } catch (IOException _) {
              // The test is over.
            }
          });
      assertThat(shunt("status", "-s", socket.toString()).code()).isEqualTo(3);
    }
  }

  @Test
  void amongSeveralDaemonsOneMustBeChosen() throws IOException {
    try (AdminServer second = server(folder.resolve("shunt/m2.sock"))) {
      second.start();
      Result result = shunt("status");
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err())
          .contains("choose with --member one of")
          .contains("m1")
          .contains("m2");
      assertThat(shunt("status", "--member", "m2").code()).isZero();
    }
  }

  @Test
  void questionsMayBeAskedOverTcpAndCommandsNot() {
    String port = String.valueOf(server.address().orElseThrow().getPort());
    assertThat(shunt("status", "--admin", port).code()).isZero();
    Result command = shunt("step-down", "--admin", port);
    assertThat(command.code()).isEqualTo(4);
    assertThat(command.err()).contains("on the Unix socket only");
    assertThat(array.commands).isEmpty();
  }

  @Test
  void checkSaysOkAndWhatItIs() throws IOException {
    Result result = shunt("check", write(Yaml.FULL));
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith("ok: array demo of m1, m2, m3, fingerprint ")
        .contains(
            "web      http  10.77.0.100:80        3  off     auto         cookie  1000 sessions, 200/target,"
                + " 50/s (burst 10), 250ms, silence")
        .contains("local    http");
    assertThat(shunt("check", "--json", write(Yaml.FULL)).json().at("/ok").asBoolean()).isTrue();
  }

  @Test
  void checkSaysEverythingThatIsWrong() throws IOException {
    String file = write("services:\n  - {name: Web, listen: x, servers: [127.0.0.1:1]}\n");
    Result result = shunt("check", file);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(3).last().isEqualTo("2 errors");
    JsonNode json = shunt("check", "--json", file).json();
    assertThat(json.at("/ok").asBoolean()).isFalse();
    assertThat(json.at("/errors/0/line").asInt()).isEqualTo(2);
    assertThat(json.at("/errors/0/key").asText()).isEqualTo("services[0].name");
  }

  @Test
  void runStartsTheDaemonWithWhatFileAndFlagsSay() throws IOException {
    LocalConfig[] started = new LocalConfig[1];
    daemon =
        (file, local) -> {
          started[0] = local;
          return new Ended();
        };
    String yaml = Yaml.FULL.replace("secret_file: secret", "secret_env: SECRET");
    Result result =
        shunt("run", "-c", write(yaml), "-m", "m2", "-i", "eth7", "--state-dir", "/state");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(started[0].member()).hasToString("m2");
    assertThat(started[0].networkInterface()).contains("eth7");
    assertThat(started[0].stateDirectory()).isEqualTo(Path.of("/state"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-s", "--socket", "--admin-socket"})
  void theDaemonsSocketIsNamedByTheSameWordsWhereItRunsAndWhereItIsAsked(String option)
      throws IOException {
    Path[] opened = new Path[1];
    daemon =
        (file, local) -> {
          opened[0] = local.adminSocket();
          return new Ended();
        };
    assertThat(shunt("run", "-c", write(Yaml.SMALLEST), option, "/run/odd.sock").code()).isZero();
    assertThat(opened[0]).isEqualTo(Path.of("/run/odd.sock"));

    assertThat(shunt("status", option, folder.resolve("shunt/m1.sock").toString()).code()).isZero();
    assertThat(shunt("status", option, "/run/odd.sock").code()).isEqualTo(3);
  }

  @Test
  void runEndsWhenTheDaemonDoes() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    daemon =
        (ConfigFile file, LocalConfig local) ->
            new DaemonStarter.Running() {
              @Override
              public void awaitEnd() {}

              @Override
              public void close() {
                closed.countDown();
              }
            };
    assertThat(shunt("run", "-c", write(Yaml.SMALLEST)).code()).isZero();
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void aDaemonThatCannotStartIsOneSentenceAndNoTrace() throws IOException {
    daemon =
        (file, local) -> {
          throw new IOException("127.0.0.1:80", new java.net.BindException("Permission denied"));
        };
    Result result = shunt("run", "-c", write(Yaml.SMALLEST));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("shunt: cannot start: 127.0.0.1:80: Permission denied\n");
  }

  @Test
  void runWithAWrongConfigurationIsTwoWithAllErrors() throws IOException {
    Result result = shunt("run", "-c", write("services: 1\nx: 2\n"));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("shunt: the configuration is not valid:\n").hasLineCount(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nonsense", "status --nonsense", "run", "drain", "sessions --limit=x"})
  void misuseIsTwoAndSaysWhereHelpIs(String line) {
    Result result = shunt(line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("shunt: ").contains("--help").hasSizeLessThan(400);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void everyCommandHasHelpWithExitCodesAndAnExample() {
    assertThat(commandLine().getSubcommands().keySet()).startsWith(COMMANDS).endsWith("lab");
    for (String command : COMMANDS) {
      Result help = shunt(command, "--help");
      assertThat(help.code()).isZero();
      assertThat(help.out())
          .contains("--json", "Exit codes:", "no daemon answers", "Example", "  shunt " + command);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "edge | --interface is missing",
        "edge -i eth0 | --role is missing",
        "edge -i eth0 -r server | --vip is missing",
        "edge -i eth0 -r middle --vip 10.0.0.1 | Invalid value for option '--role'",
        "edge -i eth0 -r server --vip www | 'www': allowed is an IP address",
        "edge -i eth0 -r server --vip 10.0.0.1/33 | prefix length 33: allowed is 0 to 32",
        "edge -i eth0 -r server --vip 10.0.0.1/24 | its address has bits behind the length",
        "edge -i eth0 -r client --vip 10.0.0.1 --fresh 26 | allowed is more than 0 and up to 25 s",
        "edge -i eth0 -r client --vip 10.0.0.1 --max-flows 0 | 0 flows: allowed are 1 to 4194304",
        "edge -i eth0 -r server --vip 10.0.0.1 --member 10.0.0.2"
            + " | member 10.0.0.2/32 without a data address: allowed is one with this host's of its"
            + " IP version",
        "edge -i eth0 -r server --vip 10.0.0.1 --data-address 10.0.0.3 --member fd00::/64"
            + " | data address 10.0.0.3 without a member: allowed is one with members' of its IP"
            + " version",
        "edge -i eth0 -r server --vip 10.0.0.1 --data-address 10.0.0.3/31 --member 10.0.0.2"
            + " | '10.0.0.3/31': allowed is an IP address",
        "edge -i eth0 -r server --vip 10.0.0.1 --data-address m2 --member 10.0.0.2"
            + " | 'm2': allowed is an IP address",
        "edge -i eth0 -r server --vip 10.0.0.1 --data-address 10.0.0.3 --data-address 10.0.0.4"
            + " --member 10.0.0.2 | data addresses [10.0.0.3, 10.0.0.4]: allowed is one of each IP"
            + " version",
        "edge -i eth0 -r client --vip 10.0.0.1 --data-address 10.0.0.3 --member 10.0.0.2"
            + " | labels in UDP for a client: allowed is role server, for nobody sends them to"
            + " clients",
        "edge status | --interface is missing",
        "edge remove | --interface is missing"
      })
  void anEdgeThatCannotBeIsToldWhatIsWrong(String line) {
    String[] parts = line.split(" \\| ", 2);
    Result result = shunt(parts[0].split(" "));
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(result.err()).contains(parts[1], "--help");
  }

  @Test
  void anEdgeThatIsNotThereHasNoStatus() {
    Result result = shunt("edge", "status", "--interface", "eth0", "--pins", "/sys/fs/bpf/none");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED.number());
    assertThat(result.err()).contains("/sys/fs/bpf/none");
  }

  @Test
  void versionAsksNoDaemon() {
    server.close();
    assertThat(shunt("version").out()).startsWith("shunt 9.9 (Java ");
  }

  private AdminServer server(Path socket) {
    Exposition page = new Exposition(new MetricRegistry(), () -> {});
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new AdminServer(array, page, "0.1.0", socket, Optional.of(any));
  }

  private CommandLine commandLine() {
    HostEnvironment environment =
        new HostEnvironment(
            Map.of("XDG_RUNTIME_DIR", folder.toString(), "SECRET", "correct horse battery staple"),
            "alice",
            folder);
    return Cli.commandLine(new Host(environment, "9.9", daemon, StageSettings.Check.ANY));
  }

  private Result shunt(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    return new Result(code, out.toString(), err.toString());
  }

  private String write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("shunt.yaml"), yaml).toString();
  }
}
