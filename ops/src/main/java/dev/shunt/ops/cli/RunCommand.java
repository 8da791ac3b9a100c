package dev.shunt.ops.cli;

import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.LocalConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt run}: the daemon, in the foreground, until it is told to stop. */
@Command(
    name = "run",
    description = "Run a member of the array in the foreground; SIGTERM or SIGINT ends it.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  shunt run --config shunt.yaml",
      "  sudo shunt run --config shunt.yaml --member m1 --interface eth0"
    })
final class RunCommand extends RunningCommand {

  @Option(
      names = {"-i", "--interface"},
      paramLabel = "NAME",
      description = "The data interface, instead of the file's.")
  @Nullable String networkInterface;

  RunCommand(Host host) {
    super(host);
  }

  @Override
  ConfigFile read(Path file, Host host) throws ConfigException {
    return ConfigFile.read(file, host.stages());
  }

  @Override
  LocalConfig resolve(ConfigFile file, Host host) throws ConfigException {
    return LocalConfig.resolve(file, flags(networkInterface), host.environment());
  }
}
