package dev.shunt.ops.lab;

import java.time.Duration;
import java.util.List;

/**
 * Breaks a lab on purpose, and mends it. Hosts may be called {@code scheduler} and {@code node}.
 */
public final class LabFaults {

  private static final Duration END_LIMIT = Duration.ofSeconds(5);
  private static final Duration FLAP = Duration.ofMillis(100);
  private static final int MAX_FLAPS = 100;
  private static final int MAX_HOGS = 64;
  private static final int MAX_HOG_SECONDS = 120;

  private final Lab lab;

  LabFaults(Lab lab) {
    this.lab = lab;
  }

  /** Does what {@code lab chaos FAULT TARGET} asks; answers what was done to whom. */
  String apply(Fault fault, String target) {
    if (fault.needsTarget() && target.isEmpty()) {
      throw new LabException(
          "fault %s: a target is missing\n%s".formatted(fault.label(), Fault.usage()));
    }
    return fault.label()
        + " "
        + switch (fault) {
          case KILL -> kill(target);
          case STOP -> freeze(target);
          case CONT -> thaw(target);
          case RESTART -> restart(target);
          case CUT -> cut(target);
          case HEAL -> target.isEmpty() ? healAll() : heal(target);
          case PARTITION -> partition(target);
          case LOSS -> loss(before(fault, target), after(fault, target));
          case FLAP -> flap(before(fault, target), after(fault, target));
          case TABLES -> tables(target);
          case CPU -> cpu(before(fault, target), after(fault, target));
          case HOGS -> hogs(number(fault, before(fault, target)), after(fault, target));
          case SERVER_KILL -> kill(server(target));
          case SERVER_SLOW -> slow(server(before(fault, target)), after(fault, target));
          case DRAIN -> drain(target, true);
          case UNDRAIN -> drain(target, false);
          case STEP_DOWN -> stepDown(target.isEmpty() ? "scheduler" : target);
        };
  }

  /** {@code kill -9} of what runs on the host; answers the host. */
  public String kill(String host) {
    return signal(host, "KILL");
  }

  /** Freezes what runs on the host; answers the host. */
  public String freeze(String host) {
    return signal(host, "STOP");
  }

  /** Lets a frozen process go on; answers the host. */
  public String thaw(String host) {
    return signal(host, "CONT");
  }

  /** Starts what belongs on the host again, ending it first if it still runs; answers the host. */
  public String restart(String host) {
    String name = lab.resolve(host);
    if (lab.hosts().alive(name)) {
      lab.hosts().signal(name, "KILL");
    }
    Waiting.until(END_LIMIT, () -> !lab.hosts().alive(name), () -> name + " does not end");
    lab.hosts().start(name);
    return name;
  }

  /** Takes the host's link down at the switch; answers the host. */
  public String cut(String host) {
    return link(host, "down");
  }

  /** Takes the host's link up again and waits until the switch forwards to it; answers the host. */
  public String heal(String host) {
    String name = link(host, "up");
    // The kernel tells the bridge of a new carrier with up to a second of delay.
    Waiting.until(
        END_LIMIT,
        () -> inSwitch(List.of("bridge", "link", "show", "dev", name), "").contains("forwarding"),
        () -> "the switch's port " + name + " does not forward");
    return name;
  }

  /** All links up, no partition, no loss, nobody's tables silent, nobody short of processors. */
  public String healAll() {
    lab.topology().hosts().forEach(host -> heal(host.name()));
    filter(LinkFilter.heal());
    quota().lift();
    return "all";
  }

  /** Takes the host's link down and up again, some times; answers the host. */
  public String flap(String host, int times) {
    require("flap", times, MAX_FLAPS);
    String name = lab.resolve(host);
    for (int i = 0; i < times; i++) {
      link(name, "down");
      Waiting.pause(FLAP);
      link(name, "up");
      Waiting.pause(FLAP);
    }
    return heal(name);
  }

  /** The member's shared tables hear nothing and are not heard; answers the member. */
  public String tables(String member) {
    String name = lab.resolve(member);
    filter(LinkFilter.tables(lab.topology(), name));
    return name;
  }

