package dev.shunt.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a figure must be read with. */
final class Machine {

  private static final Path CPUS = Path.of("/proc/cpuinfo");
  private static final Path JIT = Path.of("/proc/sys/net/core/bpf_jit_enable");

  private static final Path ALL = Path.of("/proc/stat");
  private static final Path OWN = Path.of("/proc/self/stat");

  /** In the first line of {@link #ALL}, behind the name: user, nice, system, idle, iowait, … */
  private static final int IDLE = 3;

  private static final int IOWAIT = 4;

  /** In {@link #OWN}, behind the name in brackets; system time follows, as it does the next. */
  private static final int USER = 11;

  private static final int OF_CHILDREN = 13;

  /**
   * Processor time since the machine's start, in the kernel's ticks.
   *
   * @param all of all processors
   * @param others what was used and not by this process or its ended children; what the hypervisor
   *     took is in it
   */
  record Time(long all, long others) {

    /** What others used of the processors since an earlier time, 0 to 1. */
    double othersSince(Time earlier) {
      // The kernel counts one process finer than all together.
      return Math.max(0, (double) (others - earlier.others) / Math.max(1, all - earlier.all));
    }
  }

  private Machine() {}

  static Time time() {
    return time(read(ALL), read(OWN));
  }

  static Time time(String all, String own) {
    long total = 0;
    long busy = 0;
    int field = 0;
    // Guests' time, the last two fields, is in the users' already.
    for (String text : all.lines().findFirst().orElse("").split(" +", -1)) {
      if (field >= 1 && field <= 8) {
        long ticks = Long.parseLong(text);
        total += ticks;
        busy += field - 1 == IDLE || field - 1 == IOWAIT ? 0 : ticks;
      }
      field++;
    }
    return new Time(total, busy - ticks(own) - childrenTicks(own));
  }

  /** User and system time of a process or thread, in the kernel's ticks, 100 a second. */
  static long ticks(String stat) {
    return sum(stat, USER);
  }

  /** The same of its children that have ended. */
  private static long childrenTicks(String stat) {
    return sum(stat, OF_CHILDREN);
  }

  private static long sum(String stat, int first) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length > first + 1
        ? Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])
        : 0;
  }

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
