package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.admin.model.Sessions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shunt sessions}: what is in the array's session table. */
@Command(
    name = "sessions",
    description = "List sessions of the array.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt sessions --limit 20",
      "  shunt sessions --filter target=m2,state=established",
      "  shunt sessions --filter service=web --follow"
    })
final class SessionsCommand extends DaemonCommand {

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "100",
      description = "How many to show at most, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  int limit;

  @Option(
      names = {"-f", "--filter"},
      paramLabel = "KEY=VALUE[,…]",
      defaultValue = "",
      description =
          "Only those that match; keys: client, destination, id, protocol, service, state, target.")
  String filter = "";

  @Mixin FollowOptions following = new FollowOptions();

  SessionsCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    if (following.follow) {
      String path = "/v1/sessions?limit=" + FollowOptions.MOST + "&filter=" + encoded(filter);
      following.run(
          output,
          new Follow<>(SessionEntry::id, SessionsCommand::content),
          () -> {
            Sessions now = client.get(path, Sessions.class);
            return new FollowOptions.Listing<>(now.sessions(), now.matching());
          },
          SessionsCommand::line);
      return;
    }
    String path = "/v1/sessions?limit=" + limit + "&filter=" + encoded(filter);
    Sessions sessions = client.get(path, Sessions.class);
    if (!output.printedAsJson(sessions)) {
      output.print(text(sessions, output.style()));
    }
  }

  private static List<Object> content(SessionEntry s) {
    return List.of(s.target(), s.state(), String.valueOf(s.c2s()), s.term());
  }

  private static String line(SessionEntry s) {
    return "%s %s %s -> %s c2s %s s2c %s target %s %s"
        .formatted(
            s.id(),
            s.protocol(),
            s.client(),
            s.destination(),
            s.c2s() == null ? "-" : s.c2s(),
            s.s2c() == null ? "-" : s.s2c(),
            s.target(),
            s.state());
  }

  static String text(Sessions sessions, Style style) {
    Table table =
        new Table(
            "ID",
            "PROTOCOL",
            "CLIENT",
            "DESTINATION",
            "C2S",
            "S2C",
            "TARGET",
            "LABEL",
            "STATE",
            "TERM",
            "AGE");
    for (SessionEntry s : sessions.sessions()) {
      table.row(
          s.id(),
          s.protocol(),
          s.client(),
          s.destination(),
          s.c2s() == null ? "-" : s.c2s(),
          s.s2c() == null ? "-" : s.s2c(),
          s.target(),
          s.label(),
          style.state(s.state()),
          s.term(),
          Style.duration(s.ageMillis()));
    }
    return table
        + "%d shown, %d matching, %d in all%n"
            .formatted(sessions.sessions().size(), sessions.matching(), sessions.total());
  }
}
