package dev.shunt.ops.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code shunt cache}: what all members keep of responses (claim A15). */
@Command(
    name = "cache",
    description = "Show what the array keeps of responses, or make it forget.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt cache stats --json",
      "  shunt cache purge --url https://shop.example/page"
    })
final class CacheCommand implements Runnable {

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** With its subcommands. */
  static CommandLine of(Host host) {
    return new CommandLine(new CacheCommand())
        .addSubcommand(new CacheStatsCommand(host))
        .addSubcommand(new CachePurgeCommand(host));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "what to do is missing: stats or purge");
  }
}
