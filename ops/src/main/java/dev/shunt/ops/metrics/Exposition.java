package dev.shunt.ops.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes a registry as text for Prometheus, in the newer format where that is asked for. */
public final class Exposition {

  /** A page of metrics. */
  public record Page(String contentType, String text) {}

  private static final Map<String, String> HELP =
      Families.ALL.stream().collect(Collectors.toUnmodifiableMap(Family::name, Family::help));

  /** What has no help of its own is the virtual machine's. */
  private static final String OTHER_HELP = "Of the Java virtual machine.";

  private final PrometheusRegistry prometheus = new PrometheusRegistry();
  private final Runnable refresh;
  private final ExpositionFormatWriter openMetrics =
      OpenMetricsTextFormatWriter.builder().setCreatedTimestampsEnabled(false).build();
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.builder().build();

  /**
   * @param refresh called before each page, to bring the registry up to date
   */
  public Exposition(MetricRegistry registry, Runnable refresh) {
    this.refresh = refresh;
    DropwizardExports.builder()
        .dropwizardRegistry(registry)
        // The list of deadlocked threads is no number.
        .metricFilter((name, metric) -> !name.endsWith(".deadlocks"))
        .customLabelMapper(new SeriesLabels())
        .register(prometheus);
  }

  /**
   * @param accept the request's {@code Accept}, empty when it has none
   */
  public Page page(String accept) {
    refresh.run();
    ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(body, explained(prometheus.scrape()));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new Page(writer.getContentType(), body.toString(StandardCharsets.UTF_8));
  }

  /** The bridge knows no help texts; the families do. */
  private static MetricSnapshots explained(MetricSnapshots snapshots) {
    Function<MetricSnapshot, MetricSnapshot> explain =
        snapshot -> {
          String name = snapshot.getMetadata().getName();
          MetricMetadata metadata = new MetricMetadata(name, HELP.getOrDefault(name, OTHER_HELP));
          return switch (snapshot) {
            case CounterSnapshot counter -> new CounterSnapshot(metadata, counter.getDataPoints());
            case GaugeSnapshot gauge -> new GaugeSnapshot(metadata, gauge.getDataPoints());
            default -> snapshot;
          };
        };
    return new MetricSnapshots(snapshots.stream().map(explain).toList());
  }
}
