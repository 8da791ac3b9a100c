package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Ticker;
import dev.shunt.integrationtests.harness.Requirements;
import dev.shunt.ops.bench.BenchException;
import dev.shunt.ops.bench.BenchReport;
import dev.shunt.ops.bench.BenchRow;
import dev.shunt.ops.bench.FailoverBench;
import dev.shunt.ops.bench.FailoverReport;
import dev.shunt.ops.bench.FailoverRow;
import dev.shunt.ops.bench.ProxyBench;
import dev.shunt.ops.lab.FailoverFault;
import dev.shunt.ops.lab.LabException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The benchmarks of the node run, and those of failovers. They end with an error where a proxy
 * lacks a feature, an answer is wrong, or a request stands in no access log. What they measured so
 * briefly says nothing.
 */
class BenchIT {

  @Test
  void aRequestIsMeasuredThroughAllThreeProxies() throws BenchException {
    BenchReport report = run(false, "keepalive-64-200B");

    assertThat(report.bench()).isEqualTo("http");
    assertThat(report.rows())
        .extracting(BenchRow::name)
        .anyMatch("keepalive-64-200B"::equals)
        .anyMatch("rate-keepalive-64-200B"::equals);
    assertThat(report.rows())
        .allSatisfy(row -> {
          assertThat(row.value()).isPositive();
          assertThat(row.referenceValue()).isPositive();
          assertThat(row.reference()).isIn("nginx", "haproxy");
        });
  }

  @Test
  void handshakesAreMeasuredAndResumedWhereTheyAreToBe() throws BenchException {
    assertThat(run(true, "handshake-full", "handshake-resumed").rows())
        .extracting(BenchRow::name)
        .anyMatch("handshake-full"::equals)
        .anyMatch("handshake-resumed"::equals);
  }

  @Test
  void aHandOverIsMeasuredUnderLoad() throws BenchException {
    Requirements.root();
    FailoverReport report = failovers(1, 0, "bf");

    FailoverRow row = report.rows().getFirst();
    assertThat(report.failures()).isEmpty();
    assertThat(row.name()).isEqualTo("handover");
    assertThat(row.runs()).isEqualTo(1);
    assertThat(row.sessions()).isPositive();
    assertThat(row.delivered()).isNotNull();
    assertThat(row.max()).isPositive();
  }

  @Test
  void aPairWithKeepalivedIsMeasuredTheSameWay() throws BenchException {
    Requirements.root();
    FailoverReport report = failovers(0, 1, "bk");

    assertThat(report.failures()).isEmpty();
    assertThat(report.rows())
        .extracting(FailoverRow::name)
        .containsExactly("keepalived-1s/handover", "keepalived-0.1s/handover");
    assertThat(report.rows())
        .allSatisfy(row -> {
          assertThat(row.runs()).isEqualTo(1);
          assertThat(row.sessionsOnStruck()).isPositive();
          assertThat(row.sessions()).isEqualTo(row.sessionsOnStruck());
        });
  }

  private static FailoverReport failovers(int runs, int peerRuns, String name)
      throws BenchException {
    FailoverBench.Plan plan =
        new FailoverBench.Plan(
            name + ProcessHandle.current().pid(),
            EnumSet.of(FailoverFault.HANDOVER),
            runs,
            peerRuns,
            50,
            Duration.ofMinutes(10));
    return new FailoverBench(Ticker.system(), _ -> {}, plan).run();
  }

  private static BenchReport run(boolean tls, String... rows) throws BenchException {
    List<String> told = new ArrayList<>();
    try {
      return new ProxyBench(Ticker.system(), told::add, tls).run(5, Set.of(rows), 1);
    } catch (LabException e) {
      boolean missing = String.valueOf(e.getMessage()).startsWith("missing on this machine");
      Assumptions.assumeFalse(
          missing && !"true".equals(System.getenv("CI")), "the other proxies are not installed");
      throw e;
    }
  }
}
