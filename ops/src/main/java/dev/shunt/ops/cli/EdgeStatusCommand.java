package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeStatus;
import dev.shunt.scheduler.edge.LearnedLabel;
import dev.shunt.scheduler.edge.Prefix;
import dev.shunt.scheduler.xdp.XdpEdge;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code shunt edge status}: what the edge's kernel programs learned and counted. */
@Command(
    name = "status",
    description = "Show the labels that the edge learned, and its counters.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt edge status --interface eth0"})
final class EdgeStatusCommand implements Callable<Integer> {

  @Mixin Output output = new Output();

  @ParentCommand EdgeCommand edge = new EdgeCommand();

  /** The answer as JSON. */
  record Report(
      String role,
      List<String> vips,
      List<String> members,
      long freshMillis,
      List<Label> labels,
      Map<String, Long> counters) {}

  /** A label that a flow of this host is sent with. */
  record Label(
      String protocol,
      String source,
      String destination,
      int label,
      String via,
      long received,
      long sent,
      String state,
      List<Integer> vlans,
      String encap,
      long idleMillis) {}

  @Override
  public Integer call() throws CommandException {
    Report report;
    try {
      report = report(XdpEdge.read(edge.requirePins(), Ticker.system()));
    } catch (DataPlaneException e) {
      throw new CommandException(ExitCode.FAILED, RunningCommand.sentence(e), e);
    }
    if (!output.printedAsJson(report)) {
      output.print(text(report, output.style()));
    }
    return ExitCode.OK.number();
  }

  static Report report(EdgeStatus status) {
    return new Report(
        status.role().toString(),
        status.vips().stream().map(Prefix::toString).toList(),
        status.members().stream().map(Prefix::toString).toList(),
        status.fresh().toMillis(),
        status.labels().stream().map(EdgeStatusCommand::label).toList(),
        status.counters());
  }

  private static Label label(LearnedLabel l) {
    return new Label(
        l.flow().protocol().name().toLowerCase(Locale.ROOT),
        AddressText.of(l.flow().source()),
        AddressText.of(l.flow().destination()),
        l.label(),
        l.via().toString(),
        l.received(),
        l.sent(),
        l.closing() ? "closing" : "established",
        l.vlans(),
        l.encap().name().toLowerCase(Locale.ROOT),
        TimeUnit.NANOSECONDS.toMillis(l.idleNanos()));
  }

  private static String vlans(Label label) {
    return label.vlans().isEmpty()
        ? "-"
        : label.vlans().stream().map(String::valueOf).collect(Collectors.joining("."));
  }

  static String text(Report report, Style style) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s of %s; a label is used for %s unconfirmed%n"
            .formatted(
                report.role(),
                String.join(", ", report.vips()),
                Style.duration(report.freshMillis())));
    if (!report.members().isEmpty()) {
      text.append("labels in UDP from %s%n".formatted(String.join(", ", report.members())));
    }
    Table labels =
        new Table(
            "PROTOCOL",
            "SOURCE",
            "DESTINATION",
            "LABEL",
            "VIA",
            "VLAN",
            "ENCAP",
            "RECEIVED",
            "SENT",
            "STATE",
            "IDLE");
    for (Label l : report.labels()) {
      labels.row(
          l.protocol(),
          l.source(),
          l.destination(),
          l.label(),
          l.via(),
          vlans(l),
          l.encap(),
          l.received(),
          l.sent(),
          style.state(l.state()),
          Style.duration(l.idleMillis()));
    }
    text.append(labels);
    Table counters = new Table("COUNTER", "PACKETS");
    report.counters().entrySet().stream()
        .filter(counter -> counter.getValue() > 0)
        .forEach(counter -> counters.row(counter.getKey(), counter.getValue()));
    return text.append(counters).toString();
  }
}
