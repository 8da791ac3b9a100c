package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.StageProviders;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

  @TempDir Path folder = Path.of("/nowhere");

  @Test
  void bothConfigurationsAreValid() throws Exception {
    try (Rehearsal rehearsal = new Rehearsal(Ticker.system())) {
      ConfigFile alone = read(rehearsal, false);
      ConfigFile member = read(rehearsal, true);

      assertThat(alone.array().members()).isEmpty();
      assertThat(member.array().members()).hasSize(3);
      assertThat(alone.array().services()).hasSize(1).isEqualTo(member.array().services());
    }
  }

  @Test
  void withoutADaemonItFails() throws Exception {
    try (Rehearsal rehearsal = new Rehearsal(Ticker.system())) {
      assertThatThrownBy(() -> rehearsal.ask(Duration.ofSeconds(1)))
          .isInstanceOf(ConnectException.class);
    }
  }

  private ConfigFile read(Rehearsal rehearsal, boolean array) throws Exception {
    Path empty = Files.createTempDirectory(folder, "run");
    ConfigFile config = ConfigFile.read(rehearsal.configure(empty, array), new StageProviders());
    assertThat(config.warnings()).isEmpty();
    return config;
  }
}
