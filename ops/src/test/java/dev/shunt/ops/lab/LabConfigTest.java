package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.MemberId;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.ops.config.StageSettings;
import dev.shunt.scheduler.Encap;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lab is made of, as text. */
class LabConfigTest {

  private static final Path DIRECTORY = Path.of("/run/shunt-lab/x");

  @TempDir Path files;

  @Test
  void theConfigurationIsValidAndNamesEveryMemberAndServer() throws Exception {
    LabTopology topology = new LabTopology("x", 5, 2);
    String yaml = LabConfig.yaml(topology, DIRECTORY, Encap.ETHERNET);

    LabCertificate.make("secure.lab", files.resolve("secure.pem"), files.resolve("secure.key"));
    ConfigFile file = ConfigFile.parse(files.resolve("shunt.yaml"), yaml, StageSettings.Check.ANY);

    assertThat(file.warnings()).isEmpty();
    assertThat(file.array().members()).hasSize(5);
    assertThat(file.array().services()).allMatch(service -> service.servers().size() == 2);
    assertThat(file.array().services())
        .extracting(ServiceConfig::name)
        .contains(
            "web",
            "shop",
            "web6",
            "plain",
            "labelled",
            "labelled6",
            "datagrams",
            "relayed",
            "echoed",
            "echoed6",
            "echoed-labels",
            "echoed-switched",
            "echoed-every",
            "names",
            "named");
    assertThat(file.array().services())
        .filteredOn(ServiceConfig::labels)
        .extracting(ServiceConfig::name)
        .contains("web", "labelled", "labelled6");
    assertThat(yaml).contains("/run/shunt-lab/x/{member}.sock");
  }

  @Test
  void aWitnessHasAHostOfItsOwnThatAnswersArpLikeAnyOther() throws Exception {
    LabTopology topology = LabOptions.named("x").withMembers(2).withWitness().topology();
    String yaml = LabConfig.yaml(topology, DIRECTORY, Encap.ETHERNET);
    LabCertificate.make("secure.lab", files.resolve("secure.pem"), files.resolve("secure.key"));
    ConfigFile file = ConfigFile.parse(files.resolve("shunt.yaml"), yaml, StageSettings.Check.ANY);
    assertThat(file.warnings()).isEmpty();
    assertThat(file.array().members()).hasSize(2);
    assertThat(file.array().isWitness(new MemberId("w1"))).isTrue();

    LabHost witness = topology.require("w1");
    assertThat(witness.address()).isEqualTo("10.77.0.31");
    LabNetwork network = new LabNetwork(topology);
    assertThat(network.hostScript(witness)).doesNotContain("arp_ignore");
    assertThat(network.switchScript(Path.of("/tmp/pass.bpf.o")))
        .contains("xdp")
        .doesNotContain("dev w1 xdp");
    assertThatThrownBy(() -> LabOptions.named("x").withMembers(1).withWitness().topology())
        .hasMessage("a witness: allowed with two members or more");
  }

  @Test
  void serversBehindTheRouterAreInServicesWithNodesOrLabelsOnly() throws Exception {
    LabTopology topology = new LabTopology("x", 1, 3, new LabFar(0, 2));
    String yaml = LabConfig.yaml(topology, DIRECTORY, Encap.UDP);

    LabCertificate.make("secure.lab", files.resolve("secure.pem"), files.resolve("secure.key"));
    ConfigFile file = ConfigFile.parse(files.resolve("shunt.yaml"), yaml, StageSettings.Check.ANY);

    assertThat(file.array().services())
        .filteredOn(service -> service.isDirect() && !service.labels())
        .hasSize(2)
        .allMatch(service -> service.servers().size() == 1);
    assertThat(file.array().services())
        .filteredOn(service -> !service.isDirect() || service.labels())
        .extracting(ServiceConfig::name)
        .contains("web", "labelled", "labelled6");
    assertThat(file.array().services())
        .filteredOn(service -> !service.isDirect() || service.labels())
        .allMatch(service -> service.servers().size() == 3);
    assertThat(topology.require("s1").address()).isEqualTo("10.77.0.21");
    assertThat(topology.require("s3").address()).isEqualTo("10.78.0.23");
    LabNetwork network = new LabNetwork(topology);
    assertThat(network.switchScript(Path.of("/tmp/pass.bpf.o")))
        .contains("link set s3 master br1 up")
        .contains("link set s1 master br0 up");
    assertThat(network.hostScript(topology.require("m1"))).contains("10.78.0.0/24 via 10.77.0.1");
    assertThat(LabEdge.tunnelsTo(topology.require("s3"), topology.memberHosts()))
        .containsExactly("--data-address", "10.78.0.23", "--member", "10.77.0.11");
    assertThatThrownBy(() -> new LabTopology("x", 1, 3, new LabFar(0, 3)))
        .hasMessage("servers behind the router: 3: allowed is 0 to 2");
    assertThatThrownBy(() -> LabOptions.named("x").withFar(new LabFar(0, 1)))
        .hasMessage("hosts behind the router: allowed with encap udp only");
  }

