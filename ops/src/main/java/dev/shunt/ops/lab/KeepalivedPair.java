package dev.shunt.ops.lab;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Two hosts whose VIP keepalived moves (VRRP version 3, RFC 5798). Both answer for it themselves,
 * with the demo server: a session is on the host that has the VIP, and ends when that goes.
 */
public final class KeepalivedPair implements Contender {

  /** What it takes, and from which Debian package that is. */
  public static final Map<String, String> PROGRAMS = Map.of("keepalived", "keepalived");

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final File NOWHERE = new File("/dev/null");
  private static final String STATE = " STATE";
  private static final String ENTERING = "Entering ";
  private static final int HIGHEST_PRIORITY = 100;

  private final Lab lab;
  private final Duration advert;
  private final Map<String, Process> processes = new HashMap<>();

  private KeepalivedPair(Lab lab, Duration advert) {
    this.lab = lab;
    this.advert = advert;
  }

  /**
   * Builds it and waits until one has the VIP.
   *
   * @param advert from one advertisement to the next
   */
  public static KeepalivedPair up(String name, Duration advert, Consumer<String> progress) {
    LabTools.require(PROGRAMS, progress);
    Lab lab =
        Lab.up(LabOptions.named(name).withMembers(2).withServers(1).withoutDaemons(), progress);
    KeepalivedPair pair = new KeepalivedPair(lab, advert);
    Contender.start(lab, pair::start);
    return pair;
  }

  private void start() {
    for (LabHost host : hosts()) {
      // The server listens at the VIP before the host has it.
      lab.exec(host.name(), "bash", "-c", "echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind");
      serve(host);
      start(host);
    }
    Waiting.until(START_LIMIT, this::whole, this::state);
    Waiting.until(START_LIMIT, this::serves, () -> "nobody answers at the VIP");
  }

  /** A configuration, keepalived.conf(5); pure. */
  static String configuration(String host, int priority, Duration advert) {
    return """
    global_defs {
      router_id %s
    }
    vrrp_instance lab {
      version 3
      state BACKUP
      nopreempt
      interface eth0
      virtual_router_id 51
      priority %d
      advert_int %s
      virtual_ipaddress {
        %s/32 dev eth0
      }
    }
    """
        .formatted(
            host,
            priority,
            String.format(Locale.ROOT, "%.2f", advert.toMillis() / 1e3),
            LabTopology.VIP);
  }

  private void serve(LabHost host) {
    List<String> arguments =
        List.of(
            "lab",
            "server",
            "--name",
            host.name(),
            "--port",
            Integer.toString(LabTopology.WEB_PORT),
            "--echo",
            LabTopology.VIP);
    spawn(lab.hosts().small(host.name(), arguments), lab.paths().log(host.name()));
  }

  private void start(LabHost host) {
    String name = host.name();
    Path dir = lab.paths().dir();
    int priority = HIGHEST_PRIORITY - hosts().indexOf(host);
    try {
      Path file = dir.resolve(name + ".keepalived.conf");
      Files.writeString(file, configuration(name, priority, advert));
      // keepalived reads nothing that others may write.
      Shell.run("chmod", "600", file.toString());
      Files.deleteIfExists(log(name));
      List<String> command =
          List.of(
              "keepalived",
              "--dont-fork",
              "--log-console",
              "--log-detail",
              "--vrrp",
              "--use-file=" + file,
              "--pid=" + dir.resolve(name + ".keepalived.pid"),
              "--vrrp_pid=" + dir.resolve(name + ".vrrp.pid"));
      processes.put(name, spawn(Shell.inNamespace(host.namespace(), command), log(name)));
    } catch (IOException e) {
      throw new LabException("starting keepalived on " + name + ": " + e.getMessage(), e);
    }
  }

  private Process spawn(List<String> command, Path log) {
    try {
      return new ProcessBuilder(Stream.concat(Stream.of("setsid"), command.stream()).toList())
          .directory(lab.paths().dir().toFile())
          .redirectInput(NOWHERE)
          .redirectOutput(Redirect.appendTo(log.toFile()))
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new LabException(String.join(" ", command) + ": " + e.getMessage(), e);
    }
  }

  private Path log(String host) {
    return lab.paths().log(host + ".keepalived");
  }

