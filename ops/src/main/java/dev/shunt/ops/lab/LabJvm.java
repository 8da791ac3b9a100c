package dev.shunt.ops.lab;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a lab starts JVMs: the same Java and class path as its own.
 *
 * @param java the {@code java} binary
 * @param mainClass the class with {@code main} that takes Shunt's subcommands
 */
public record LabJvm(String java, String classPath, String mainClass) {

  /** Flags of a member daemon: the launcher's, for {@code run}. */
  static final List<String> MEMBER_FLAGS =
      List.of(
          "-XX:+UseZGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xmx384m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-modules",
          "java.se",
          "--add-exports",
          "java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens",
          "java.base/java.lang=ALL-UNNAMED",
          "--add-opens",
          "java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens",
          "java.management/sun.management=ALL-UNNAMED",
          "--add-opens",
          "jdk.management/com.sun.management.internal=ALL-UNNAMED");

  /** Flags of servers and load clients: small and quick to start, many on a machine. */
  static final List<String> SMALL_FLAGS =
      List.of(
          "-Xmx96m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED");

  private static final String MAIN = "dev.shunt.ops.Main";

  /** This process's own Java and class path. */
  public static LabJvm current() {
    String home = System.getProperty("java.home");
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return new LabJvm(Path.of(home, "bin", "java").toString(), classPath, MAIN);
  }

  public LabJvm withMain(String other) {
    return new LabJvm(java, classPath, other);
  }

  List<String> command(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }
}