  @Test
  void membersBehindTheRouterHaveASegmentOfTheirOwnAndAreNeverSchedulers() throws Exception {
    LabTopology topology = new LabTopology("x", 3, 1, new LabFar(1, 0));
    String yaml = LabConfig.yaml(topology, DIRECTORY, Encap.UDP);

    LabCertificate.make("secure.lab", files.resolve("secure.pem"), files.resolve("secure.key"));
    ConfigFile file = ConfigFile.parse(files.resolve("shunt.yaml"), yaml, StageSettings.Check.ANY);

    assertThat(file.array().encap()).isEqualTo(Encap.UDP);
    assertThat(file.array().neverSchedulers()).containsExactly(new MemberId("m3"));
    assertThat(topology.require("m3").address()).isEqualTo("10.78.0.13");
    assertThat(topology.require("m3").address6()).isEqualTo("fd00:78::13");
    LabNetwork network = new LabNetwork(topology);
    assertThat(network.switchScript(Path.of("/tmp/pass.bpf.o")))
        .contains("link set m3 master br1 up")
        .contains("link set m2 master br0 up");
    assertThat(network.hostScript(topology.require("m3"))).contains("default via 10.78.0.1");
    assertThat(network.hostScript(topology.client())).contains("10.78.0.0/24 via 10.77.0.1");
    assertThat(topology.namespaces()).startsWith("shunt-x-sw", "shunt-x-rt").hasSize(8);
    assertThatThrownBy(() -> new LabTopology("x", 3, 1, new LabFar(3, 0)))
        .hasMessage("members behind the router: 3: allowed is 0 to 2");
  }

  @Test
  void namesOfOneLabAreNoPrefixOfAnothers() {
    assertThat(new LabTopology("a", 3, 3).namespaces())
        .startsWith("shunt-a-sw", "shunt-a-client", "shunt-a-m1")
        .endsWith("shunt-a-cdn")
        .hasSize(9);
    assertThatThrownBy(() -> new LabTopology("a-b", 3, 3))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("a-b")
        .hasMessageContaining("allowed are");
  }

  @Test
  void aCountOutOfRangeIsRefusedWithTheRange() {
    assertThatThrownBy(() -> new LabTopology("a", 8, 3))
        .hasMessage("members: 8: allowed is 1 to 7");
    assertThatThrownBy(() -> new LabTopology("a", 3, 0))
        .hasMessage("servers: 0: allowed is 1 to 9");
  }

