package dev.shunt.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code shunt bench}: figures of this machine. */
@Command(
    name = "bench",
    description = {
      "Measure on this machine, against a reference timed in the same run.",
      "docs/BENCHMARKS.md keeps results and what they mean."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      BenchLabelCommand.class,
      BenchFloodCommand.class,
      BenchHttpCommand.class,
      BenchTlsCommand.class,
      BenchStartCommand.class,
      BenchFailoverCommand.class,
      BenchCdnCommand.class,
      BenchRewritingCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Examples:", "  sudo shunt bench label", "  shunt bench http --seconds 240"})
final class BenchCommand implements Runnable {

  final Host host;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  BenchCommand(Host host) {
    this.host = host;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what to measure is missing: label, flood, http, tls, start, failover or cdn");
  }
}
