package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.LocalFlags;
import dev.shunt.ops.lab.Rehearsal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code shunt train}: a daemon that serves itself for a few seconds. The launcher lets it run once
 * for a build and has the JVM write down what it learned (docs/DECISIONS.md, "JVM flags").
 */
@Command(
    name = "train",
    hidden = true,
    description = "Run a daemon for a few seconds, so that later ones start sooner.",
    exitCodeListHeading = "%nExit codes:%n")
final class TrainCommand implements Callable<Integer> {

  private static final Duration TIME = Duration.ofSeconds(4);

  private final Host host;

  @Mixin Output output = new Output();

  @Option(names = "--array", description = "As a member of an array.")
  boolean array;

  @Parameters(paramLabel = "DIR", description = "An empty folder for its files.")
  Path folder = Path.of("");

  TrainCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws CommandException {
    try {
      train(folder.toAbsolutePath());
      return ExitCode.OK.number();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.FAILED, "interrupted", e);
    } catch (Exception e) {
      throw new CommandException(ExitCode.FAILED, "no training: " + RunningCommand.sentence(e), e);
    }
  }

  private void train(Path in) throws Exception {
    try (Rehearsal rehearsal = new Rehearsal(Ticker.system())) {
      ConfigFile file = ConfigFile.read(rehearsal.configure(in, array), host.stages());
      LocalFlags flags =
          new LocalFlags(
              array ? Optional.of(Rehearsal.MEMBER) : Optional.empty(),
              Optional.empty(),
              Optional.of(in.resolve("state")),
              Optional.of(in.resolve("admin.sock")));
      LocalConfig local = LocalConfig.resolve(file, flags, host.environment());
      try (DaemonStarter.Running _ = host.daemon().start(file, local)) {
        rehearsal.ask(TIME);
      }
    }
  }
}
