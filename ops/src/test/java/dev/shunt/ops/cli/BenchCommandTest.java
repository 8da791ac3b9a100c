package dev.shunt.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.admin.AdminJson;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.StageSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code shunt bench} refuses, and how it shows what it found. */
class BenchCommandTest {

  private static final BenchReport REPORT =
      new BenchReport(
          "label",
          "A processor, 2 cores, Linux 6.18, BPF compiled",
          0.012,
          60,
          List.of(
              new BenchRow(
                  "nothing",
                  "the run",
                  "ns",
                  14.2,
                  14.1,
                  14.4,
                  "mac-swap",
                  24.0,
                  0.59,
                  40,
                  null,
                  null),
              new BenchRow(
                  "labelled",
                  "label switch",
                  "ns",
                  30.0,
                  29.5,
                  31.0,
                  "mac-swap",
                  24.0,
                  1.25,
                  39,
                  1.3,
                  true),
              new BenchRow(
                  "new-session",
                  "second packet",
                  "ns",
                  240.0,
                  239.0,
                  260.0,
                  "mac-swap",
                  24.0,
                  10.0,
                  40,
                  6.0,
                  false)),
          List.of(new BenchReport.Growth("session hit by sessions", List.of("a", "b"), 0.12)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench | what to measure is missing: label, flood, http, tls, start, failover or cdn",
        "bench flood --seconds 4 | --seconds 4: allowed is 5 to 600",
        "bench http --rows 200B | --rows 200B: allowed are keepalive-64-200B, keepalive-1000-200B",
        "bench tls --rows h3 | --rows h3: allowed are keepalive-64-200B",
        "bench start --seconds 4 | --seconds 4: allowed is 5 to 600",
        "bench failover --runs -1 | --runs -1: allowed is 0 to 10000",
        "bench failover --peer-runs 10001 | --peer-runs 10001: allowed is 0 to 10000",
        "bench failover --new-per-second 0 | --new-per-second 0: allowed is 1 to 1000",
        "bench failover --minutes 0 | --minutes 0: allowed is 1 to 1440",
        "bench failover --faults kill,reboot | 'reboot'",
        "bench cdn --seconds 4 | --seconds 4: allowed is 5 to 600",
        "bench cdn --rows shop | --rows shop: allowed are shop-10KB, shop-100KB, shop-1MB, article-10KB",
        "bench label --seconds 4 | --seconds 4: allowed is 5 to 600",
        "bench label --seconds 601 | --seconds 601: allowed is 5 to 600",
        "bench label --rows labelled,new | --rows new: allowed are nothing, labelled, pass-through"
      })
  void aBenchThatCannotBeIsToldWhatIsWrong(String line) {
    String[] parts = line.split(" \\| ", 2);
    StringWriter err = new StringWriter();
    assertThat(shunt(err, parts[0].split(" "))).isEqualTo(ExitCode.USAGE.number());
    assertThat(err.toString()).contains(parts[1], "--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"label", "flood"})
  void whoIsNotRootIsToldHow(String what) {
    StringWriter err = new StringWriter();
    assertThat(shunt(err, "bench", what)).isEqualTo(ExitCode.FAILED.number());
    assertThat(err.toString())
        .isEqualTo(
            "shunt: loading programs into the kernel takes root: sudo shunt bench %s\n"
                .formatted(what));
  }

  @Test
  void theTableSaysWhichLimitsAreKept() {
    assertThat(new BenchLabelCommand().text(REPORT, new Style(false)))
        .isEqualTo(
            """
            A processor, 2 cores, Linux 6.18, BPF compiled; others used 1.2% of it meanwhile
            nanoseconds a packet and ratio to a bare MAC swap (24.0 ns), medians over 39 and more rounds
            ROW          PACKET            NS  QUARTILES       RATIO  LIMIT  OK
            nothing      the run         14.2  14.1 to 14.4     0.59
            labelled     label switch    30.0  29.5 to 31.0     1.25  1.3    yes
            new-session  second packet  240.0  239.0 to 260.0  10.00  6.0    no

            GROWTH                   EXPONENT
            session hit by sessions      0.12
            """);
  }

  @Test
  void theJsonHasWhatScriptsCompare() throws IOException {
    JsonNode json = new ObjectMapper().readTree(AdminJson.text(REPORT));
    assertThat(json.get("bench").asText()).isEqualTo("label");
    JsonNode row = json.get("rows").get(1);
    assertThat(row.get("reference").asText()).isEqualTo("mac-swap");
    assertThat(row.get("reference_value").asDouble()).isEqualTo(24.0);
    assertThat(row.get("ratio").asDouble()).isEqualTo(1.25);
    assertThat(row.get("ok").asBoolean()).isTrue();
    assertThat(json.get("rows").get(0).has("limit")).isFalse();
  }

  private static int shunt(StringWriter err, String... args) {
    HostEnvironment environment = new HostEnvironment(Map.of(), "alice", Path.of("/nowhere"));
    DaemonStarter none =
        (_, _) -> {
          throw new IOException("no daemon here");
        };
    CommandLine commandLine =
        Cli.commandLine(new Host(environment, "9.9", none, StageSettings.Check.ANY));
    return commandLine.setErr(new PrintWriter(err)).execute(args);
  }
}
