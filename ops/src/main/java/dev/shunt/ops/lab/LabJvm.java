package dev.shunt.ops.lab;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a lab starts JVMs: the same Java and class path as its own.
 *
 * @param java the {@code java} binary
 * @param mainClass the class with {@code main} that takes Shunt's subcommands
 */
public record LabJvm(String java, String classPath, String mainClass) {

  /**
   * Beside the launcher's flags: several members share the machine, and live too briefly to be paid
   * back what the second compiler takes, half of all processor time at the start.
   */
  private static final List<String> MEMBER_FLAGS = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1");

  /** More flags of members, after all others (so that they win), separated by spaces. */
  private static final String MORE_FLAGS = "SHUNT_LAB_JAVA_OPTS";

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

  /** Flags of a member daemon: the launcher's for {@code run}, and those of a small machine. */
  List<String> memberFlags() {
    List<String> flags = daemonFlags("member");
    flags.addAll(MEMBER_FLAGS);
    Stream.of(System.getenv().getOrDefault(MORE_FLAGS, "").split("\\s+"))
        .filter(flag -> !flag.isEmpty())
        .forEach(flags::add);
    return flags;
  }

  /** Flags of a witness: the launcher's for {@code witness}. */
  List<String> witnessFlags() {
    return flags("witness.flags");
  }

  /** Reads what {@code java @file} would: words, and comments from # to the end of the line. */
  private static List<String> flags(String file) {
    try (InputStream in = LabJvm.class.getResourceAsStream("/jvm/" + file)) {
      String text =
          new String(
              Objects.requireNonNull(in, file + " is on the class path").readAllBytes(),
              StandardCharsets.UTF_8);
      return List.of(text.replaceAll("#.*", "").strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public LabJvm withMain(String other) {
    return new LabJvm(java, classPath, other);
  }

  /**
   * The command of a daemon without an array, as the launcher starts it.
   *
   * @param more flags, after the launcher's
   */
  public List<String> daemon(List<String> more, List<String> arguments) {
    List<String> flags = daemonFlags("alone");
    flags.addAll(more);
    return command(flags, arguments);
  }

  /** The launcher's, with the AOT cache that it has made for them, if it has. */
  private List<String> daemonFlags(String kind) {
    List<String> flags = new ArrayList<>(flags("libraries.flags"));
    flags.addAll(flags(kind + ".flags"));
    File jar = new File(classPath.split(File.pathSeparator, 2)[0]);
    String version = System.getProperty("java.runtime.version");
    File cache = new File(jar.getParentFile(), "aot/%s-%s.aot".formatted(kind, version));
    // One that is older than the jar is of another jar, an empty one could not be made; and there
    // is none of classes in folders.
    if (jar.isFile() && cache.length() > 0 && cache.lastModified() > jar.lastModified()) {
      flags.add("-XX:AOTCache=" + cache);
      flags.add("-Xlog:aot=off");
    }
    return flags;
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
