package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.scheduler.SchedulerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalConfigTest {

  private static final String SECRET = "correct horse battery staple";

  private static final HostEnvironment USER =
      new HostEnvironment(Map.of("SECRET", SECRET), "alice", Path.of("/home/alice"));

  @TempDir Path folder = Path.of("/nowhere");

  @Test
  void withoutArrayNothingNeedsToBeSaid() throws Exception {
    LocalConfig local = LocalConfig.resolve(Yaml.read(Yaml.SMALLEST), LocalFlags.NONE, USER);
    assertThat(local.member()).isEqualTo(new MemberId("local"));
    assertThat(local.secret()).isEmpty();
    assertThat(local.adminSocket()).isEqualTo(Path.of("/tmp/shunt-alice/local.sock"));
    assertThat(local.stateDirectory()).isEqualTo(Path.of("/home/alice/.local/state/shunt/local"));
    assertThat(local.warnings()).isEmpty();
  }

  @Test
  void rootUsesTheSystemsDirectories() throws Exception {
    HostEnvironment root = new HostEnvironment(Map.of(), "root", Path.of("/root"));
    LocalConfig local = LocalConfig.resolve(Yaml.read(Yaml.SMALLEST), LocalFlags.NONE, root);
    assertThat(local.adminSocket()).isEqualTo(Path.of("/run/shunt/local.sock"));
    assertThat(local.stateDirectory()).isEqualTo(Path.of("/var/lib/shunt/local"));
  }

  @Test
  void flagsComeBeforeTheFile() throws Exception {
    LocalFlags flags =
        new LocalFlags(
            Optional.of("m2"),
            Optional.of("eth9"),
            Optional.of(Path.of("/state")),
            Optional.of(Path.of("/sockets/x.sock")));
    LocalConfig local = LocalConfig.resolve(full(SECRET), flags, USER);
    assertThat(local.member()).isEqualTo(new MemberId("m2"));
    assertThat(local.networkInterface()).contains("eth9");
    assertThat(local.stateDirectory()).isEqualTo(Path.of("/state"));
    assertThat(local.adminSocket()).isEqualTo(Path.of("/sockets/x.sock"));
  }

  @Test
  void theSocketOfTheFileIsNamedAfterTheMember() throws Exception {
    LocalConfig local = LocalConfig.resolve(full(SECRET), LocalFlags.ofMember("m3"), USER);
    assertThat(local.adminSocket()).isEqualTo(Path.of("/run/shunt/m3.sock"));
    assertThat(local.networkInterface()).contains("eth0");
  }

  @Test
  void amongSeveralMembersOneMustBeNamed() {
    assertRefused(
        Yaml.array(""),
        LocalFlags.NONE,
        "shunt.yaml: --member: found nothing, allowed is the name of this member: m1, m2, m3");
  }

  @Test
  void aMemberMustBeOneOfThoseConfigured() {
    assertRefused(
        Yaml.array(""),
        LocalFlags.ofMember("m4"),
        "shunt.yaml: --member: found 'm4', allowed is one of array.members: m1, m2, m3");
    assertRefused(
        Yaml.array(""),
        LocalFlags.ofMember("../etc"),
        "shunt.yaml: --member: found '../etc', allowed is m1, m2, m3");
  }

  @Test
  void theOnlyMemberNeedsNotBeNamed() throws Exception {
    String yaml = "array: {name: a, members: [{name: solo, address: 10.0.0.1}]}\n" + Yaml.SMALLEST;
    assertThat(LocalConfig.resolve(Yaml.read(yaml), LocalFlags.NONE, USER).member())
        .isEqualTo(new MemberId("solo"));
  }

  @Test
  void aVipNeedsAnInterface() {
    assertRefused(
        Yaml.array("") + "  - {name: a, vip: 10.0.0.1, port: 80, servers: [127.0.0.1:1]}\n",
        LocalFlags.ofMember("m1"),
        "shunt.yaml: array.interface: found nothing, allowed is the data interface, here or as"
            + " --interface, for a service has a vip");
  }

  @Test
  void aSocketsPathHasABound() {
    String yaml = Yaml.SMALLEST + "admin: {socket: /" + "x".repeat(120) + "}\n";
    assertRefused(
        yaml,
        LocalFlags.NONE,
        "shunt.yaml: admin.socket: found a path of 121 bytes, allowed is a path of at most 107 bytes,"
            + " for that is all a Unix socket takes");
  }

  @Test
  void theSecretIsReadFromAFileBesideTheConfiguration() throws Exception {
    ConfigFile file = full(SECRET + "\n");
    LocalConfig local = LocalConfig.resolve(file, LocalFlags.ofMember("m1"), USER);
    assertThat(local.secret().orElseThrow().bytes())
        .isEqualTo(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(local.toString()).doesNotContain("horse");
    assertThat(local.warnings()).isEmpty();
  }

  @Test
  void aSecretThatEverybodyMayReadIsAWarning() throws Exception {
    ConfigFile file = full(SECRET);
    Files.setPosixFilePermissions(
        folder.resolve("secret"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(LocalConfig.resolve(file, LocalFlags.ofMember("m1"), USER).warnings())
        .containsExactly(
            "array.secret_file: "
                + folder.resolve("secret")
                + " can be read by every user; chmod 600 it");
  }

  @Test
  void aSecretThatIsMissingOrShortIsRefusedWithoutBeingShown() throws Exception {
    ConfigFile shortSecret = full("hunter2");
    assertThatThrownBy(() -> LocalConfig.resolve(shortSecret, LocalFlags.ofMember("m1"), USER))
        .hasMessageEndingWith(
            "array.secret_file: found a secret of 7 bytes, allowed is at least 16 bytes")
        .hasMessageNotContaining("hunter2");
    Files.delete(folder.resolve("secret"));
    assertThatThrownBy(() -> LocalConfig.resolve(shortSecret, LocalFlags.ofMember("m1"), USER))
        .hasMessageEndingWith(
            "array.secret_file: found no file "
                + folder.resolve("secret")
                + ", allowed is a file that holds the secret");
  }

  @Test
  void theSecretMayComeFromTheEnvironment() throws Exception {
    ConfigFile file = Yaml.read(Yaml.array(""));
    assertThat(LocalConfig.resolve(file, LocalFlags.ofMember("m1"), USER).secret()).isPresent();
    HostEnvironment empty = new HostEnvironment(Map.of(), "alice", Path.of("/home/alice"));
    assertThatThrownBy(() -> LocalConfig.resolve(file, LocalFlags.ofMember("m1"), empty))
        .hasMessage(
            "shunt.yaml: array.secret_env: found nothing in it, allowed is the environment variable"
                + " SECRET with the secret");
  }

  @Test
  void eachModuleGetsItsPart() throws Exception {
    ConfigFile file = full(SECRET);
    LocalConfig local = LocalConfig.resolve(file, LocalFlags.ofMember("m2"), USER);
    ClusterConfig cluster = ModuleConfigs.cluster(file.array(), local);
    assertThat(cluster.self()).isEqualTo(new MemberId("m2"));
    assertThat(cluster.port()).isEqualTo(7801);
    assertThat(cluster.secret()).isPresent();
    ReplicationConfig replication = ModuleConfigs.replication(file.array(), local);
    assertThat(replication.port()).isEqualTo(5702);
    assertThat(replication.members()).hasSize(3);
    SchedulerConfig scheduler = ModuleConfigs.scheduler(file.array(), local);
    assertThat(scheduler.networkInterface()).isEqualTo("eth0");
    assertThat(scheduler.services())
        .as("only what has a virtual IP is balanced by the scheduler")
        .singleElement()
        .satisfies(service -> assertThat(service.name()).isEqualTo("web"));
  }

  @Test
  void socketsAreLookedForWhereDaemonsPutThem() {
    HostEnvironment session =
        new HostEnvironment(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), "alice", Path.of("/home/a"));
    assertThat(session.runtimeDirectories())
        .isEqualTo(List.of(Path.of("/run/user/7/shunt"), Path.of("/run/shunt")));
  }

  private ConfigFile full(String secret) throws Exception {
    Path file = Files.writeString(folder.resolve("shunt.yaml"), Yaml.FULL);
    Path secretFile = Files.writeString(folder.resolve("secret"), secret);
    Files.setPosixFilePermissions(secretFile, PosixFilePermissions.fromString("rw-------"));
    return ConfigFile.read(file, StageSettings.Check.ANY);
  }

  private static void assertRefused(String yaml, LocalFlags flags, String error) {
    assertThatThrownBy(() -> LocalConfig.resolve(Yaml.read(yaml), flags, USER))
        .isInstanceOf(ConfigException.class)
        .hasMessage(error);
  }
}
