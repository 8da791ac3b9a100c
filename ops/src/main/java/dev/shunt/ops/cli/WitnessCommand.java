package dev.shunt.ops.cli;

import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.LocalConfig;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code shunt witness}: a member that votes and carries no traffic, in the foreground. */
@Command(
    name = "witness",
    description = {
      "Run a member with witness: true in the foreground; SIGTERM or SIGINT ends it.",
      "It votes, carries no traffic, and needs no privilege."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt witness --config shunt.yaml --member w1"})
final class WitnessCommand extends RunningCommand {

  WitnessCommand(Host host) {
    super(host);
  }

  @Override
  ConfigFile read(Path file, Host host) throws ConfigException {
    return ConfigFile.readForWitness(file);
  }

  @Override
  LocalConfig resolve(ConfigFile file, Host host) throws ConfigException {
    return LocalConfig.resolveWitness(file, flags(null), host.environment());
  }
}
