package dev.shunt.ops.lab;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code lab chaos} can break, and mend again. */
enum Fault {
  KILL("HOST", "kill -9 of the host's process"),
  STOP("HOST", "freeze the host's process (SIGSTOP)"),
  CONT("HOST", "let it go on (SIGCONT)"),
  RESTART("HOST", "start the host's process again, ending it first if it runs"),
  CUT("HOST", "take the host's link down at the switch"),
  HEAL("[HOST]", "links up; without HOST also partitions, loss, tables, cpu: all is well again"),
  PARTITION("GROUPS", "m1|m2,m3 (both ways) or m1>m2,m3 (what m1 sends is lost)"),
  LOSS("HOST=PERCENT", "drop a share of the frames from and to the host"),
  FLAP("HOST=TIMES", "take the host's link down and up again so often, a tenth of a second each"),
  TABLES("MEMBER", "the member's shared tables hear nothing and are not heard; all else goes on"),
  CPU("MEMBER=PERCENT", "leave the member's process a part of one processor"),
  HOGS("COUNT=SECONDS", "as many busy processes, for so long"),
  SERVER_KILL("SERVER", "kill -9 of a demo server"),
  SERVER_SLOW("SERVER=MS", "delay a demo server's answers"),
  DRAIN("MEMBER", "no new sessions for the member"),
  UNDRAIN("MEMBER", "new sessions again"),
  STEP_DOWN("[MEMBER]", "the scheduler hands over");

  private final String argument;
  private final String meaning;

  Fault(String argument, String meaning) {
    this.argument = argument;
    this.meaning = meaning;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is told, as its usage says it. */
  String argument() {
    return argument;
  }

  boolean needsTarget() {
    return !argument.startsWith("[");
  }

  static Fault parse(String text) {
    return Arrays.stream(values())
        .filter(fault -> fault.label().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new LabException("fault '%s': allowed are\n%s".formatted(text, usage())));
  }

  static String usage() {
    return Arrays.stream(values())
        .map(fault -> "  %-11s %-13s %s".formatted(fault.label(), fault.argument, fault.meaning))
        .collect(Collectors.joining("\n"));
  }
}