  /** The state that keepalived has entered last, by its log; empty if it says nothing of any. */
  static String lastState(String log) {
    String last = "";
    for (String line : log.lines().toList()) {
      int at = line.indexOf(ENTERING);
      int end = line.indexOf(STATE, Math.max(at, 0));
      if (at >= 0 && end > at) {
        last = line.substring(at + ENTERING.length(), end);
      }
    }
    return last;
  }

  private String stateOf(String host) {
    try {
      return lastState(Files.readString(log(host)));
    } catch (IOException _) {
      return "";
    }
  }

  private boolean hasVip(String host) {
    return lab.exec(host, "ip", "-4", "-o", "addr", "show", "dev", "eth0")
        .contains(LabTopology.VIP + "/");
  }

  private boolean serves() {
    String url = "http://%s/health".formatted(LabTopology.VIP);
    List<String> ask =
        Shell.inNamespace(
            lab.client().namespace(), List.of("curl", "-sf", "-m", "1", "-o", "/dev/null", url));
    return Shell.attempt(ask, "", END_LIMIT).ok();
  }

  @Override
  public Lab lab() {
    return lab;
  }

  @Override
  public List<LabHost> hosts() {
    return lab.topology().memberHosts();
  }

  @Override
  public String holder() {
    return find().orElseThrow(() -> new LabException("nobody has the VIP: " + state()));
  }

  private Optional<String> find() {
    return hosts().stream()
        .map(LabHost::name)
        .filter(host -> stateOf(host).equals("MASTER") && hasVip(host))
        .findFirst();
  }

  @Override
  public boolean spreads() {
    return false;
  }

  @Override
  public void strike(FailoverFault fault, String host) {
    switch (fault) {
      case KILL -> signal(host, "KILL");
      case FREEZE -> signal(host, "STOP");
      case CUT -> lab.faults().cut(host);
      // The parent ends its child, which says goodbye.
      case HANDOVER -> Shell.run("kill", "-TERM", Long.toString(process(host).pid()));
    }
  }

  @Override
  public boolean replaced(String host) {
    return hosts().stream()
        .map(LabHost::name)
        .filter(name -> !name.equals(host))
        .anyMatch(name -> stateOf(name).equals("MASTER") && hasVip(name));
  }

  @Override
  public void mend(FailoverFault fault, String host) {
    switch (fault) {
      case KILL, HANDOVER -> {
        Process process = process(host);
        Waiting.until(
            END_LIMIT, () -> !process.isAlive(), () -> "keepalived on " + host + " does not end");
        // One that was killed has left it behind.
        if (hasVip(host)) {
          lab.exec(host, "ip", "addr", "del", LabTopology.VIP + "/32", "dev", "eth0");
        }
        start(lab.topology().require(host));
      }
      case FREEZE -> signal(host, "CONT");
      case CUT -> lab.faults().heal(host);
    }
  }

  /** One is master and has the VIP, the other is backup and does not. */
  @Override
  public boolean whole() {
    int masters = 0;
    int backups = 0;
    for (LabHost host : hosts()) {
      boolean has = hasVip(host.name());
      String state = stateOf(host.name());
      masters += has && state.equals("MASTER") ? 1 : 0;
      backups += !has && state.equals("BACKUP") ? 1 : 0;
    }
    return masters == 1 && backups == 1;
  }

  @Override
  public String state() {
    StringBuilder text = new StringBuilder();
    for (LabHost host : hosts()) {
      text.append(
          "%s %s %s; "
              .formatted(
                  host.name(), stateOf(host.name()), hasVip(host.name()) ? "with VIP" : "without"));
    }
    return text.append("logs in ").append(lab.paths().dir()).toString();
  }

  private Process process(String host) {
    Process process = processes.get(host);
    if (process == null) {
      throw new LabException("keepalived was not started on " + host);
    }
    return process;
  }

  /** To the parent and its children, the parent first: it would start another child. */
  private void signal(String host, String signal) {
    Process process = process(host);
    List<String> command =
        Stream.concat(
                Stream.of("kill", "-" + signal, Long.toString(process.pid())),
                process.descendants().map(child -> Long.toString(child.pid())))
            .toList();
    Shell.run(command, "");
  }

  @Override
  public void close() {
    lab.close();
  }
}
