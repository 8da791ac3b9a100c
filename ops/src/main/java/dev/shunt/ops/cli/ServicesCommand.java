package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.AdmissionStatus;
import dev.shunt.ops.admin.model.ServerStatus;
import dev.shunt.ops.admin.model.ServiceStatus;
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.TargetStatus;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code shunt services}: services with their targets and servers. */
@Command(
    name = "services",
    description = "List the services with their targets and servers; counts are one member's own.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt services --member m2"})
final class ServicesCommand extends DaemonCommand {

  ServicesCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    Services services = client.get("/v1/services", Services.class);
    if (!output.printedAsJson(services)) {
      output.print(text(services, output.style()));
    }
  }

  static String text(Services services, Style style) {
    StringBuilder text = new StringBuilder();
    for (ServiceStatus s : services.services()) {
      text.append(text.isEmpty() ? "" : "\n");
      text.append(
          "%s  %s %s, %s to targets%s, %s to servers%s%n"
              .formatted(
                  s.name(),
                  s.mode(),
                  s.address(),
                  s.algorithm(),
                  s.everyone() ? " by every member" : "",
                  s.serverAlgorithm(),
                  s.answers().equals("switched") ? ", answers switched" : ""));
      text.append(
          "%d connections, %d active, %d requests (5xx %d), p50 %s, p99 %s%n"
              .formatted(
                  s.connections(),
                  s.active(),
                  s.requests(),
                  s.responses().status5xx(),
                  Style.millis(s.latencyMicrosP50()),
                  Style.millis(s.latencyMicrosP99())));
      if (s.admission() != null) {
        text.append(admission(s.admission()));
      }
      if (!s.stages().isEmpty()) {
        text.append("stages: %s%n".formatted(stages(s)));
      }
      if (!s.targets().isEmpty()) {
        text.append(targets(s, style));
      }
      text.append(servers(s, style));
    }
    return text.toString();
  }

  private static String stages(ServiceStatus s) {
    return s.stages().entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String admission(AdmissionStatus a) {
    return "admission: %d sessions, %s of new ones refused by load, %s%n"
        .formatted(a.sessions(), Style.percent(a.shed()), a.summary());
  }

  private static Table targets(ServiceStatus s, Style style) {
    Table table = new Table("  TARGET", "LABEL", "STATE", "WEIGHT", "SHARE");
    for (TargetStatus t : s.targets()) {
      table.row(
          "  " + t.name(), t.label(), style.state(t.state()), t.weight(), Style.percent(t.share()));
    }
    return table;
  }

  private static Table servers(ServiceStatus s, Style style) {
    Table table =
        new Table(
            "  SERVER",
            "ADDRESS",
            "STATE",
            "WEIGHT",
            "ACTIVE",
            "CONNECTIONS",
            "REQUESTS",
            "ERRORS");
    for (ServerStatus v : s.servers()) {
      table.row(
          "  " + v.name(),
          v.address(),
          style.state(v.state()),
          v.weight(),
          v.active(),
          v.connections(),
          v.requests(),
          v.errors());
    }
    return table;
  }
}
