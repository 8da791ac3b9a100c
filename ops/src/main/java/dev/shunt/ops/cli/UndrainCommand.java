package dev.shunt.ops.cli;

import picocli.CommandLine.Command;

/** {@code shunt undrain}: the opposite of {@code drain}. */
@Command(
    name = "undrain",
    description = "Give a drained member or server new sessions again.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Examples:", "  shunt undrain m2", "  shunt undrain web/s1"})
final class UndrainCommand extends DrainingCommand {

  UndrainCommand(Host host) {
    super(host, "undrain");
  }
}
