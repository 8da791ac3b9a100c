package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs that others wrote, which tests run against a node. */
final class Tools {

  private Tools() {}

  /** Skips the test where a program is missing, and says so; CI must not skip. */
  static void require(String file, String debianPackage) {
    boolean there =
        Path.of(file).isAbsolute()
            ? Files.exists(Path.of(file))
            : List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, file)));
    if (!there) {
      String reason = "needs %s (package %s)".formatted(file, debianPackage);
      assertThat("true".equals(System.getenv("CI"))).as(reason + "; CI must not skip").isFalse();
      System.err.println("skipped: " + reason);
      Assumptions.abort(reason);
    }
  }

  /** What a program says, which must end well within five minutes. */
  static String run(Path directory, String... command) throws IOException, InterruptedException {
    return run(directory, List.of(command), List.of(0));
  }

  /** What a program says, which must end with one of these codes. */
  static String run(Path directory, List<String> command, List<Integer> codes)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
      String said = Files.readString(output, UTF_8);
      assertThat(ended).as("%s ends: %s", command, said).isTrue();
      assertThat(process.exitValue()).as(said).isIn(codes);
      return said;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
