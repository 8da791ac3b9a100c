package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminJson;
import dev.shunt.ops.admin.model.Problem;
import dev.shunt.ops.admin.model.PurgeReport;
import dev.shunt.ops.admin.model.PurgeRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt cache purge}: all members forget responses. */
@Command(
    name = "purge",
    description = {
      "Make all members of the array forget responses that they keep.",
      "When it ends with 0 all of them have, and clients get none of these any more. A member that"
          + " did not answer is named: it may still answer with what it keeps."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt cache purge --url https://shop.example/page?id=7",
      "  shunt cache purge --prefix https://shop.example/images/ --service web",
      "  shunt cache purge --tag product-7",
      "  shunt cache purge --all"
    })
final class CachePurgeCommand extends DaemonCommand {

  @ArgGroup(multiplicity = "1")
  What what = new What();

  @Option(names = "--service", paramLabel = "NAME", description = "Of one service alone.")
  @Nullable String service;

  /** What is to be forgotten. */
  static final class What {
    @Option(names = "--all", required = true, description = "Every response.")
    boolean all;

    @Option(
        names = "--url",
        paramLabel = "URL",
        required = true,
        description = "Those to this URL, as clients ask for it: http://host/path?query.")
    @Nullable String url;

    @Option(
        names = "--prefix",
        paramLabel = "PREFIX",
        required = true,
        description = "Those to URLs that begin so.")
    @Nullable String prefix;

    @Option(
        names = "--tag",
        paramLabel = "TAG",
        required = true,
        description = "Those to which their server gave this tag.")
    @Nullable String tag;
  }

  CachePurgeCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    String order =
        AdminJson.text(
            new PurgeRequest(service, what.all ? true : null, what.url, what.prefix, what.tag));
    try {
      print(client.post("/v1/cache/purge", order, PurgeReport.class));
    } catch (CommandException e) {
      e.problem().flatMap(CachePurgeCommand::done).ifPresent(this::print);
      throw e;
    }
  }

  private static Optional<PurgeReport> done(Problem problem) {
    return Optional.ofNullable(problem.purge());
  }

  private void print(PurgeReport report) {
    if (!output.printedAsJson(report)) {
      output.print(text(report, output.style()));
    }
  }

  static String text(PurgeReport report, Style style) {
    Table table = new Table("MEMBER", "OBEYED", "DROPPED", "NOTE");
    for (PurgeReport.OfMember m : report.members()) {
      table.row(
          m.member(),
          style.state(m.obeyed() ? "yes" : "no"),
          m.obeyed() ? m.droppedInAll() : "-",
          m.note() == null ? "" : m.note());
    }
    return table + "%d responses dropped%n".formatted(report.dropped());
  }
}