  /** Leaves the member's process a part of one processor. */
  public String cpu(String member, int percent) {
    String name = lab.resolve(member);
    LabProcess process =
        lab.hosts()
            .process(name)
            .filter(LabProcess::alive)
            .orElseThrow(() -> new LabException("nothing runs on " + name));
    quota().limit(name, process, percent);
    return "%s %d %%".formatted(name, percent);
  }

  /** Starts busy processes, which end by themselves, in the client's namespace. */
  public String hogs(int count, int seconds) {
    require("hogs", count, MAX_HOGS);
    require("hogs: seconds", seconds, MAX_HOG_SECONDS);
    for (int i = 0; i < count; i++) {
      lab.exec(
          lab.client().name(),
          "bash",
          "-c",
          "setsid timeout %d bash -c 'while :; do :; done' </dev/null >/dev/null 2>&1 &"
              .formatted(seconds));
    }
    return "%d for %d s".formatted(count, seconds);
  }

  /**
   * Parts the network; see {@link LinkFilter#partition}. Replaces a partition that stands already.
   */
  public String partition(String groups) {
    filter(LinkFilter.partition(lab.topology(), groups));
    return groups;
  }

  /** Drops a share of the frames from and to a host. */
  public String loss(String host, int percent) {
    String name = lab.resolve(host);
    filter(LinkFilter.loss(lab.topology(), name, percent));
    return "%s %d %%".formatted(name, percent);
  }

  /** Delays a demo server's answers. */
  public String slow(String server, int millis) {
    lab.exec(
        server,
        "curl",
        "-sf",
        "-m",
        "5",
        "http://127.0.0.1:%d/control/delay/%d".formatted(LabTopology.SERVER_PORT, millis));
    return "%s %d ms".formatted(server, millis);
  }

  /** Drains or undrains a member, asking a member that answers. */
  public String drain(String member, boolean drained) {
    String name = lab.resolve(member);
    MemberStatus answering =
        lab.statuses().stream()
            .findFirst()
            .orElseThrow(() -> new LabException("no member of the lab answers"));
    lab.admin(answering.member()).drain(name, drained);
    return name;
  }

  /** Makes the scheduler hand over. */
  public String stepDown(String member) {
    String name = lab.resolve(member);
    lab.admin(name).stepDown();
    return name;
  }

  private CpuQuota quota() {
    return new CpuQuota(lab.topology().name());
  }

  private static void require(String what, int number, int most) {
    if (number < 1 || number > most) {
      throw new LabException("%s %d: allowed is 1 to %d".formatted(what, number, most));
    }
  }

  private String signal(String host, String signal) {
    String name = lab.resolve(host);
    lab.hosts().signal(name, signal);
    return name;
  }

  private String link(String host, String state) {
    String name = lab.resolve(host);
    inSwitch(List.of("ip", "link", "set", name, state), "");
    return name;
  }

  private String server(String name) {
    if (lab.topology().require(name).role() != LabHost.Role.SERVER) {
      throw new LabException(
          "'%s' is no server: there are %s"
              .formatted(name, lab.topology().serverHosts().stream().map(LabHost::name).toList()));
    }
    return name;
  }

  private void filter(String rules) {
    inSwitch(List.of("nft", "-f", "-"), rules);
  }

  private String inSwitch(List<String> command, String input) {
    return Shell.run(Shell.inNamespace(lab.topology().switchNamespace(), command), input);
  }

  private static String before(Fault fault, String target) {
    return target.substring(0, separator(fault, target));
  }

  private static int after(Fault fault, String target) {
    return number(fault, target.substring(separator(fault, target) + 1));
  }

  private static int number(Fault fault, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new LabException("%s '%s': a number is expected".formatted(fault.label(), text), e);
    }
  }

  private static int separator(Fault fault, String target) {
    int at = target.indexOf('=');
    if (at < 1) {
      throw new LabException(
          "%s '%s': allowed is %s".formatted(fault.label(), target, fault.argument()));
    }
    return at;
  }
}
