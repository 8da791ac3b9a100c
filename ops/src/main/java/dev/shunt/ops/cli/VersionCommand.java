package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminServer;
import dev.shunt.ops.admin.model.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shunt version}: what this is. Asks no daemon. */
@Command(
    name = "version",
    description = "Show the version of this program.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt version --json"})
final class VersionCommand implements Callable<Integer> {

  private final Host host;

  @Mixin Output output = new Output();

  VersionCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    String java = Runtime.version().toString();
    if (!output.printedAsJson(new Version(host.version(), java, AdminServer.API))) {
      output.print("shunt %s (Java %s)%n".formatted(host.version(), java));
    }
    return ExitCode.OK.number();
  }
}
