package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.CacheStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt cache stats}: what each member keeps of responses, and what came of it. */
@Command(
    name = "stats",
    description = {
      "Show what all members keep of responses, by service, and how requests were answered since"
          + " each member's start.",
      "RATIO is the part of the requests that could be answered without a server (HITS to MISSES)"
          + " that was.",
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Examples:", "  shunt cache stats", "  shunt cache stats --service web --json"})
final class CacheStatsCommand extends DaemonCommand {

  private static final String ALL = "all";

  @Option(names = "--service", paramLabel = "NAME", description = "One service alone.")
  @Nullable String service;

  CacheStatsCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    String one = service == null ? "" : "&service=" + encoded(service);
    CacheReport report = client.get("/v1/cache?members=all" + one, CacheReport.class);
    if (!output.printedAsJson(report)) {
      output.print(text(report));
    }
  }

  static String text(CacheReport report) {
    StringBuilder text = new StringBuilder();
    if (report.caches().isEmpty()) {
      text.append("no service keeps responses\n");
    } else {
      text.append(table(report));
    }
    report.missing().forEach(m -> text.append("not heard: ").append(m.why()).append('\n'));
    return text.toString();
  }

  private static Table table(CacheReport report) {
    Table table =
        new Table(
            "SERVICE",
            "MEMBER",
            "RATIO",
            "HITS",
            "VALIDATED",
            "COLLAPSED",
            "STALE",
            "MISSES",
            "BYPASSED",
            "STORED",
            "REFUSED",
            "EVICTED",
            "PURGED",
            "ENTRIES",
            "BYTES",
            "MAX");
    Map<String, List<CacheStatus>> services =
        report.caches().stream()
            .collect(
                Collectors.groupingBy(
                    CacheStatus::service, LinkedHashMap::new, Collectors.toList()));
    for (List<CacheStatus> members : services.values()) {
      members.forEach(c -> row(table, c));
      if (members.size() > 1) {
        members.stream().reduce((a, b) -> a.plus(b, ALL)).ifPresent(c -> row(table, c));
      }
    }
    return table;
  }

  private static void row(Table table, CacheStatus c) {
    Double ratio = c.hitRatio();
    table.row(
        c.service(),
        c.member(),
        ratio == null ? "-" : Style.percent(ratio),
        c.hits(),
        c.validated(),
        c.collapsed(),
        c.stale(),
        c.misses(),
        c.bypassed(),
        c.stored(),
        c.refused(),
        c.evicted(),
        c.purged(),
        c.entries(),
        c.bytes(),
        c.mostBytes());
  }
}
