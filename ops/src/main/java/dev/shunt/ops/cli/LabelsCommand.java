package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.LabelRow;
import dev.shunt.ops.admin.model.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shunt labels}: a member's label switching table (claim L5). */
@Command(
    name = "labels",
    description = "List a member's label switching table.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt labels --service web --target m2",
      "  shunt labels --session 192.0.2.7:4711 --json",
      "  shunt labels --service web --follow"
    })
final class LabelsCommand extends DaemonCommand {

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "100",
      description = "How many to show at most, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  int limit;

  @Option(names = "--service", paramLabel = "NAME", description = "Only of sessions of a service.")
  @Nullable String service;

  @Option(names = "--target", paramLabel = "NAME", description = "Only those of a target.")
  @Nullable String target;

  @Option(
      names = "--session",
      paramLabel = "CLIENT",
      description = "Only of sessions of a client: its address, with or without the port.")
  @Nullable String session;

  @Mixin FollowOptions following = new FollowOptions();

  LabelsCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    String wanted =
        parameter("service", service) + parameter("target", target) + parameter("session", session);
    if (following.follow) {
      following.run(
          output,
          new Follow<>(LabelRow::label, LabelsCommand::content),
          () -> {
            Labels now =
                client.get("/v1/labels?limit=" + FollowOptions.MOST + wanted, Labels.class);
            return new FollowOptions.Listing<>(now.labels(), now.matching());
          },
          LabelsCommand::line);
      return;
    }
    String path = "/v1/labels?limit=" + limit + wanted;
    Labels labels = client.get(path, Labels.class);
    if (!output.printedAsJson(labels)) {
      output.print(text(labels));
    }
  }

  private static List<String> content(LabelRow row) {
    return List.of(row.action(), row.target(), orNone(row.port()), orNone(row.session()));
  }

  private static String line(LabelRow row) {
    return "%d %s in %s out %s port %s %s target %s session %s"
        .formatted(
            row.label(),
            orNone(row.direction()),
            row.in(),
            orNone(row.out()),
            orNone(row.port()),
            row.action(),
            row.target(),
            orNone(row.session()));
  }

  private static String parameter(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + encoded(value);
  }

  static String text(Labels labels) {
    Table table =
        new Table(
            "LABEL",
            "DIRECTION",
            "IN",
            "OUT",
            "PORT",
            "ACTION",
            "PACKETS",
            "TARGET",
            "SERVICE",
            "SESSION");
    for (LabelRow row : labels.labels()) {
      table.row(
          row.label(),
          orNone(row.direction()),
          row.in(),
          orNone(row.out()),
          orNone(row.port()),
          row.action(),
          row.packets(),
          row.target(),
          orNone(row.service()),
          orNone(row.session()));
    }
    return table
        + "%d shown, %d matching, %d in all%n"
            .formatted(labels.labels().size(), labels.matching(), labels.total());
  }

  private static String orNone(@Nullable String text) {
    return text == null ? "-" : text;
  }
}
