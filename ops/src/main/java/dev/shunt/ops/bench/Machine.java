package dev.shunt.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a figure must be read with. */
final class Machine {

  private static final Path CPUS = Path.of("/proc/cpuinfo");
  private static final Path JIT = Path.of("/proc/sys/net/core/bpf_jit_enable");

  private Machine() {}

  /** Processor, cores, kernel, and whether that compiles BPF programs. */
  static String describe() {
    return "%s, %d cores, Linux %s, BPF %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            read(JIT).strip().equals("0") ? "interpreted" : "compiled");
  }

  private static String processor() {
    return read(CPUS)
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch", "unknown processor"));
  }

  /** Empty where it may not be read. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
