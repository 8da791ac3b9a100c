package dev.shunt.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;
import dev.shunt.ops.admin.FakeArray;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ExpositionTest {

  /** The text format: https://prometheus.io/docs/instrumenting/exposition_formats/. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*)})?"
              + " (NaN|[+-]Inf|[-+0-9.eE]+)");

  private final FakeArray array = new FakeArray();
  private final AtomicLong clock = new AtomicLong();
  private final MetricRegistry registry = new MetricRegistry();
  private final ArrayMetrics metrics = new ArrayMetrics(registry, array, clock::get);
  private final Exposition exposition = new Exposition(registry, metrics::refresh);

  @Test
  void everyLineIsOfTheFormatAndEverySampleFollowsItsTypeOnce() {
    Set<String> typed = new HashSet<>();
    Set<String> samples = new HashSet<>();
    String current = "";
    for (String line : lines("")) {
      if (line.startsWith("# TYPE ")) {
        current = line.split(" ", -1)[2];
        assertThat(typed.add(current)).as("one TYPE of %s", current).isTrue();
      } else if (!line.startsWith("# HELP ")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).isEqualTo(current);
        assertThat(samples.add(sample.group(1) + sample.group(2))).as("one %s", line).isTrue();
      }
    }
    assertThat(samples).hasSizeGreaterThan(60);
  }

  @Test
  void theArraysStateIsInTheText() {
    assertThat(lines(""))
        .contains(
            "# HELP shunt_scheduler 1 while this member is scheduler, else 0.",
            "# TYPE shunt_scheduler gauge",
            "shunt_scheduler 1.0",
            "shunt_build{array=\"demo\",member=\"m1\",version=\"0.1.0\"} 1.0",
            "shunt_lease_remaining_seconds 0.134",
            "shunt_members_present 2.0",
            "shunt_members_configured 3.0",
            "shunt_replication_lag_p99_seconds 0.0012",
            "shunt_replication_mended_entries_total 7.0",
            "shunt_replication_proved_seconds 12.0",
            "# TYPE shunt_data_plane_packets_total counter",
            "shunt_data_plane_packets_total{outcome=\"push\"} 900.0",
            "shunt_label_pairs{state=\"free\"} 2048.0",
            "shunt_label_pairs{state=\"queue\"} 4000.0",
            "shunt_label_pairs{state=\"used\"} 96.0",
            "shunt_label_pairs{state=\"resting\"} 7.0",
            "shunt_label_pool_empty_total 5.0",
            "shunt_service_responses_total{class=\"2xx\",service=\"web\"} 1200.0",
            "shunt_service_sessions{service=\"web\"} 812.0",
            "shunt_service_shed_ratio{service=\"web\"} 0.125",
            "shunt_service_refused_sessions_total{reason=\"rate\",service=\"web\"} 7.0",
            "shunt_service_refused_sessions_total{reason=\"sessions\",service=\"web\"} 0.0",
            "# TYPE shunt_cache_requests_total counter",
            "shunt_cache_requests_total{result=\"hit\",service=\"web\"} 60.0",
            "shunt_cache_requests_total{result=\"validated\",service=\"web\"} 20.0",
            "shunt_cache_requests_total{result=\"collapsed\",service=\"web\"} 10.0",
            "shunt_cache_requests_total{result=\"stale\",service=\"web\"} 5.0",
            "shunt_cache_requests_total{result=\"miss\",service=\"web\"} 25.0",
            "shunt_cache_requests_total{result=\"bypassed\",service=\"web\"} 7.0",
            "shunt_cache_stored_total{service=\"web\"} 40.0",
            "shunt_cache_refused_total{service=\"web\"} 3.0",
            "shunt_cache_evicted_total{service=\"web\"} 2.0",
            "shunt_cache_purged_total{service=\"web\"} 9.0",
            "shunt_cache_entries{service=\"web\"} 29.0",
            "shunt_cache_bytes{service=\"web\"} 4096.0",
            "shunt_cache_bytes_limit{service=\"web\"} 1048576.0",
            "shunt_target_up{service=\"web\",target=\"m2\"} 0.0",
            "shunt_service_new_sessions_per_second_limit{service=\"web\"} 12.5",
            "shunt_service_existing_latency_p99_seconds{service=\"web\"} 0.18",
            "shunt_server_ejected{server=\"s1\",service=\"web\"} 0.0",
            "shunt_server_errors_total{server=\"127.0.0.1:9001\",service=\"web\"} 34.0");
  }

  @Test
  void everyFamilyIsExplained() {
    List<String> lines = lines("");
    for (Family family : Families.ALL) {
      String name = family.name() + (family.counter() ? "_total" : "");
      assertThat(lines).contains("# HELP " + name + " " + family.help());
    }
  }

  @Test
  void theJvmIsInTheTextToo() {
    assertThat(lines("")).anyMatch(l -> l.startsWith("jvm_memory_heap_used "));
  }

  @Test
  void theNewerFormatIsWrittenWhereItIsAskedFor() {
    Exposition.Page page = exposition.page("application/openmetrics-text; version=1.0.0");
    assertThat(page.contentType()).startsWith("application/openmetrics-text");
    assertThat(page.text()).endsWith("# EOF\n").contains("# TYPE shunt_service_requests counter");
  }

  @Test
  void aScrapeAsksTheArrayOnceAndNotMoreOftenThanTheAgeAllows() {
    exposition.page("");
    assertThat(array.asked).hasValue(1);
    array.requests.set(9999);
    assertThat(lines("")).contains("shunt_service_requests_total{service=\"web\"} 1234.0");
    clock.addAndGet(ArrayMetrics.MAX_AGE.toNanos());
    assertThat(lines("")).contains("shunt_service_requests_total{service=\"web\"} 9999.0");
    assertThat(array.asked).hasValue(2);
  }

  @Test
  void theSeriesAreSeenOverJmx() throws Exception {
    try (JmxReporter reporter = JmxReporter.forRegistry(registry).inDomain("shunt.test").build()) {
      reporter.start();
      metrics.refresh();
      Object value =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName("shunt.test:name=shunt_members_present,type=gauges"), "Value");
      assertThat(value).isEqualTo(2);
    }
  }

  @Test
  void separatorsCannotBreakOutOfALabel() {
    String name = Family.gauge("x", "").series(java.util.Map.of("a", "1,b=2}", "c", "d"));
    assertThat(name).isEqualTo("x{a=1_b_2_,c=d}");
    assertThat(new SeriesLabels().getLabels(name, new ArrayList<>(), new ArrayList<>()).size())
        .isEqualTo(2);
  }

  private List<String> lines(String accept) {
    return exposition.page(accept).text().lines().toList();
  }
}
