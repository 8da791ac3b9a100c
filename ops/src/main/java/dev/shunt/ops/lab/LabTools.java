package dev.shunt.ops.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The programs of the system that a lab uses, and the Debian packages they come from. */
public final class LabTools {

  private static final Map<String, String> PACKAGE_OF =
      new TreeMap<>(
          Map.of(
              "ip", "iproute2",
              "nsenter", "util-linux",
              "setsid", "util-linux",
              "flock", "util-linux",
              "ethtool", "ethtool",
              "tcpdump", "tcpdump",
              "nft", "nftables",
              "curl", "curl",
              "openssl", "openssl",
              "kill", "procps"));

  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"),
          Path.of("/sbin"),
          Path.of("/bin"),
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"));
  private static final String LIBBPF = "libbpf.so.1";
  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib/aarch64-linux-gnu"),
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib"),
          Path.of("/usr/local/lib"));
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);

  private LabTools() {}

  /**
   * Makes sure that a lab can run here, installing what is missing; an error says what stands
   * against it.
   */
  static void require(Consumer<String> progress) {
    if (!isRoot()) {
      throw new LabException(
          "a lab makes network namespaces and loads BPF programs, which takes root: sudo ./shunt lab …");
    }
    install(missingPackages(LabTools::installed), progress);
  }

  /**
   * Makes sure that programs are here, installing what is missing where this may be done.
   *
   * @param packageOf the Debian package of each
   */
  public static void require(Map<String, String> packageOf, Consumer<String> progress) {
    List<String> missing =
        packageOf.keySet().stream()
            .filter(program -> !installed(program))
            .map(packageOf::get)
            .sorted()
            .distinct()
            .toList();
    if (!missing.isEmpty() && !isRoot()) {
      throw new LabException(
          "missing on this machine: sudo apt-get install " + String.join(" ", missing));
    }
    install(missing, progress);
  }

  private static void install(List<String> missing, Consumer<String> progress) {
    if (missing.isEmpty()) {
      return;
    }
    if (!installed("apt-get")) {
      throw new LabException("missing on this machine: what Debian packages as " + missing);
    }
    progress.accept("installing " + String.join(" ", missing));
    apt("update", "-qq");
    List<String> install =
        new ArrayList<>(List.of("install", "-y", "-qq", "--no-install-recommends"));
    install.addAll(missing);
    apt(install.toArray(String[]::new));
  }

  static boolean isRoot() {
    return Shell.run("id", "-u").strip().equals("0");
  }

  /** Packages to install where {@code installed} tells which programs and libraries are there. */
  static List<String> missingPackages(Predicate<String> installed) {
    TreeSet<String> missing = new TreeSet<>();
    PACKAGE_OF.forEach((program, owner) -> {
      if (!installed.test(program)) {
        missing.add(owner);
      }
    });
    if (!installed.test(LIBBPF)) {
      missing.add("libbpf1");
    }
    return List.copyOf(missing);
  }

  private static boolean installed(String name) {
    List<Path> places = name.equals(LIBBPF) ? LIBRARIES : PROGRAMS;
    return places.stream().anyMatch(place -> Files.exists(place.resolve(name)));
  }

  private static void apt(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("env", "DEBIAN_FRONTEND=noninteractive", "apt-get"));
    command.addAll(List.of(arguments));
    Shell.Result result = Shell.attempt(command, "", INSTALL_LIMIT);
    if (!result.ok()) {
      throw new LabException(String.join(" ", command) + ": " + result.output().strip());
    }
  }
}
