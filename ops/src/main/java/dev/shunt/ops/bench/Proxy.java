package dev.shunt.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A proxy that is measured.
 *
 * @param port where it listens on 127.0.0.1
 * @param log its access log
 */
record Proxy(Kind kind, long pid, int port, Path log) {

  /** Whose it is. */
  enum Kind {
    SHUNT,
    NGINX,
    HAPROXY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int TICKS_A_SECOND = 100;

  /**
   * Processor time so far, in seconds.
   *
   * @param all of all threads, user and system
   * @param compiling what the JVM's compilers had of it
   */
  record Used(double all, double compiling) {
    Used since(Used before) {
      return new Used(all - before.all, compiling - before.compiling);
    }
  }

  Used used() throws BenchException {
    Path process = Path.of("/proc", Long.toString(pid));
    double compiling = 0;
    if (kind == Kind.SHUNT) {
      try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
        for (Path task : tasks.toList()) {
          String stat = read(task.resolve("stat"));
          compiling += stat.contains("(C1 Comp") || stat.contains("(C2 Comp") ? seconds(stat) : 0;
        }
      } catch (IOException e) {
        throw new BenchException(process + ": " + e.getMessage(), e);
      }
    }
    return new Used(seconds(read(process.resolve("stat"))), compiling);
  }

  /** User and system time in a line of {@code stat} (proc(5)). */
  static double seconds(String stat) {
    return (double) Machine.ticks(stat) / TICKS_A_SECOND;
  }

  /** Empty when it has just ended. */
  private static String read(Path stat) {
    try {
      return Files.readString(stat);
    } catch (IOException _) {
      return "";
    }
  }
}
