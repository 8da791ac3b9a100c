package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.integrationtests.harness.TestArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launcher does after a build: a training run, and a cache of what the JVM learned. */
class TrainingIT {

  private static final Path HOME = Path.of(System.getProperty("shunt.home"));

  @ParameterizedTest
  @CsvSource({"alone, false", "member, true"})
  void theCacheOfATrainingRunIsTaken(String flags, boolean array, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path cache = folder.resolve("cache");
    List<String> train = new ArrayList<>(List.of("train", folder.toString()));
    if (array) {
      train.add("--array");
    }
    run(folder, flags, List.of("-XX:AOTCacheOutput=" + cache), train);
    assertThat(Files.size(cache)).isGreaterThan(1 << 20);

    // With this mode a JVM that can't use its cache does not start.
    List<String> strictly = List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on");
    assertThat(run(folder, flags, strictly, List.of("version"))).contains("shunt ");
  }

  private static String run(Path folder, String flags, List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    Path all = HOME.resolve("ops/src/main/resources/jvm");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + all.resolve("libraries.flags"));
    command.add("@" + all.resolve(flags + ".flags"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), "dev.shunt.ops.Main"));
    command.addAll(arguments);
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      boolean ended = process.waitFor(TestArray.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended).as("ended: %s", Files.readString(log)).isTrue();
      assertThat(process.exitValue()).as("%s", Files.readString(log)).isZero();
      return Files.readString(log);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String classPath() throws IOException {
    Path target = HOME.resolve("ops/target");
    try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
      return Stream.concat(Stream.of(target.resolve("shunt.jar")), libraries.sorted())
          .map(path -> path.toAbsolutePath().toString())
          .collect(Collectors.joining(":"));
    }
  }
}
