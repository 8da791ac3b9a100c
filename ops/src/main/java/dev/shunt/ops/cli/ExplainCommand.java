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
      "Of relayed connections and sessions of datagrams likewise, where the service has an access"
          + " log, which tells their ids.",
      "Any member can be asked; each remembers the last of its own node."
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
      description =
          "As X-Request-Id has it (forwarding: request_id), an error's page, or an access log.")
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
    RequestReport.Relayed relayed = r.relayed();
    if (relayed == null) {
      line(text, "rule", r.rule() == null ? "none" : "number " + r.rule());
    }
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
      line(text, "tried", attempt(attempt, relayed != null));
    }
    if (relayed == null) {
      line(text, "answered", answered(r));
    } else {
      line(text, "relayed", passed(relayed));
      line(text, "ended", ended(r, relayed));
    }
    return text.toString();
  }

  private static String passed(RequestReport.Relayed r) {
    return r.datagramsIn() == null
        ? "%d bytes from the client, %d to it".formatted(r.bytesIn(), r.bytesOut())
        : "%d datagrams with %d bytes from the client, %d with %d to it"
            .formatted(r.datagramsIn(), r.bytesIn(), r.datagramsOut(), r.bytesOut());
  }

  private static String ended(RequestReport r, RequestReport.Relayed relayed) {
    String end = relayed.end() == null ? "not yet" : relayed.end().replace('_', ' ');
    return end + times(r);
  }

  private static String asked(RequestReport r) {
    if (r.relayed() != null) {
      return r.protocol() + (r.host() == null ? "" : ", by the name " + r.host());
    }
    if (r.method() == null) {
      return "nothing that could be read";
    }
    String host = r.host() == null ? "" : " of " + r.host();
    return r.method() + " " + r.target() + host + ", " + r.protocol();
  }

  private static String attempt(RequestReport.Attempt a, boolean relayed) {
    return "%s after %.3f ms, %s; %d %s with it; %s %s: %s"
        .formatted(
            a.server(),
            a.atMillis(),
            why(a.why()),
            a.underWay(),
            relayed ? "others" : "other requests",
            a.connection(),
            relayed ? "socket" : "connection",
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
    return text + times(r);
  }

  private static String times(RequestReport r) {
    String first =
        r.firstByteMillis() == null
            ? ""
            : ", first byte after %.3f ms".formatted(r.firstByteMillis());
    return "%s, %s after %.3f ms"
        .formatted(first, r.underWay() ? "under way" : "over", r.totalMillis());
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-10s %s%n".formatted(name, value));
  }
}
