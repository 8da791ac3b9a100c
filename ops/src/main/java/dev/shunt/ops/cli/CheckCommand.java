package dev.shunt.ops.cli;

import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigError;
import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.Fingerprint;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.scheduler.Admission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code shunt check}: says what a configuration means, or everything that is wrong with it. */
@Command(
    name = "check",
    description = "Check a configuration; print a summary, or all errors with their places.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt check shunt.yaml"})
final class CheckCommand implements Callable<Integer> {

  /** Of the fingerprint, that many digits are enough for the eye. */
  static final int SHOWN_FINGERPRINT = 12;

  private final Host host;

  @Mixin Output output = new Output();

  @Parameters(paramLabel = "FILE", description = "The configuration.")
  Path file = Path.of("shunt.yaml");

  /** The answer as JSON. */
  record Report(
      boolean ok,
      @Nullable String fingerprint,
      @Nullable Integer members,
      @Nullable Integer witnesses,
      @Nullable Integer services,
      List<ConfigError> errors,
      List<ConfigError> warnings) {}

  CheckCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    try {
      ConfigFile config = ConfigFile.read(file, host.stages());
      print(config);
      return ExitCode.OK.number();
    } catch (ConfigException e) {
      Report report = new Report(false, null, null, null, null, e.errors(), List.of());
      if (!output.printedAsJson(report)) {
        e.errors().forEach(output.err()::println);
        int count = e.errors().size();
        output.err().println(count + (count == 1 ? " error" : " errors"));
        output.err().flush();
      }
      return ExitCode.USAGE.number();
    }
  }

  private void print(ConfigFile config) {
    ArrayConfig array = config.array();
    String fingerprint = Fingerprint.of(array);
    Report report =
        new Report(
            true,
            fingerprint,
            array.members().size(),
            array.witnesses().size(),
            array.services().size(),
            List.of(),
            config.warnings());
    if (output.printedAsJson(report)) {
      return;
    }
    Table services =
        new Table(
            "SERVICE",
            "MODE",
            "ADDRESS",
            "SERVERS",
            "LABELS",
            "SYN COOKIES",
            "STAGES",
            "ADMISSION");
    for (ServiceConfig s : array.services()) {
      String stages = String.join(" ", s.stages().stream().map(stage -> stage.name()).toList());
      services.row(
          s.name(),
          s.mode().name().toLowerCase(java.util.Locale.ROOT),
          s.frontend(),
          s.servers().size(),
          s.labels() ? "on" : "off",
          s.cookies().use().name().toLowerCase(java.util.Locale.ROOT),
          stages.isEmpty() ? "-" : stages,
          limits(s.admission()));
    }
    StringBuilder text = new StringBuilder("ok: ").append(what(array));
    text.append(", fingerprint ").append(fingerprint, 0, SHOWN_FINGERPRINT).append('\n');
    text.append(services);
    config
        .warnings()
        .forEach(w -> text.append(output.style().warning("warning: " + w)).append('\n'));
    output.print(text.toString());
  }

  /** Such as {@code 1000 sessions, 50/s, reset}. */
  private static String limits(Admission a) {
    if (!a.isLimited()) {
      return "-";
    }
    List<String> limits = new ArrayList<>();
    if (a.maxSessions() > 0) {
      limits.add(a.maxSessions() + " sessions");
    }
    if (a.maxSessionsPerTarget() > 0) {
      limits.add(a.maxSessionsPerTarget() + "/target");
    }
    if (a.newSessionsPerSecond() > 0) {
      limits.add("%d/s (burst %d)".formatted(a.newSessionsPerSecond(), a.burst()));
    }
    if (a.limitsResponseTime()) {
      limits.add(a.maxResponseTime().toMillis() + "ms");
    }
    limits.add(a.silent() ? "silence" : "reset");
    return String.join(", ", limits);
  }

  private static String what(ArrayConfig array) {
    if (array.isStandalone()) {
      return "a load balancer that stands alone";
    }
    List<String> names = array.members().stream().map(m -> m.id().value()).toList();
    List<String> witnesses = array.witnesses().stream().map(m -> m.id().value()).toList();
    return "array %s of %s%s"
        .formatted(
            array.name(),
            String.join(", ", names),
            witnesses.isEmpty() ? "" : " with witness " + String.join(", ", witnesses));
  }
}
