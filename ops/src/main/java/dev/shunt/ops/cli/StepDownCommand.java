package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.Outcome;
import picocli.CommandLine.Command;

/** {@code shunt step-down}: the scheduler gives its role to another member. */
@Command(
    name = "step-down",
    description = "Make the scheduler give its role to another member.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt step-down --member m1"})
final class StepDownCommand extends DaemonCommand {

  StepDownCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    Outcome outcome = client.post("/v1/step-down", Outcome.class);
    if (!output.printedAsJson(outcome)) {
      output.print(outcome.message() + "\n");
    }
  }
}
