package dev.shunt.ops.cli;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.XdpEdge;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code shunt edge remove}: takes the edge out of the kernel. */
@Command(
    name = "remove",
    description = {
      "Take the label edge off its interface and out of the kernel.",
      "The array must send this host no labels any more: they would not be understood."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt edge remove --interface eth0"})
final class EdgeRemoveCommand implements Callable<Integer> {

  @Mixin Output output = new Output();

  @ParentCommand EdgeCommand edge = new EdgeCommand();

  /** The answer as JSON. */
  record Removed(String networkInterface, String pins) {}

  @Override
  public Integer call() throws CommandException {
    Removed removed = new Removed(edge.requireInterface(), edge.requirePins().toString());
    try {
      XdpEdge.remove(removed.networkInterface(), edge.requirePins());
    } catch (DataPlaneException e) {
      throw new CommandException(ExitCode.FAILED, RunningCommand.sentence(e), e);
    }
    if (!output.printedAsJson(removed)) {
      output.print("the edge on " + removed.networkInterface() + " is gone\n");
    }
    return ExitCode.OK.number();
  }
}
