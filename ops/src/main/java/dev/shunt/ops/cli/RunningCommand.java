package dev.shunt.ops.cli;

import dev.shunt.ops.config.ConfigError;
import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.LocalFlags;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A member of the array in the foreground, until it is told to stop. */
abstract class RunningCommand implements Callable<Integer> {

  private final Host host;

  @Mixin Output output = new Output();

  @Mixin MemberOptions member = new MemberOptions();

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The array's configuration, the same on every host.")
  Path config = Path.of("shunt.yaml");

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Where votes are remembered across restarts.")
  @Nullable Path stateDirectory;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace. Default: $$SHUNT_LOG_LEVEL, else info.")
  @Nullable LogLevel logLevel;

  /** How much is logged. */
  enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  RunningCommand(Host host) {
    this.host = host;
  }

  /**
   * What is this host's own.
   *
   * @throws ConfigException if the member is not one that this command starts
   */
  abstract LocalConfig resolve(ConfigFile file, Host host) throws ConfigException;

  /** Reads the file, as far as this member needs it. */
  abstract ConfigFile read(Path file, Host host) throws ConfigException;

  @Override
  public final Integer call() throws CommandException {
    if (logLevel != null) {
      // Read by logback.xml, which is first loaded by the logger below.
      System.setProperty("shunt.log.level", logLevel.name().toLowerCase(Locale.ROOT));
    }
    ConfigFile file;
    LocalConfig local;
    try {
      file = read(config, host);
      local = resolve(file, host);
    } catch (ConfigException e) {
      throw new CommandException(
          ExitCode.USAGE, "the configuration is not valid:\n" + e.getMessage(), e);
    }
    run(file, local);
    return ExitCode.OK.number();
  }

  final LocalFlags flags(@Nullable String networkInterface) {
    return new LocalFlags(
        Optional.ofNullable(member.name),
        Optional.ofNullable(networkInterface),
        Optional.ofNullable(stateDirectory),
        Optional.ofNullable(member.socket));
  }

  private void run(ConfigFile file, LocalConfig local) throws CommandException {
    Logger log = LoggerFactory.getLogger("dev.shunt.ops");
    file.warnings().stream().map(ConfigError::toString).forEach(log::warn);
    local.warnings().forEach(log::warn);
    try (DaemonStarter.Running daemon = start(file, local, log)) {
      Thread hook = new Thread(daemon::close, "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      daemon.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.FAILED, "interrupted", e);
    }
  }

  private DaemonStarter.Running start(ConfigFile file, LocalConfig local, Logger log)
      throws CommandException, InterruptedException {
    try {
      return host.daemon().start(file, local);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log.debug("start", e);
      throw new CommandException(ExitCode.FAILED, "cannot start: " + sentence(e), e);
    }
  }

  /** The messages of an exception and its causes, each once. */
  static String sentence(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 5; depth++, at = at.getCause()) {
      String message = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
      if (text.indexOf(message) < 0) {
        text.append(text.isEmpty() ? "" : ": ").append(message);
      }
    }
    return text.toString();
  }
}
