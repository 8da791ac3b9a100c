package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeConfig;
import dev.shunt.scheduler.edge.EdgeRole;
import dev.shunt.scheduler.edge.Prefix;
import dev.shunt.scheduler.edge.TunnelEnds;
import dev.shunt.scheduler.xdp.XdpEdge;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code shunt edge}: the label edge of a server's or a client's host (claims L8, L14). */
@Command(
    name = "edge",
    description = {
      "Run the label edge of a server's or a client's host in the foreground.",
      "Its programs and what they learned are in the kernel and go on when this ends;",
      "'shunt edge remove' takes them away."
    },
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nCommands:%n",
    subcommands = {EdgeStatusCommand.class, EdgeRemoveCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt edge --interface eth0 --role server --vip 203.0.113.10",
      "  shunt edge --interface eth0 --role client --vip 203.0.113.0/28 --vip 2001:db8::/64",
      "  shunt edge -i eth0 -r server --vip 203.0.113.10 --data-address 198.51.100.21 \\",
      "    --member 192.0.2.11 --member 192.0.2.12",
      "  shunt edge status --interface eth0"
    })
final class EdgeCommand implements Callable<Integer> {

  private static final int REFRESH_SECONDS = 5;

  @Mixin Output output = new Output();

  @Option(
      names = {"-i", "--interface"},
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Where labelled frames come and go.")
  @Nullable String networkInterface;

  @Option(
      names = "--pins",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Where its state is kept. Default: /sys/fs/bpf/shunt-edge/NAME.")
  @Nullable Path pins;

  @Option(
      names = {"-r", "--role"},
      paramLabel = "ROLE",
      description = "server: holds the VIPs. client: talks to them.")
  @Nullable EdgeRole role;

  @Option(
      names = "--vip",
      paramLabel = "ADDR[/LEN]",
      description = "Whose flows are labelled; several, if given again.")
  List<String> vips = new ArrayList<>();

  @Option(
      names = "--data-address",
      paramLabel = "ADDR",
      description = {
        "Where members behind routers send labels in UDP to: this host's address, as the servers",
        "of the array's configuration have it. One of each IP version; needs --member."
      })
  List<String> dataAddresses = new ArrayList<>();

  @Option(
      names = "--member",
      paramLabel = "ADDR[/LEN]",
      description = "Whom labels in UDP are taken from: members' data addresses; several.")
  List<String> members = new ArrayList<>();

  @Option(
      names = "--max-flows",
      paramLabel = "N",
      defaultValue = "" + EdgeConfig.DEFAULT_MAX_FLOWS,
      description = "How many labels are remembered at most. Default: ${DEFAULT-VALUE}.")
  int maxFlows;

  @Option(
      names = "--fresh",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long a label is used without being confirmed, 1 to 25. Default: ${DEFAULT-VALUE}.")
  int freshSeconds;

  /** What is said when it is ready. */
  record Ready(
      String networkInterface,
      String role,
      List<String> vips,
      List<String> members,
      String pins,
      boolean adopted) {}

  @Override
  public Integer call() throws CommandException {
    EdgeConfig config = config();
    CountDownLatch stop = new CountDownLatch(1);
    try (XdpEdge edge = XdpEdge.open(config, Ticker.system())) {
      // The process may end before this thread has closed the edge: the kernel keeps what it has.
      Thread hook = new Thread(stop::countDown, "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      say(config, edge.adopted());
      while (!stop.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
        edge.refresh();
      }
      return ExitCode.OK.number();
    } catch (DataPlaneException e) {
      throw new CommandException(ExitCode.FAILED, RunningCommand.sentence(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.FAILED, "interrupted", e);
    }
  }

  private void say(EdgeConfig config, boolean adopted) {
    Ready ready =
        new Ready(
            config.networkInterface(),
            config.role().toString(),
            config.vips().stream().map(Prefix::toString).toList(),
            config.tunnels().members().stream().map(Prefix::toString).toList(),
            config.pinDirectory().toString(),
            adopted);
    if (!output.printedAsJson(ready)) {
      output.print(
          "edge of a %s on %s for %s%s%s%n"
              .formatted(
                  ready.role(),
                  ready.networkInterface(),
                  String.join(", ", ready.vips()),
                  ready.members().isEmpty()
                      ? ""
                      : ", labels in UDP from " + String.join(", ", ready.members()),
                  adopted ? ", taken over as it was" : ""));
    }
  }

  private EdgeConfig config() {
    String where = requireInterface();
    if (role == null) {
      throw misuse("--role is missing: server or client");
    }
    if (vips.isEmpty()) {
      throw misuse("--vip is missing: an address, or a prefix as ADDR/LEN");
    }
    try {
      return new EdgeConfig(
          where,
          role,
          vips.stream().map(Prefix::parse).toList(),
          requirePins(),
          maxFlows,
          Duration.ofSeconds(freshSeconds),
          tunnels());
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private TunnelEnds tunnels() {
    return new TunnelEnds(
        dataAddresses.stream().map(EdgeCommand::host).toList(),
        members.stream().map(Prefix::parse).toList());
  }

  private static InetAddress host(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "': allowed is an IP address", e);
    }
  }

  /** Also for the subcommands. */
  String requireInterface() {
    if (networkInterface == null) {
      throw misuse("--interface is missing: the one that labelled frames come by");
    }
    return networkInterface;
  }

  Path requirePins() {
    return pins == null ? EdgeConfig.defaultPins(requireInterface()) : pins;
  }

  private ParameterException misuse(String sentence) {
    return new ParameterException(output.spec.commandLine(), sentence);
  }
}
