package dev.shunt.ops.lab;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt lab load}: the load client, in whatever namespace it is started. */
@Command(
    name = "load",
    hidden = true,
    description = "Make load and report it as lines of JSON.",
    mixinStandardHelpOptions = true)
final class LoadCommand extends LabAction {

  @Option(names = "--target", required = true, description = "ADDRESS:PORT to connect to.")
  private String target = "";

  @Option(names = "--connections", description = "Keep-alive connections (${DEFAULT-VALUE}).")
  private int connections = 12;

  @Option(names = "--interval-micros", description = "From probe to probe (${DEFAULT-VALUE}).")
  private long intervalMicros = 2_000;

  @Option(names = "--bytes", description = "Content per answer (${DEFAULT-VALUE}).")
  private int bytes = 256;

  @Option(names = "--fresh", description = "New connections per second (${DEFAULT-VALUE}).")
  private int fresh = 40;

  @Option(
      names = "--hold-millis",
      description = "New connections stay so long and ask again (${DEFAULT-VALUE}).")
  private long holdMillis;

  @Option(names = "--seconds", description = "Ends by itself after this (${DEFAULT-VALUE}).")
  private long seconds = 600;

  @Option(names = "--seed", description = "Of the content asked for (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Override
  int act() {
    int colon = target.lastIndexOf(':');
    if (colon < 1) {
      throw new LabException("target '%s': allowed is ADDRESS:PORT".formatted(target));
    }
    LoadOptions options =
        new LoadOptions(
            target.substring(0, colon),
            port(target.substring(colon + 1)),
            connections,
            Duration.of(intervalMicros, TimeUnit.MICROSECONDS.toChronoUnit()),
            bytes,
            fresh,
            Duration.ofMillis(holdMillis),
            Duration.ofSeconds(seconds));
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    new LoadClient(options, new SplittableRandom(seed), out).run(System.in);
    return OK;
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new LabException("port '%s': allowed is 1 to 65535".formatted(text), e);
    }
  }
}
