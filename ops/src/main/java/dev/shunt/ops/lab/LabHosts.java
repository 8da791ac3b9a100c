package dev.shunt.ops.lab;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts and signals what runs on a lab's hosts: a daemon per member and witness, a demo server per
 * server.
 */
public final class LabHosts {

  /** Nice value of a member's scheduling group. */
  private static final String MEMBER_NICE = "-10";

  private static final File NOWHERE = new File("/dev/null");
  private static final int MAX_TAIL = 2_000;

  private final LabTopology topology;
  private final LabPaths paths;
  private final LabJvm jvm;

  LabHosts(LabTopology topology, LabPaths paths, LabJvm jvm) {
    this.topology = topology;
    this.paths = paths;
    this.jvm = jvm;
  }

  /** Starts the host's daemon or demo server in its namespace, detached from this process. */
  public LabProcess start(String name) {
    LabHost host = topology.require(name);
    process(name)
        .filter(LabProcess::alive)
        .ifPresent(running -> {
          throw new LabException(name + " runs already, as process " + running.pid());
        });
    LabProcess process = spawn(host, command(host));
    process.write(paths.process(name));
    return process;
  }

  /** What was started last on the host, dead or alive. */
  public Optional<LabProcess> process(String name) {
    return LabProcess.read(paths.process(topology.require(name).name()));
  }

  public boolean alive(String name) {
    return process(name).filter(LabProcess::alive).isPresent();
  }

  /**
   * Sends a signal ({@code KILL}, {@code STOP}, {@code CONT}, {@code TERM}) to what runs on the
   * host.
   */
  public void signal(String name, String signal) {
    process(name)
        .orElseThrow(() -> new LabException("nothing was started on " + name))
        .signal(signal);
  }

  Path log(String name) {
    return paths.log(name);
  }

  /** The command line of a subcommand of Shunt inside a host's namespace, for a caller to start. */
  List<String> small(String host, List<String> arguments) {
    return Shell.inNamespace(
        topology.require(host).namespace(), jvm.command(LabJvm.SMALL_FLAGS, arguments));
  }

  private List<String> command(LabHost host) {
    return switch (host.role()) {
      case MEMBER -> {
        List<String> arguments = new ArrayList<>(daemonArguments("run", host.name()));
        arguments.addAll(List.of("--interface", "eth0"));
        yield jvm.command(jvm.memberFlags(), arguments);
      }
      case WITNESS -> jvm.command(jvm.witnessFlags(), daemonArguments("witness", host.name()));
      case SERVER ->
          server(
              host.name(),
              "--certificate",
              paths.certificate(host.name()).toString(),
              "--key",
              paths.certificateKey(host.name()).toString());
      case CDN -> server(host.name());
      case CLIENT -> throw new LabException("nothing of its own runs on the client");
    };
  }

  private List<String> server(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "lab",
                "server",
                "--name",
                name,
                "--port",
                Integer.toString(LabTopology.SERVER_PORT)));
    arguments.addAll(List.of(more));
    return jvm.command(LabJvm.SMALL_FLAGS, arguments);
  }

  private List<String> daemonArguments(String command, String member) {
    return List.of(
        command,
        "--config",
        paths.config().toString(),
        "--member",
        member,
        "--state-dir",
        paths.state(member).toString());
  }

  private LabProcess spawn(LabHost host, List<String> command) {
    // A session of its own: neither the terminal's hang-up nor its Ctrl-C reaches it. Neither
    // setsid nor nsenter forks here, so the process id stays that of the JVM.
    List<String> detached = new ArrayList<>(List.of("setsid"));
    detached.addAll(Shell.inNamespace(host.namespace(), command));
    Path log = paths.log(host.name());
    try {
      Process process =
          new ProcessBuilder(detached)
              .directory(paths.dir().toFile())
              .redirectInput(NOWHERE)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true)
              .start();
      if (host.role() == LabHost.Role.MEMBER || host.role() == LabHost.Role.WITNESS) {
        prefer(process.pid());
      }
      return LabProcess.of(process.pid())
          .orElseThrow(
              () -> new LabException(host.name() + " ended at once; its log: " + tail(log)));
    } catch (IOException e) {
      throw new LabException("starting " + host.name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * In life a member has a host of its own; here the load and the servers must not take the
   * processor from it. A session is a scheduling group of its own, so a nice value would do nothing
   * ({@code sched(7)}, autogroup).
   */
  private static void prefer(long pid) {
    try {
      Files.writeString(Path.of("/proc", Long.toString(pid), "autogroup"), MEMBER_NICE);
    } catch (IOException e) {
      // A kernel without autogroups treats all alike.
    }
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - MAX_TAIL));
    } catch (IOException e) {
      return "none";
    }
  }
}
