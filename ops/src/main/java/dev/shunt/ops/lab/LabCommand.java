package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.scheduler.Encap;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shunt lab}: an array on one machine, to look at and to break. */
@Command(
    name = "lab",
    description = "Build an array in network namespaces of this machine, and break it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LabCommand.Up.class,
      LabCommand.Down.class,
      LabCommand.Status.class,
      LabCommand.Exec.class,
      ChaosCommand.class,
      DemoCommand.class,
      ServerCommand.class,
      LoadCommand.class
    })
public final class LabCommand {

  static final String DEFAULT_NAME = "lab";

  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  @Command(
      name = "up",
      description = "Build a lab that stays until 'lab down'.",
      mixinStandardHelpOptions = true)
  static final class Up extends LabAction {
    @Option(
        names = "--name",
        defaultValue = DEFAULT_NAME,
        description = "The lab's name (${DEFAULT-VALUE}).")
    private String name = DEFAULT_NAME;

    @Option(names = "--members", description = "How many members, 1 to 7 (${DEFAULT-VALUE}).")
    private int members = LabOptions.DEFAULT_MEMBERS;

    @Option(names = "--servers", description = "How many servers, 1 to 9 (${DEFAULT-VALUE}).")
    private int servers = LabOptions.DEFAULT_SERVERS;

    @Option(
        names = "--witness",
        description =
            "With a host w1 beside the members that only votes; needs two members or more.")
    private boolean witness;

    @Option(
        names = "--encap",
        paramLabel = "ethernet|udp",
        defaultValue = "ethernet",
        description = "What stands around labelled packets (${DEFAULT-VALUE}).")
    private Encap encap = Encap.ETHERNET;

    @Option(
        names = "--far-members",
        paramLabel = "N",
        description = "The last N are behind a router and never schedulers; needs --encap udp.")
    private int farMembers;

    @Option(
        names = "--far-servers",
        paramLabel = "N",
        description = {
          "The last N are behind a router and in services with labels only, for which",
          "all servers' hosts must run 'shunt edge'; needs --encap udp."
        })
    private int farServers;

    @Override
    int act() {
      LabOptions named = LabOptions.named(name);
      LabOptions options =
          (witness ? named.withWitness() : named)
              .withMembers(members)
              .withServers(servers)
              .withEncap(encap)
              .withFar(new LabFar(farMembers, farServers))
              .persistent();
      try (Lab lab = Lab.up(options, this::progress)) {
        lab.awaitServers(READY_LIMIT);
        lab.awaitArray(READY_LIMIT);
        print(
            "lab %s is up: scheduler %s, http://%s/ answers in it; try\n  shunt lab exec --name %s client -- curl -s http://%s/whoami"
                .formatted(name, lab.resolve("scheduler"), LabTopology.VIP, name, LabTopology.VIP));
      }
      return OK;
    }
  }

  @Command(
      name = "down",
      description = "End a lab: processes, namespaces, pinned programs, files.",
      mixinStandardHelpOptions = true)
  static final class Down extends LabAction {
    @Option(
        names = "--name",
        defaultValue = DEFAULT_NAME,
        description = "The lab's name (${DEFAULT-VALUE}).")
    private String name = DEFAULT_NAME;

    @Option(names = "--all", description = "End all labs of this machine.")
    private boolean all;

    @Override
    int act() {
      for (String lab : all ? Lab.list() : List.of(name)) {
        Lab.down(lab);
        print("lab " + lab + " is gone");
      }
      return OK;
    }
  }

  @Command(
      name = "status",
      description = "Show the labs of this machine and what runs in them.",
      mixinStandardHelpOptions = true)
  static final class Status extends LabAction {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(names = "--name", description = "This lab only; default: all.")
    private @Nullable String only;

    @Option(names = "--json", description = "As one JSON object, by lab.")
    private boolean json;

    /** A host, what runs on it, and what it says of itself. */
    record HostStatus(String host, String address, String process, String role, String term) {}

    @Override
    int act() throws Exception {
      Map<String, List<HostStatus>> labs = new LinkedHashMap<>();
      for (String name : only == null ? Lab.list() : List.of(only)) {
        labs.put(name, hosts(Lab.attach(name)));
      }
      if (json) {
        print(JSON.writeValueAsString(labs));
        return OK;
      }
      labs.forEach((name, hosts) -> {
        print("lab " + name);
        for (HostStatus host : hosts) {
          String term = host.term().isEmpty() ? "" : " term " + host.term();
          print(
              "  %-7s %-12s %-12s %s%s"
                  .formatted(host.host(), host.address(), host.process(), host.role(), term));
        }
      });
      return OK;
    }

    private static List<HostStatus> hosts(Lab lab) {
      List<HostStatus> hosts = new ArrayList<>();
      for (LabHost host : lab.topology().hosts()) {
        String process =
            lab.hosts()
                .process(host.name())
                .map(one -> one.alive() ? "pid " + one.pid() : "dead")
                .orElse("-");
        MemberStatus status =
            host.role() == LabHost.Role.MEMBER || host.role() == LabHost.Role.WITNESS
                ? lab.admin(host.name()).tryStatus().orElse(null)
                : null;
        hosts.add(
            new HostStatus(
                host.name(),
                host.address(),
                process,
                status == null ? "" : status.role(),
                status == null ? "" : status.term()));
      }
      return hosts;
    }
  }

  @Command(
      name = "exec",
      description =
          "Run a command on a host of a lab: exec client -- curl http://10.77.0.100/whoami",
      mixinStandardHelpOptions = true)
  static final class Exec extends LabAction {
    @Option(
        names = "--name",
        defaultValue = DEFAULT_NAME,
        description = "The lab's name (${DEFAULT-VALUE}).")
    private String name = DEFAULT_NAME;

    @Parameters(index = "0", description = "client, m1…, w1, s1…, scheduler or node.")
    private String host = "";

    @Parameters(index = "1..*", arity = "1..*", description = "The command and its arguments.")
    private List<String> command = List.of();

    @Override
    int act() throws Exception {
      Lab lab = Lab.attach(name);
      LabHost at = lab.topology().require(lab.resolve(host));
      Process process =
          new ProcessBuilder(Shell.inNamespace(at.namespace(), command))
              .redirectInput(Redirect.INHERIT)
              .redirectOutput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT)
              .start();
      return process.waitFor();
    }
  }
}
