package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            "f:5:14: services[0].stages[0]: found stage 'cokie', allowed is access, access-log, cache, cdn, cookie,"
                + " hash-groups, headers, session-id");
  }

  @Test
  void aSettingThatTheStageDoesNotKnowIsSaidSo() {
    assertThatThrownBy(() -> read("stages: [cookie: {nmae: SHUNT}]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("f:5:14: services[0].stages[0]: ")
        .hasMessageContaining("nmae")
        .hasMessageContaining("name");
  }

  @Test
  void aSettingMayBeAListWhoseItemsAreLines() throws Exception {
    String rules = "stages: [headers: {request: ['set X-A {client}', remove X-B]}]";
    assertThat(read(rules).array().services().getFirst().stages().getFirst().settings())
        .containsEntry("request", "set X-A {client}\nremove X-B");
    assertThatThrownBy(() -> read("stages: [headers: {request: [remove X-B, set Host x]}]"))
        .hasMessageContaining("request[1]: 'set Host x': header name 'Host': allowed is");
    assertThatThrownBy(() -> read("stages: [access: {rules: [allow 10.0.0.0/8]}]"))
        .hasMessageContaining("otherwise: found 'nothing', allowed is allow or deny");
  }

  @Test
  void aDirectoryOfPluginsIsLookedInto(@TempDir Path directory) throws Exception {
    String yaml = Yaml.service("stages: [cookie]") + "plugins: jars\n";
    Path file = directory.resolve("f.yaml");
    assertThatThrownBy(() -> ConfigFile.parse(file, yaml, new StageProviders()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("plugins: found ")
        .hasMessageContaining(
            "jars, which cannot be read, allowed is a directory with plug-in jars");
    Path jars = Files.createDirectory(directory.resolve("jars"));
    assertThat(ConfigFile.parse(file, yaml, new StageProviders()).local().plugins()).contains(jars);
    Files.writeString(jars.resolve("bad.jar"), "not a jar");
    assertThatThrownBy(() -> ConfigFile.parse(file, yaml, new StageProviders()))
        .hasMessageContaining("plugins: plug-in ")
        .hasMessageContaining("bad.jar: ");
  }

  private static ConfigFile read(String service) throws ConfigException {
    return ConfigFile.parse(Path.of("f"), Yaml.service(service), new StageProviders());
  }
}
