package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminJson;
import dev.shunt.ops.admin.model.TraceLine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt trace}: packets as a member's data plane ends them. */
@Command(
    name = "trace",
    description = {
      "Show packets of a member's data plane as they come, with what became of them.",
      "It costs other packets some time while it runs; --every makes that little."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt trace --from 198.51.100.7 --port 80",
      "  shunt trace --outcome drop --seconds 10 --json",
      "  shunt trace --every 1000 --count 100"
    })
final class TraceCommand extends DaemonCommand {

  @Option(
      names = "--from",
      paramLabel = "PREFIX",
      description = "Only from these addresses, as in 198.51.100.0/24.")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "PREFIX", description = "Only to these addresses.")
  @Nullable String to;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "Only from or to this port.")
  @Nullable String port;

  @Option(names = "--protocol", paramLabel = "NAME", description = "tcp, udp, icmp or icmp6.")
  @Nullable String protocol;

  @Option(
      names = "--outcome",
      paramLabel = "NAME[,…]",
      description =
          "Only what ended so: the names of outcomes, or how they begin, such as drop or"
              + " forward_new.")
  @Nullable String outcome;

  @Option(
      names = "--every",
      paramLabel = "N",
      description = "One of so many that match, on each processor. Default: all.")
  @Nullable String every;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "End after so many packets, 1 to 1000000.")
  @Nullable String count;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "End after this time, 1 to 3600. Default: ${DEFAULT-VALUE}.")
  String seconds = "60";

  private boolean cutShort = true;

  TraceCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    String path =
        "/v1/trace?seconds="
            + encoded(seconds)
            + parameter("from", from)
            + parameter("to", to)
            + parameter("port", port)
            + parameter("protocol", protocol)
            + parameter("outcome", outcome)
            + parameter("every", every)
            + parameter("count", count);
    client.stream(path, TraceLine.class, this::show);
    if (cutShort) {
      throw new CommandException(ExitCode.UNREACHABLE, "the daemon ended before the trace did");
    }
  }

  private static String parameter(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + encoded(value);
  }

  private boolean show(TraceLine line) {
    cutShort = line.end() == null;
    if (output.json) {
      if (!line.equals(TraceLine.ALIVE)) {
        output.print(AdminJson.text(line) + "\n");
      }
    } else {
      output.print(text(line));
    }
    return cutShort;
  }

  static String text(TraceLine line) {
    if (line.packet() != null) {
      return text(line.packet());
    }
    if (line.loss() != null) {
      return "… %s%n".formatted(text(line.loss()));
    }
    if (line.end() != null) {
      return "%d packets, %s; ended: %s%n"
          .formatted(line.end().packets(), text(line.end().loss()), line.end().why());
    }
    return "";
  }

  private static String text(TraceLine.Loss loss) {
    return "%d not told by the kernel, %d not read in time".formatted(loss.kernel(), loss.reader());
  }

  private static String text(TraceLine.Packet p) {
    StringBuilder text = new StringBuilder();
    // The day is of no use in a line of a trace.
    text.append(p.time(), p.time().indexOf('T') + 1, p.time().length()).append(' ');
    text.append(p.protocol());
    if (p.source() != null) {
      text.append(' ').append(p.source()).append(" > ").append(p.destination());
    }
    if (!p.flags().isEmpty()) {
      text.append(" [").append(p.flags()).append(']');
    }
    if (p.vlan() != null) {
      text.append(" vlan ").append(p.vlan());
    }
    if (p.label() != null) {
      text.append(" label ").append(p.label());
    }
    text.append(" length ").append(p.length()).append(": ").append(p.outcome());
    if (p.target() != null) {
      text.append(" -> ").append(p.target());
    }
    return text.append(": ").append(p.reason()).append('\n').toString();
  }
}
