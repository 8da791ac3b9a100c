package dev.shunt.ops;

import dev.shunt.ops.cli.Cli;
import dev.shunt.ops.cli.Host;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.StageProviders;
import java.util.Optional;

/** The only class with {@code main}: everything starts with a command. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    String version = version();
    Host host =
        new Host(
            HostEnvironment.current(),
            version,
            (file, local) ->
                file.array().isWitness(local.member())
                    ? WitnessDaemon.start(file, local, version)
                    : Daemon.start(file, local, version),
            new StageProviders());
    System.exit(Cli.run(host, args));
  }

  /** The jar's, or a word for a build that is in no jar. */
  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
