package dev.shunt.scheduler.xdp;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Whether this machine lets a test use what it needs; where CI=true, what is missing is a failure.
 */
final class Kernel {

  private Kernel() {}

  /** Root and libbpf, to load programs. */
  static void requireBpf() {
    require(isRoot(), "needs root to load a BPF program");
    require(hasLibBpf(), "needs libbpf (package libbpf1)");
  }

  /** Also network namespaces and the commands to make them. */
  static void requireNetwork() {
    requireBpf();
    requireCommand("ip");
    requireCommand("nsenter");
  }

  static void requireCommand(String name) {
    require(hasCommand(name), "needs the command " + name);
  }

  static boolean hasCommand(String name) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }

  private static void require(boolean there, String reason) {
    if (there) {
      return;
    }
    if ("true".equals(System.getenv("CI"))) {
      fail("CI must not skip this test: it " + reason);
    }
    System.err.println("skipped: " + reason);
    Assumptions.abort(reason);
  }

  private static boolean isRoot() {
    return Files.isWritable(Path.of("/sys/fs/bpf")) && Files.isReadable(Path.of("/proc/1/environ"));
  }

  private static boolean hasLibBpf() {
    try {
      LibBpf.require();
      return true;
    } catch (dev.shunt.scheduler.DataPlaneException e) {
      return false;
    }
  }
}
