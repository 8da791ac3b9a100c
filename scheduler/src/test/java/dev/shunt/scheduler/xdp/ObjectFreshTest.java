package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed objects are what the sources compile to. */
final class ObjectFreshTest {

  private static final Path SOURCES = Path.of("src/main/bpf");

  @TempDir private Path built;

  @BeforeEach
  void compile() throws IOException, InterruptedException {
    Kernel.requireCommand("clang-14");
    Kernel.requireCommand("llvm-strip-14");
    Process build =
        new ProcessBuilder(SOURCES.resolve("build.sh").toString(), built.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(build.waitFor()).as(output).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shunt.bpf.o",
        "pass.bpf.o",
        "edge.bpf.o",
        "cookie.bpf.o",
        "bench.bpf.o",
        "flood.bpf.o"
      })
  void theCommittedObjectIsWhatTheSourceCompilesTo(String object) throws IOException {
    assertThat(Files.readAllBytes(built.resolve(object)))
        .as("run scheduler/src/main/bpf/build.sh and commit " + object)
        .isEqualTo(BpfObject.resource(object));
  }

  @Test
  void noObjectNamesAPathOfTheMachineThatBuiltIt() {
    for (String object :
        new String[] {
          "shunt.bpf.o", "pass.bpf.o", "edge.bpf.o", "cookie.bpf.o", "bench.bpf.o", "flood.bpf.o"
        }) {
      String text = new String(BpfObject.resource(object), StandardCharsets.ISO_8859_1);
      assertThat(text).doesNotContain(Path.of("").toAbsolutePath().toString());
    }
  }
}
