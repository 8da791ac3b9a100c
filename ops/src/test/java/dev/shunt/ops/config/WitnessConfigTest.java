package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.ReplicationConfig;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Members that only vote. */
class WitnessConfigTest {

  private static final HostEnvironment USER =
      new HostEnvironment(Map.of("SECRET", "0123456789abcdef"), "alice", Path.of("/home/alice"));
  private static final String M3 = "{name: m3, address: 10.77.0.13}";
  private static final String W1 = "{name: w1, address: 10.77.0.31, witness: true}";

  /** Two members and a witness; there is a VIP, and no interface. */
  private static final String TWO =
      Yaml.array("").replace(M3, W1)
          + "  - {name: a, vip: 10.0.0.1, port: 80, servers: [10.0.0.2:1]}\n";

  @Test
  void aWitnessVotesAndIsInNoOtherPart() throws Exception {
    ConfigFile file = Yaml.read(TWO);
    ArrayConfig array = file.array();
    MemberAddress witness =
        new MemberAddress(new MemberId("w1"), InetAddress.ofLiteral("10.77.0.31"), true);
    assertThat(array.members()).extracting(m -> m.id().value()).containsExactly("m1", "m2");
    assertThat(array.witnesses()).containsExactly(witness);
    assertThat(array.isWitness(witness.id())).isTrue();
    assertThat(array.isWitness(new MemberId("m1"))).isFalse();
    assertThat(file.warnings()).isEmpty();

    LocalConfig local = LocalConfig.resolveWitness(file, LocalFlags.ofMember("w1"), USER);
    ClusterConfig cluster = ModuleConfigs.cluster(array, local);
    assertThat(cluster.members()).hasSize(3).contains(witness);
    assertThat(cluster.majority()).isEqualTo(2);
    ReplicationConfig tables = ModuleConfigs.replication(array, local);
    assertThat(tables.members()).isEqualTo(array.members());
    assertThat(tables.voters()).isEqualTo(3);
  }

