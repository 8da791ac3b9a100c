package dev.shunt.ops.cli;

import picocli.CommandLine.Command;

/** {@code shunt drain}: no new sessions for a member or server; those it has stay. */
@Command(
    name = "drain",
    description = "Give a member or a server no new sessions; those it has stay.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Examples:", "  shunt drain m2", "  shunt drain web/s1"})
final class DrainCommand extends DrainingCommand {

  DrainCommand(Host host) {
    super(host, "drain");
  }
}
