package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.AdmissionStatus;
import dev.shunt.ops.admin.model.DataPlaneStatus;
import dev.shunt.ops.admin.model.NodeStatus;
import dev.shunt.ops.admin.model.OcspReport;
import dev.shunt.ops.admin.model.ReplicationStatus;
import dev.shunt.ops.admin.model.RoleStatus;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.StatusClasses;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;

/** {@code shunt status}: how a member is doing. */
@Command(
    name = "status",
    description = "Show how a member is doing: role, view, tables, data plane, node, warnings.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt status --member m1"})
final class StatusCommand extends DaemonCommand {

  StatusCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    Status status = client.get("/v1/status", Status.class);
    if (!output.printedAsJson(status)) {
      output.print(text(status, output.style(), System.currentTimeMillis()));
    }
  }

  static String text(Status s, Style style, long nowMillis) {
    StringBuilder text = new StringBuilder();
    String config = s.config().substring(0, Math.min(12, s.config().length()));
    line(text, "array", s.array() + " (configuration " + config + ")");
    line(
        text,
        "member",
        "%s, version %s, up %s"
            .formatted(s.member(), s.version(), Style.duration(s.uptimeMillis())));
    line(text, "role", role(s.role(), nowMillis));
    line(
        text,
        "view",
        "%d of %d present%s: %s"
            .formatted(
                s.view().present().size(),
                s.view().configured(),
                s.view().majority() ? "" : ", no majority",
                String.join(" ", s.view().present())));
    if (s.replication() != null) {
      line(text, "tables", replication(s.replication(), style));
    }
    if (s.dataPlane() != null) {
      line(text, "data plane", dataPlane(s.dataPlane()));
      s.dataPlane().admission().forEach((service, a) -> line(text, "admission", line(service, a)));
      if (s.dataPlane().cookieObstacle() != null) {
        line(text, "SYN cookies", style.warning("none: " + s.dataPlane().cookieObstacle()));
      }
    }
    NodeStatus node = s.node();
    if (node != null) {
      line(text, "node", node(node));
      if (!node.plugins().isEmpty()) {
        line(text, "plug-ins", String.join(" ", node.plugins()));
      }
      node.ocsp().forEach(o -> line(text, "OCSP", ocsp(o, style, nowMillis)));
    }
    if (s.warnings().isEmpty()) {
      line(text, "warnings", "none");
    }
    s.warnings().forEach(w -> line(text, "warning", style.warning(w)));
    return text.toString();
  }

  private static String role(RoleStatus r, long nowMillis) {
    String since = r.sinceMillis() > 0 ? " for " + Style.duration(nowMillis - r.sinceMillis()) : "";
    String eligible = r.eligible() ? "eligible" : "not eligible";
    return switch (r.role()) {
      case SCHEDULER ->
          "scheduler%s, term %s, lease %d ms, %s"
              .formatted(since, r.term(), r.leaseMillis(), eligible);
      case NODE ->
          r.scheduler() == null
              ? "node, nobody is scheduler, term %s, %s".formatted(r.term(), eligible)
              : "node of scheduler %s%s, term %s, %s"
                  .formatted(r.scheduler(), since, r.term(), eligible);
      case WITNESS ->
          r.scheduler() == null
              ? "witness, nobody is scheduler, term %s".formatted(r.term())
              : "witness, %s is scheduler%s, term %s".formatted(r.scheduler(), since, r.term());
      case STANDALONE -> "standing alone";
    };
  }

  private static String replication(ReplicationStatus r, Style style) {
    return "%s%s, %d sessions, %d queued, lag p50 %s p99 %s%s%s%s"
        .formatted(
            style.state(r.complete() ? "complete" : "incomplete"),
            r.equalForMillis() < 0 ? "" : ", proved " + Style.duration(r.equalForMillis()) + " ago",
            r.sessions(),
            r.queued(),
            Style.millis(r.lagMicrosP50()),
            Style.millis(r.lagMicrosP99()),
            r.mended() > 0 ? ", " + r.mended() + " mended" : "",
            r.overflowed() > 0 ? ", " + r.overflowed() + " overflowed" : "",
            r.stalledMillis() > 0 ? ", stalled for " + Style.duration(r.stalledMillis()) : "");
  }

  private static String dataPlane(DataPlaneStatus d) {
    if (!d.attached()) {
      return "not attached to " + d.networkInterface();
    }
    return "%s on %s (%s)%s, %d packets"
        .formatted(
            d.mode(), d.networkInterface(), d.mac(), d.adopted() ? ", adopted" : "", d.packets());
  }

  private static String line(String service, AdmissionStatus a) {
    String shed = a.shed() > 0 ? ", now " + Style.percent(a.shed()) + " by load" : "";
    return "%s: %s%s".formatted(service, a.summary(), shed);
  }

  private static String node(NodeStatus n) {
    StatusClasses r = n.responses();
    return "%s, TLS by %s, %d event loops, %d connections, %d active, %d of %d MiB buffered, %d requests (2xx %d, 3xx %d, 4xx %d, 5xx %d)"
        .formatted(
            n.transport(),
            n.tls(),
            n.eventLoops(),
            n.connections(),
            n.active(),
            n.bufferedBytes() >> 20,
            n.bufferedLimit() >> 20,
            n.requests(),
            r.status2xx(),
            r.status3xx(),
            r.status4xx(),
            r.status5xx());
  }

  private static String ocsp(OcspReport o, Style style, long nowMillis) {
    StringBuilder text = new StringBuilder();
    text.append(o.service()).append(": ").append(o.certificate()).append(": ");
    text.append(style.state(o.state()));
    if (o.untilMillis() != null) {
      text.append(o.state().equals("good") ? " until " : ", was good until ");
      text.append(Instant.ofEpochMilli(o.untilMillis()).truncatedTo(ChronoUnit.SECONDS));
    }
    if (o.nextTryMillis() != null) {
      long left = o.nextTryMillis() - nowMillis;
      text.append(", next try ").append(left <= 0 ? "now" : "in " + Style.duration(left));
    }
    if (o.lastError() != null) {
      text.append(", last error: ").append(o.lastError());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String heading, String value) {
    text.append(String.format("%-12s%s%n", heading, value));
  }
}
