package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.Members;
import dev.shunt.ops.admin.model.WhereGoes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shunt where-goes}: what a member's data plane would do with a packet. */
@Command(
    name = "where-goes",
    description = {
      "Tell where a packet would go now, and why.",
      "The member's own kernel program is run on its live tables, and changes nothing."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt where-goes 198.51.100.7:40000 192.0.2.100:80",
      "  shunt where-goes --ack 198.51.100.7:40000 192.0.2.100:80 --length 1500",
      "  shunt where-goes --icmp 198.51.100.7 192.0.2.100 --all",
      "  shunt where-goes --all --socket /run/shunt-lab/lab/m1.sock 10.77.0.2 10.77.0.100:80"
    })
final class WhereGoesCommand implements Callable<Integer> {

  private final Host host;

  @Mixin Output output = new Output();

  @Mixin DaemonOptions daemon = new DaemonOptions();

  @Parameters(
      index = "0",
      paramLabel = "SOURCE[:PORT]",
      description = "The client. Without a port, 49152 is taken.")
  String source = "";

  @Parameters(
      index = "1",
      paramLabel = "DESTINATION[:PORT]",
      description = "Where the packet is for; the port is needed but for --icmp.")
  String destination = "";

  @ArgGroup Kind kind = new Kind();

  /** What kind of packet. */
  static final class Kind {
    @Option(
        names = {"--tcp", "--syn"},
        description = "TCP that opens a connection. This is the default.")
    boolean syn;

    @Option(names = "--ack", description = "TCP within a connection.")
    boolean ack;

    @Option(names = "--fin", description = "TCP that ends one.")
    boolean fin;

    @Option(names = "--rst", description = "TCP that breaks one off.")
    boolean rst;

    @Option(names = "--udp", description = "UDP.")
    boolean udp;

    @Option(
        names = "--icmp",
        description =
            "ICMP: an echo request without ports, with ports \"too big\" about what the destination"
                + " sent to the source by TCP.")
    boolean icmp;

    String word() {
      if (ack) {
        return "ack";
      }
      if (fin) {
        return "fin";
      }
      if (rst) {
        return "rst";
      }
      if (udp) {
        return "udp";
      }
      return icmp ? "icmp" : "syn";
    }
  }

  @Option(names = "--label", paramLabel = "N", description = "It comes with this MPLS label.")
  @Nullable Integer label;

  @Option(names = "--vlan", paramLabel = "N", description = "It comes with this VLAN tag.")
  @Nullable Integer vlan;

  @Option(
      names = "--length",
      paramLabel = "BYTES",
      description = "Length of the frame. Default: as short as can be.")
  @Nullable Integer length;

  @Option(
      names = "--all",
      description =
          "Ask every member's daemon on this host; with --socket those whose sockets are beside it.")
  boolean all;

  WhereGoesCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws CommandException {
    String path =
        "/v1/where-goes?packet="
            + kind.word()
            + "&source="
            + DaemonCommand.encoded(source)
            + "&destination="
            + DaemonCommand.encoded(destination)
            + parameter("label", label)
            + parameter("vlan", vlan)
            + parameter("length", length);
    if (all) {
      askAll(path);
      return ExitCode.OK.number();
    }
    WhereGoes answer = daemon.client(host.environment()).get(path, WhereGoes.class);
    if (!output.printedAsJson(answer)) {
      output.print(text(answer));
    }
    return ExitCode.OK.number();
  }

  private static String parameter(String name, @Nullable Integer value) {
    return value == null ? "" : "&" + name + "=" + value;
  }

  /** The admin API is never open to other hosts, so their members can only be named. */
  private void askAll(String path) throws CommandException {
    Map<String, AdminClient> clients = daemon.all(host.environment());
    if (clients.isEmpty()) {
      throw new CommandException(ExitCode.UNREACHABLE, "no daemon answers on this host");
    }
    List<WhereGoes> answers = new ArrayList<>();
    Set<String> elsewhere = new TreeSet<>();
    for (AdminClient client : clients.values()) {
      List<MemberStatus> nodes =
          client.get("/v1/members", Members.class).members().stream()
              .filter(m -> !m.witness())
              .toList();
      nodes.forEach(m -> elsewhere.add(m.name()));
      if (nodes.stream().anyMatch(MemberStatus::self)) {
        answers.add(client.get(path, WhereGoes.class));
      }
    }
    answers.forEach(a -> elsewhere.remove(a.member()));
    if (output.printedAsJson(answers)) {
      return;
    }
    for (WhereGoes answer : answers) {
      output.print(text(answer) + "\n");
    }
    if (!elsewhere.isEmpty()) {
      output.print(
          "not asked, for their daemons are not on this host: "
              + String.join(", ", elsewhere)
              + "\n");
    }
  }

  static String text(WhereGoes said) {
    StringBuilder text = new StringBuilder();
    line(text, "member", said.member());
    line(text, "packet", said.packet());
    line(text, "outcome", said.outcome() + " (" + said.verdict() + ")");
    line(text, "reason", said.reason());
    if (said.service() != null) {
      line(text, "service", said.service() + ", algorithm " + said.algorithm());
    }
    if (said.session() != null) {
      line(text, "session", session(said.session()));
    }
    if (said.entry() != null) {
      line(text, "label", entry(said.entry()));
    }
    if (said.place() != null) {
      line(text, "place", said.place().index() + " of a row of " + said.place().size());
    }
    if (said.choice() != null) {
      line(text, "choice", said.choice());
    }
    if (said.target() != null) {
      WhereGoes.Goal target = said.target();
      String at = target.local() ? "this member" : target.mac();
      line(
          text,
          "target",
          "%s, %s, label %d, %s".formatted(target.name(), target.state(), target.label(), at));
    }
    if (said.verdict().equals("sent")) {
      line(text, "leaves", leaves(said.leaves()));
    }
    if (!said.beside().isEmpty()) {
      line(text, "beside", String.join(", ", said.beside()));
    }
    line(text, "then", said.next());
    return text.toString();
  }

  private static String session(WhereGoes.Session session) {
    return "%s, with %s, %s, %d packets, the last %s ago"
        .formatted(
            session.state(),
            session.target(),
            session.c2s() == null ? "no label of its own" : "label " + session.c2s(),
            session.packets(),
            Style.duration(session.idleMillis()));
  }

  private static String entry(WhereGoes.Entry entry) {
    String switched =
        "%d: %s %s (%s)".formatted(entry.label(), entry.action(), entry.port(), entry.target());
    return entry.session() == null
        ? switched
        : "%s, session %s of %s"
            .formatted(switched, entry.session(), Objects.requireNonNullElse(entry.service(), "-"));
  }

  private static String leaves(WhereGoes.Leaves leaves) {
    return "%s to %s, %d bytes"
        .formatted(
            leaves.label() == null ? "without a label" : "with label " + leaves.label(),
            leaves.mac(),
            leaves.length());
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-9s%s%n".formatted(name, value));
  }
}