  @Test
  void anUnknownHostIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> new LabTopology("a", 1, 1).require("m2"))
        .hasMessage("host 'm2': lab a has [client, m1, s1, cdn]");
  }

  @Test
  void theSwitchHasAPortPerHostAndThePassProgramOnlyAtMembers() {
    LabNetwork network = new LabNetwork(new LabTopology("x", 2, 1));

    String script = network.switchScript(Path.of("/tmp/pass.bpf.o"));

    assertThat(script)
        .contains("link add m2 type veth peer name eth0 address 02:77:00:00:00:0c netns shunt-x-m2")
        .contains("ip link set dev m1 xdpdrv obj '/tmp/pass.bpf.o' sec xdp")
        .doesNotContain("dev s1 xdpdrv")
        .doesNotContain("dev client xdpdrv");
  }

  @Test
  void onlyMembersAndServersKeepSilentAboutTheirVips() {
    LabTopology topology = new LabTopology("x", 1, 1);
    LabNetwork network = new LabNetwork(topology);

    assertThat(network.hostScript(topology.require("m1")))
        .contains("arp_ignore", "arp_announce", "rp_filter", "addr add 10.77.0.11/24 dev eth0");
    assertThat(network.hostScript(topology.require("s1")))
        .contains("arp_ignore", "arp_announce", "addr add 10.77.0.101/32 dev lo")
        .doesNotContain("rp_filter");
    assertThat(network.hostScript(topology.require("client"))).doesNotContain("arp_ignore");
  }

  @Test
  void bothDirectionsOfAPartitionAreCutAndOnlyOneOfAOneWayOne() {
    LabTopology topology = new LabTopology("x", 3, 1);

    assertThat(LinkFilter.partition(topology, "m1|m2,m3"))
        .contains("iifname { \"m1\" } oifname { \"m2\", \"m3\" } drop")
        .contains("iifname { \"m2\", \"m3\" } oifname { \"m1\" } drop");
    assertThat(LinkFilter.partition(topology, "m1>m2,m3"))
        .contains("iifname { \"m1\" } oifname { \"m2\", \"m3\" } drop")
        .doesNotContain("oifname { \"m1\" }");
    assertThat(LinkFilter.partition(topology, "m1|m2|m3").lines().filter(l -> l.endsWith("drop")))
        .hasSize(6);
  }

  @Test
  void aPartitionThatMakesNoSenseIsRefused() {
    LabTopology topology = new LabTopology("x", 3, 1);

    for (String groups : new String[] {"m1", "m1|", "m1|m9", "m1>m2>m3", "m1>m2|m3", ""}) {
      assertThatThrownBy(() -> LinkFilter.partition(topology, groups))
          .as(groups)
          .isInstanceOf(LabException.class);
    }
  }

  @Test
  void lossIsAShareOrEverything() {
    LabTopology topology = new LabTopology("x", 3, 1);

    assertThat(LinkFilter.loss(topology, "m1", 30))
        .contains("iifname \"m1\" numgen random mod 100 < 30");
    assertThat(LinkFilter.loss(topology, "m1", 100)).contains("iifname \"m1\" drop");
    assertThatThrownBy(() -> LinkFilter.loss(topology, "m1", 101)).hasMessageContaining("1 to 100");
  }

  @Test
  void theTablesOfOneMemberAreCutOffInBothDirections() {
    assertThat(LinkFilter.tables(new LabTopology("x", 3, 1), "m2").lines())
        .containsExactly(
            "add rule bridge lab tables iifname \"m2\" tcp sport 5701 drop",
            "add rule bridge lab tables iifname \"m2\" tcp dport 5701 drop",
            "add rule bridge lab tables oifname \"m2\" tcp sport 5701 drop",
            "add rule bridge lab tables oifname \"m2\" tcp dport 5701 drop");
    assertThat(LinkFilter.heal()).contains("flush chain bridge lab tables");
  }

  @Test
  void whatIsMissingIsNamedAsDebianPackagesOnceEach() {
    assertThat(LabTools.missingPackages(tool -> true)).isEmpty();
    assertThat(LabTools.missingPackages(tool -> !tool.equals("nsenter") && !tool.equals("setsid")))
        .containsExactly("util-linux");
    assertThat(LabTools.missingPackages(tool -> !tool.equals("libbpf.so.1")))
        .containsExactly("libbpf1");
  }

  @Test
  void membersOfALabRunWithTheLaunchersFlags() {
    assertThat(LabJvm.current().memberFlags())
        .startsWith("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
        .containsSequence("--add-modules", "java.se", "--add-exports")
        .contains("-XX:+UseZGC")
        .contains("-XX:+ExitOnOutOfMemoryError", "-Dio.netty.leakDetection.level=disabled")
        .endsWith("-Xmx384m", "-XX:TieredStopAtLevel=1")
        .allMatch(flag -> flag.matches("-\\S+|java\\.se|\\S+=ALL-UNNAMED"), "a flag or its value");
  }

  @Test
  void everyFaultHasANameThatIsUnderstood() {
    for (Fault fault : Fault.values()) {
      assertThat(Fault.parse(fault.label())).isEqualTo(fault);
      assertThat(Fault.usage()).contains(fault.label());
    }
    assertThatThrownBy(() -> Fault.parse("melt")).hasMessageContaining("server-slow");
  }

  @Test
  void aMembersAnswerIsReadAndTermsCompareByTheirNumbers() throws Exception {
    var json = new com.fasterxml.jackson.databind.ObjectMapper();
    MemberStatus status =
        MemberStatus.of(
            json.readTree(
                "{\"member\":\"m2\",\"role\":{\"role\":\"node\",\"term\":\"7.2\",\"scheduler\":\"m1\",\"eligible\":true},\"view\":{\"present\":[\"m1\",\"m2\"]}}"));

    assertThat(status).isEqualTo(new MemberStatus("m2", "node", "7.2", "m1", 2, true));
    assertThat(MemberStatus.compareTerms("10.1", "9.3")).isPositive();
    assertThat(MemberStatus.compareTerms("9.2", "9.3")).isNegative();
  }
}
