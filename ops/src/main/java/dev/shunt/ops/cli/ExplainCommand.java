package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.RequestReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shunt explain}: what was done with a recent request, and why. */
@Command(
    name = "explain",
    description = {
      "Show what a node did with a recent request: the rule that held, which stage asked for which"
          + " server, what was tried, and what came of it.",
      "Any member can be asked; each remembers the last requests of its own node."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt explain 9e3779b97f4a7c15",
      "  shunt explain 9e3779b97f4a7c15 --json"
    })
final class ExplainCommand extends DaemonCommand {

  @Parameters(
      index = "0",
      paramLabel = "REQUEST-ID",
      description = "As X-Request-Id has it (forwarding: request_id), or an error's page.")
  String id = "";

  ExplainCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    RequestReport report = client.get("/v1/requests/" + encoded(id), RequestReport.class);
    if (!output.printedAsJson(report)) {
      output.print(text(report));
    }
  }

  static String text(RequestReport r) {
    StringBuilder text = new StringBuilder();
    String given = r.givenId() == null ? "" : ", called " + r.givenId() + " by a proxy in front";
    line(text, "request", r.id() + given);
    line(text, "member", r.member());
    line(text, "began", r.began());
    line(text, "client", r.client() + (r.encrypted() ? ", encrypted" : ""));
    line(text, "asked for", asked(r));
    line(text, "service", r.service());
    line(text, "rule", r.rule() == null ? "none" : "number " + r.rule());
    line(
        text,
        "preferred",
        r.preferred() == null
            ? "none; chosen by " + r.algorithm()
            : r.preferred() + ", by stage " + r.preferredBy());
    if (r.attempts().isEmpty()) {
      line(text, "tried", "nothing");
    }
    for (RequestReport.Attempt attempt : r.attempts()) {
      line(text, "tried", attempt(attempt));
    }
    line(text, "answered", answered(r));
    return text.toString();
  }

  private static String asked(RequestReport r) {
    if (r.method() == null) {
      return "nothing that could be read";
    }
    String host = r.host() == null ? "" : " of " + r.host();
    return r.method() + " " + r.target() + host + ", " + r.protocol();
  }

  private static String attempt(RequestReport.Attempt a) {
    return "%s after %.3f ms, %s; %d other requests with it; %s connection: %s"
        .formatted(
            a.server(),
            a.atMillis(),
            why(a.why()),
            a.underWay(),
            a.connection(),
            a.result().replace('_', ' '));
  }

  private static String why(String word) {
    return switch (word) {
      case "preferred" -> "as the stage asked";
      case "balanced" -> "chosen";
      case "again" -> "again, its old connection had ended";
      default -> word;
    };
  }

  private static String answered(RequestReport r) {
    StringBuilder text = new StringBuilder();
    text.append(r.status() == null ? "nothing yet" : String.valueOf(r.status()));
    if (r.reason() != null) {
      text.append(" by the node: ").append(r.reason());
    }
    if (r.firstByteMillis() != null) {
      text.append(", first byte after %.3f ms".formatted(r.firstByteMillis()));
    }
    text.append(
        ", %s after %.3f ms".formatted(r.underWay() ? "under way" : "over", r.totalMillis()));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-10s %s%n".formatted(name, value));
  }
}
