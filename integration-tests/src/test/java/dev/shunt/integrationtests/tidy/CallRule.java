package dev.shunt.integrationtests.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Calls that are banned in some files, but for a list of exceptions that can only shrink: one that
 * is no longer needed breaks the rule too.
 *
 * @param calls what is banned
 * @param where the files in which it is
 * @param exceptions to reason, from the path of a file, or of a folder with its slash at the end
 * @param instead what to do instead
 */
record CallRule(
    Pattern calls, Predicate<JavaFile> where, Map<String, String> exceptions, String instead) {

  private static final String OPTIONAL_PACKAGE = "(java(\\.\\w+)+\\.)?";

  /** The process belongs to {@code ops}: what it was told, and when it ends. */
  static final CallRule PROCESS =
      new CallRule(
          calls(
              "System\\.(exit|getenv|getProperty|getProperties|setProperty)",
              "Integer\\.getInteger",
              "Long\\.getLong",
              "Boolean\\.getBoolean",
              "Runtime\\.getRuntime\\(\\)\\.(exit|halt)"),
          file -> file.isMain() && !file.isInPackage(Module.OPS.rootPackage()),
          Map.of(),
          "only ops may: hand the value in through the module's configuration record");

  /** A sleep is either too short or too long. */
  static final CallRule SLEEP =
      new CallRule(
          calls("Thread\\.sleep", "(TimeUnit\\.)?[A-Z]*(SECONDS|MINUTES)\\.sleep"),
          _ -> true,
          Map.of(
              "ops/src/main/java/dev/shunt/ops/lab/Waiting.java",
              "the lab waits for processes that cannot tell it anything"),
          "in tests wait for the condition with Awaitility; elsewhere use a queue, a latch or a"
              + " scheduled task, which can be closed");

  /** Time is a constructor argument. */
  static final CallRule CLOCKS =
      new CallRule(
          calls(
              "System\\.(nanoTime|currentTimeMillis)",
              "(Instant|LocalDateTime|ZonedDateTime|OffsetDateTime|LocalDate)\\.now",
              "Clock\\.system\\w*",
              "InstantSource\\.system"),
          JavaFile::isMain,
          Map.of(
              "cluster/src/main/java/dev/shunt/cluster/Ticker.java",
              "the one place where the machine's monotonic clock comes from",
              "ops/src/main/java/dev/shunt/ops/Daemon.java",
              "hands the machine's clocks to everything it wires",
              "ops/src/main/java/dev/shunt/ops/WitnessDaemon.java",
              "hands the machine's clocks to everything it wires",
              "ops/src/main/java/dev/shunt/ops/daemon/",
              "hands the machine's clocks to everything it wires",
              "ops/src/main/java/dev/shunt/ops/cli/",
              "a command runs once, in a person's time",
              "ops/src/main/java/dev/shunt/ops/lab/",
              "the lab drives real processes and measures them in real time"),
          "take a dev.shunt.cluster.Ticker (monotonic) or a java.time.InstantSource (wall clock) as"
              + " a constructor argument");

  List<Violation> check(JavaFile file) {
    boolean excepted = exceptions.keySet().stream().anyMatch(path -> covers(path, file));
    return excepted || !where.test(file) ? List.of() : found(file);
  }

  /** The exceptions that none of the files they cover needs any more. */
  List<Violation> unneeded(List<JavaFile> files) {
    List<Violation> unneeded = new ArrayList<>();
    for (String path : exceptions.keySet()) {
      List<JavaFile> covered = files.stream().filter(file -> covers(path, file)).toList();
      if (!covered.isEmpty() && covered.stream().allMatch(file -> found(file).isEmpty())) {
        unneeded.add(
            new Violation(path, 1, "is an exception that is not needed", "take it off the list"));
      }
    }
    return unneeded;
  }

  private static boolean covers(String exception, JavaFile file) {
    return file.path().equals(exception)
        || (exception.endsWith("/") && file.path().startsWith(exception));
  }

  private List<Violation> found(JavaFile file) {
    List<Violation> found = new ArrayList<>();
    Calls.of(file)
        .forEach((tree, call) -> {
          if (calls.matcher(call).matches()) {
            found.add(file.violation(tree, call + " is called", instead));
          }
        });
    return found;
  }

  private static Pattern calls(String... alternatives) {
    return Pattern.compile(OPTIONAL_PACKAGE + "(" + String.join("|", alternatives) + ")");
  }
}
