package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing of a lab stays behind, however its owner ends. */
class LabReaperTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Builds an owner-bound lab, says so, and waits to be killed. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      try (Lab lab =
          Lab.up(
              LabOptions.named(arguments[0])
                  .withoutDaemons()
                  .withMembers(1)
                  .withServers(1)
                  .withJvm(RootTest.jvm()))) {
        Files.createDirectories(lab.paths().pins());
        Files.writeString(lab.paths().dir().resolve("up"), "");
        // Until this process is killed, or the one that started it is gone.
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  @Test
  void kill9OfTheOwnerLeavesNoNamespacePinProcessOrFile() throws Exception {
    RootTest.requireRoot();
    String name = RootTest.labName("k");
    LabPaths paths = new LabPaths(name);
    Process owner =
        new ProcessBuilder(
                LabJvm.current()
                    .withMain(Owner.class.getName())
                    .command(LabJvm.SMALL_FLAGS, List.of(name)))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT)
            .start();
    try {
      await().atMost(LIMIT).until(() -> Files.exists(paths.dir().resolve("up")));
      LabProcess server = LabProcess.read(paths.process("s1")).orElseThrow();
      List<String> namespaces = Files.readAllLines(paths.namespaces());
      assertThat(server.alive()).isTrue();
      assertThat(namespaces).hasSize(5).allMatch(one -> Files.exists(LabPaths.namespace(one)));

      owner.destroyForcibly().waitFor();

      await().atMost(LIMIT).until(() -> !Files.exists(paths.dir()));
      assertThat(server.alive()).isFalse();
      assertThat(namespaces).noneMatch(one -> Files.exists(LabPaths.namespace(one)));
      assertThat(paths.pins()).doesNotExist();
    } finally {
      owner.destroyForcibly();
      LabReaper.sweep();
    }
  }

  @Test
  void aSweepEndsALabWhoseOwnerIsGoneAndLeavesOthersAlone() throws Exception {
    RootTest.requireRoot();
    LabPaths orphan = new LabPaths(RootTest.labName("o"));
    LabPaths owned = new LabPaths(RootTest.labName("q"));
    LabProcess self = LabProcess.self();
    try {
      for (LabPaths paths : List.of(orphan, owned)) {
        Files.createDirectories(paths.dir());
        Files.writeString(paths.namespaces(), "");
      }
      self.write(owned.owner());
      // The same process id, but another start: the id was given out again.
      new LabProcess(self.pid(), self.startTime() - 1).write(orphan.owner());

      assertThat(LabReaper.sweep()).contains(orphan.lab()).doesNotContain(owned.lab());
      assertThat(orphan.dir()).doesNotExist();
      assertThat(owned.dir()).exists();
    } finally {
      for (LabPaths paths : List.of(orphan, owned)) {
        if (Files.exists(paths.dir())) {
          LabReaper.end(paths);
        }
      }
    }
  }

  @Test
  void theStartTimeIsReadPastACommandWithSpacesAndBrackets() {
    String fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21";
    assertThat(LabProcess.parseStat("12 (a) b (c) " + fields)).contains(4711L);
    assertThat(LabProcess.parseStat("12 (a) " + fields.replace("S", "Z"))).isEmpty();
    assertThat(Path.of("/proc/self/stat")).exists();
  }
}
