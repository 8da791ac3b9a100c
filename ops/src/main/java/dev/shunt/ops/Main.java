package dev.shunt.ops;

import dev.shunt.ops.cli.Cli;
import dev.shunt.ops.cli.DaemonStarter;
import dev.shunt.ops.cli.Host;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.StageSettings;
import java.util.Optional;

/** The only class with {@code main}: everything starts with a command. */
public final class Main {

  /** What {@code run} runs. */
  private static final DaemonStarter DAEMON =
      (file, local) -> {
        throw new UnsupportedOperationException("this build holds no daemon");
      };

  private Main() {}

  public static void main(String[] args) {
    Host host = new Host(HostEnvironment.current(), version(), DAEMON, StageSettings.Check.ANY);
    System.exit(Cli.run(host, args));
  }

  /** The jar's, or a word for a build that is in no jar. */
  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
