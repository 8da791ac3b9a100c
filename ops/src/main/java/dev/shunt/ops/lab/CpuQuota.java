package dev.shunt.ops.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Leaves a process a part of one processor only: it runs for that part of each tenth of a second
 * and stands still for the rest, however idle the machine is.
 *
 * <p>By a control group of either version ({@code cgroups(7)}), where the machine has its
 * controller of processors.
 */
final class CpuQuota {

  private static final List<Path> FIRST_VERSION =
      List.of(Path.of("/sys/fs/cgroup/cpu"), Path.of("/sys/fs/cgroup/cpu,cpuacct"));
  private static final Path SECOND_VERSION = Path.of("/sys/fs/cgroup");

  private static final int PERIOD_MICROS = 100_000;
  private static final int MAX_PERCENT = 100;

  /** What threads of real time may run of a second in it: as much as elsewhere. */
  private static final String REAL_TIME_MICROS = "300000";

  private final String lab;

  CpuQuota(String lab) {
    this.lab = lab;
  }

  /** Limits a process and what it starts from now on. */
  void limit(String host, LabProcess process, int percent) {
    if (percent < 1 || percent > MAX_PERCENT) {
      throw new LabException("cpu %d: allowed is 1 to 100 (percent)".formatted(percent));
    }
    Path root =
        root()
            .orElseThrow(
                () -> new LabException("no control groups of processors under " + SECOND_VERSION));
    Path group = root.resolve(prefix() + host);
    String quota = Integer.toString(PERIOD_MICROS / MAX_PERCENT * percent);
    try {
      Files.createDirectories(group);
      if (isFirst(root)) {
        // Where real time is shared out by groups, a new one has none of it, and takes no such
        // thread.
        writeIfThere(group.resolve("cpu.rt_runtime_us"), REAL_TIME_MICROS);
        Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
        Files.writeString(group.resolve("cpu.cfs_quota_us"), quota);
      } else {
        writeIfThere(root.resolve("cgroup.subtree_control"), "+cpu");
        Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
      }
      Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
    } catch (IOException e) {
      throw new LabException(group + ": " + e.getMessage(), e);
    }
  }

  /** Nobody of this lab is limited any more. */
  void lift() {
    root().ifPresent(this::lift);
  }

  private void lift(Path root) {
    try (Stream<Path> groups = Files.list(root)) {
      for (Path group :
          groups.filter(path -> path.getFileName().toString().startsWith(prefix())).toList()) {
        for (String process : Files.readAllLines(group.resolve("cgroup.procs"))) {
          Files.writeString(root.resolve("cgroup.procs"), process);
        }
        Files.delete(group);
      }
    } catch (IOException e) {
      throw new LabException(root + ": " + e.getMessage(), e);
    }
  }

  /** No lab's name is the beginning of another's with a dash. */
  private String prefix() {
    return "shunt-" + lab + "-";
  }

  /** Where groups are made; empty where this machine has none. */
  private static Optional<Path> root() {
    return Stream.concat(FIRST_VERSION.stream(), Stream.of(SECOND_VERSION))
        .filter(path -> isFirst(path) || Files.exists(path.resolve("cgroup.controllers")))
        .findFirst();
  }

  private static boolean isFirst(Path root) {
    return Files.exists(root.resolve("cpu.cfs_quota_us"))
        || Files.exists(root.resolve("cpu.shares"));
  }

  private static void writeIfThere(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, text);
    }
  }
}
