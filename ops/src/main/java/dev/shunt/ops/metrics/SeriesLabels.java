package dev.shunt.ops.metrics;

import io.prometheus.metrics.instrumentation.dropwizard5.labels.CustomLabelMapper;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.MapperConfig;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Map;

/** Reads labels out of a Dropwizard name of the form {@link Family#series} gives it. */
final class SeriesLabels extends CustomLabelMapper {

  /** The mapper wants a rule, though the names carry their labels themselves. */
  private static final List<MapperConfig> UNUSED =
      List.of(new MapperConfig("unused.*", "unused", Map.of()));

  SeriesLabels() {
    super(UNUSED);
  }

  @Override
  public String getName(String dropwizardName) {
    int brace = dropwizardName.indexOf('{');
    return brace < 0 ? dropwizardName : dropwizardName.substring(0, brace);
  }

  @Override
  public Labels getLabels(
      String dropwizardName,
      List<String> additionalLabelNames,
      List<String> additionalLabelValues) {
    Labels labels = Labels.of(additionalLabelNames, additionalLabelValues);
    int brace = dropwizardName.indexOf('{');
    if (brace < 0) {
      return labels;
    }
    for (String pair :
        dropwizardName.substring(brace + 1, dropwizardName.length() - 1).split(",", -1)) {
      int equals = pair.indexOf('=');
      labels = labels.add(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return labels;
  }
}
