package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StageProvidersTest {

  @Test
  void aStageThatExistsIsTaken() throws Exception {
    assertThat(read("stages: [cookie: {name: SHUNT}]").array().services()).hasSize(1);
    assertThat(ConfigFile.parse(Path.of("f"), Yaml.FULL, new StageProviders()).array().services())
        .hasSize(2);
  }

  @Test
  void aStageThatDoesNotExistIsSaidSo() {
    assertThatThrownBy(() -> read("stages: [cokie]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "f:5:14: services[0].stages[0]: found stage 'cokie', allowed is cookie, hash-groups,"
                + " session-id");
  }

  @Test
  void aSettingThatTheStageDoesNotKnowIsSaidSo() {
    assertThatThrownBy(() -> read("stages: [cookie: {nmae: SHUNT}]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("f:5:14: services[0].stages[0]: ")
        .hasMessageContaining("nmae")
        .hasMessageContaining("name");
  }

  private static ConfigFile read(String service) throws ConfigException {
    return ConfigFile.parse(Path.of("f"), Yaml.service(service), new StageProviders());
  }
}
