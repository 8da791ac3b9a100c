package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.Outcome;
import picocli.CommandLine.Parameters;

/** What {@code drain} and {@code undrain} have in common. */
abstract class DrainingCommand extends DaemonCommand {

  private final String verb;

  @Parameters(
      paramLabel = "MEMBER|SERVICE/SERVER",
      description = "A member (on all members), or a server of a service (on the member asked).")
  String subject = "";

  DrainingCommand(Host host, String verb) {
    super(host);
    this.verb = verb;
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    int slash = subject.indexOf('/');
    String path =
        slash < 0
            ? "/v1/members/" + encoded(subject)
            : "/v1/servers/"
                + encoded(subject.substring(0, slash))
                + "/"
                + encoded(subject.substring(slash + 1));
    Outcome outcome = client.post(path + "/" + verb, Outcome.class);
    if (!output.printedAsJson(outcome)) {
      output.print(outcome.message() + "\n");
    }
  }
}
