package dev.shunt.ops.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks a running daemon. */
abstract class DaemonCommand implements Callable<Integer> {

  private final Host host;

  @Mixin Output output = new Output();

  @Mixin DaemonOptions daemon = new DaemonOptions();

  DaemonCommand(Host host) {
    this.host = host;
  }

  /** Asks, and prints the answer. */
  abstract void ask(AdminClient client) throws CommandException;

  @Override
  public Integer call() throws CommandException {
    ask(daemon.client(host.environment()));
    return ExitCode.OK.number();
  }

  /** For one segment of a path, or a value of a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