  @Test
  void itsPlaceInTheListMovesNoLabelAndNoFingerprintButItselfDoes() throws Exception {
    String witnessFirst =
        Yaml.array("")
            .replace("    - " + M3 + "\n", "")
            .replace("members:\n", "members:\n    - " + W1 + "\n");
    ArrayConfig last = Yaml.read(Yaml.array("").replace(M3, W1)).array();
    ArrayConfig first = Yaml.read(witnessFirst).array();
    assertThat(first.members()).isEqualTo(last.members());
    assertThat(Fingerprint.of(first)).isEqualTo(Fingerprint.of(last));

    ArrayConfig without = Yaml.read(Yaml.array("").replace("    - " + M3 + "\n", "")).array();
    assertThat(Fingerprint.of(without)).isNotEqualTo(Fingerprint.of(last));
    ArrayConfig member =
        Yaml.read(Yaml.array("").replace(M3, W1.replace(", witness: true", ""))).array();
    assertThat(Fingerprint.of(member)).isNotEqualTo(Fingerprint.of(last));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void saysWhereWhatWasFoundAndWhatIsAllowed(String third, String error) {
    assertThat(Yaml.errors(Yaml.array("").replace(M3, third))).containsExactly(error);
  }

  static Stream<Arguments> mistakes() {
    String witness = "{name: w1, address: 10.77.0.31, witness: true, ";
    String allowed = " with witness: false, for a witness carries no traffic";
    return Stream.of(
        arguments(
            witness + "weight: 2}",
            "shunt.yaml:7:62: array.members[2].weight: found weight with witness: true, allowed is"
                + " weight"
                + allowed),
        arguments(
            witness + "scheduler: false}",
            "shunt.yaml:7:65: array.members[2].scheduler: found scheduler with witness: true, allowed"
                + " is scheduler"
                + allowed),
        arguments(
            witness + "data_address: 10.0.0.1}",
            "shunt.yaml:7:68: array.members[2].data_address: found data_address with witness: true,"
                + " allowed is data_address"
                + allowed),
        arguments(
            witness + "wieght: 2}",
            "shunt.yaml:7:54: array.members[2].wieght: found an unknown key, allowed is address,"
                + " data_address, name, scheduler, weight, witness; did you mean 'weight'?"),
        arguments(
            "{name: w1, address: 10.77.0.31, witness: maybe}",
            "shunt.yaml:7:48: array.members[2].witness: found 'maybe', allowed is true or false"),
        arguments(
            "{name: m1, address: 10.77.0.31, witness: true}",
            "shunt.yaml:7:14: array.members[2].name: found 'm1', allowed is a name that no other"
                + " member has (line 5 has it)"),
        arguments(
            "{name: w1, address: 10.77.0.11, witness: true}",
            "shunt.yaml:7:27: array.members[2].address: found '10.77.0.11', allowed is an address that"
                + " no other member has (line 5 has it)"),
        arguments(
            W1 + "\n    - {name: w2, address: 10.77.0.32, witness: true}",
            "shunt.yaml:5:5: array.members: found 2 with witness: true and 2 without, allowed is fewer"
                + " witnesses than other members: two and one witness, for example"));
  }

  @Test
  void ifTheOthersAreAllNeverSchedulerAWitnessDoesNotHelp() {
    String never =
        Yaml.array("")
            .replace(M3, W1)
            .replace("11}", "11, scheduler: false}")
            .replace("12}", "12, scheduler: false}");
    assertThat(Yaml.errors(never))
        .containsExactly(
            "shunt.yaml:5:5: array.members: found scheduler: false of all members, allowed is one at"
                + " least that may be scheduler");
  }

  @Test
  void anEvenNumberOfVotesIsAllowedWithAWarning() throws Exception {
    assertThat(Yaml.read(Yaml.array("").replace(M3, M3 + "\n    - " + W1)).warnings())
        .singleElement()
        .hasToString(
            "shunt.yaml:5:5: array.members: 4 members vote: an even number outlives no more failures"
                + " than 3; a witness more (or fewer) makes it odd");
  }

  /** A witness has little memory, and must not seem to be of another array. */
  @Test
  void theFingerprintDoesNotHangOnTheMemoryOfTheJvmThatReadsTheFile() throws Exception {
    assertThat(Fingerprint.canonical(Yaml.read(TWO).array()))
        .containsEntry("node.bufferedBytes", "0");
  }

  @Test
  void itsHostNeedsNeitherCertificatesNorPlugIns(@TempDir Path folder) throws Exception {
    String yaml =
        TWO.replace(
                "servers: [10.0.0.2:1]}",
                "servers: [10.0.0.2:1], stages: [ours], tls: {certificates: [{certificate: no.pem,"
                    + " key: no.key}], client_ca: no.pem, client_certificates: required}}")
            + "plugins: no/jars\n";
    Path file = Files.writeString(folder.resolve("shunt.yaml"), yaml);
    ArrayConfig array = ConfigFile.readForWitness(file).array();
    assertThat(array.services().getLast().tls().orElseThrow().certificates()).hasSize(1);
    assertThat(Yaml.errors(yaml)).isNotEmpty().allMatch(error -> error.contains("no such file"));
  }

  @Test
  void aWitnessNeedsNoInterfaceAndNoNameWhereItIsTheOnlyOne() throws Exception {
    LocalConfig local = LocalConfig.resolveWitness(Yaml.read(TWO), LocalFlags.NONE, USER);
    assertThat(local.member()).isEqualTo(new MemberId("w1"));
    assertThat(local.networkInterface()).isEmpty();
    assertThat(local.secret()).isPresent();
  }

  @Test
  void runAndWitnessNameEachOther() throws Exception {
    ConfigFile file = Yaml.read(TWO);
    LocalFlags interfaced =
        new LocalFlags(
            LocalFlags.ofMember("w1").member(),
            java.util.Optional.of("eth0"),
            java.util.Optional.empty(),
            java.util.Optional.empty());
    assertThatThrownBy(() -> LocalConfig.resolve(file, interfaced, USER))
        .hasMessage(
            "shunt.yaml: --member: found 'w1', a witness, allowed is one without witness: true: m1,"
                + " m2; shunt witness --member w1 starts this one");
    assertThatThrownBy(() -> LocalConfig.resolveWitness(file, LocalFlags.ofMember("m1"), USER))
        .hasMessage(
            "shunt.yaml: --member: found 'm1', which carries traffic, allowed is one with witness:"
                + " true: w1; shunt run --member m1 starts this one");
    assertThatThrownBy(() -> LocalConfig.resolveWitness(file, LocalFlags.ofMember("m9"), USER))
        .hasMessage("shunt.yaml: --member: found 'm9', allowed is one of array.members: w1");
    for (String none : List.of(Yaml.array(""), Yaml.SMALLEST)) {
      ConfigFile without = Yaml.read(none);
      assertThatThrownBy(() -> LocalConfig.resolveWitness(without, LocalFlags.ofMember("m1"), USER))
          .hasMessage(
              "shunt.yaml: array.members: found none with witness: true, allowed is one at least;"
                  + " shunt run starts a member that carries traffic");
    }
  }
}
