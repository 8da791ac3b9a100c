package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lab without daemons: its network, servers, load, captures and faults. */
class LabSystemTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static Lab lab;

  @BeforeAll
  static void up() {
    RootTest.requireRoot();
    lab =
        Lab.up(
            LabOptions.named(RootTest.labName("t"))
                .withoutDaemons()
                .withServers(1)
                .withJvm(RootTest.jvm()));
    lab.awaitServers(LIMIT);
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
      assertThat(lab.paths().dir()).doesNotExist();
      for (String namespace : lab.topology().namespaces()) {
        assertThat(LabPaths.namespace(namespace)).doesNotExist();
      }
    }
  }

  @AfterEach
  void heal() {
    lab.faults().healAll();
  }

  @Test
  void everyHostReachesEveryOther() {
    for (LabHost host : lab.topology().hosts()) {
      assertThat(lab.exec("client", "ping", "-c1", "-W1", host.address())).contains("1 received");
    }
  }

  @Test
  void theSwitchTakesWhatMembersSendFromXdp() {
    List<String> show = List.of("ip", "link", "show", "m1");
    assertThat(Shell.run(Shell.inNamespace(lab.topology().switchNamespace(), show), ""))
        .contains("xdp");
  }

  @Test
  void aSecondLabWithTheSameAddressesStandsBesideIt() {
    LabOptions other =
        LabOptions.named(RootTest.labName("u")).withoutDaemons().withJvm(RootTest.jvm());
    try (Lab second = Lab.up(other.withServers(1).withMembers(1))) {
      second.exec("client", "ip", "link", "set", "eth0", "down");
      assertThat(lab.exec("client", "ping", "-c1", "-W1", "10.77.0.21")).contains("1 received");
      assertThat(Lab.list()).contains(lab.topology().name(), second.topology().name());
    }
    assertThat(Lab.list()).doesNotContain(other.name());
  }

  @Test
  void aServerTellsWhoItIsAndWhatReachedIt() {
    assertThat(lab.exec("client", "curl", "-si", "http://10.77.0.21:8080/whoami"))
        .contains("X-server: s1")
        .contains("\"server\":\"s1\"");
    assertThat(
            lab.exec("client", "curl", "-s", "-d", "hello", "-H", "X-A: b", "10.77.0.21:8080/echo"))
        .contains("\"method\":\"POST\"")
        .contains("\"X-a\":[\"b\"]")
        .contains("\"body\":\"hello\"");
    assertThat(
            lab.exec(
                "client",
                "curl",
                "-s",
                "-o/dev/null",
                "-w%{http_code}",
                "10.77.0.21:8080/status/418"))
        .isEqualTo("418");
  }

  @Test
  void loadIsServedCheckedAndCaptured() {
    LoadOptions options =
        LoadOptions.standard()
            .withTarget("10.77.0.21", LabTopology.SERVER_PORT)
            .withConnections(3, Duration.ofMillis(5));
    try (Capture capture = lab.capture("s1", "tcp", 5_000);
        LoadHandle load = lab.load(options)) {
      int port = load.download(3_000_000, 1_000_000);
      Waiting.until(LIMIT, () -> load.report().freshOpened() > 20, () -> "no new connections");
      load.finishDownloads();
      Waiting.until(
          LIMIT, () -> load.report().downloads().getFirst().complete(), () -> "not complete");
      Waiting.until(
          LIMIT,
          () -> load.report().connections().stream().allMatch(one -> one.requests() > 10),
          () -> "a connection without requests");
      LoadReport report = load.stop();

      assertThat(report.failures()).isEmpty();
      assertThat(report.connections()).hasSize(3).allMatch(one -> one.requests() > 10);
      assertThat(report.requests()).isGreaterThan(30);
      assertThat(report.downloads().getFirst().bytes()).isEqualTo(3_000_000);
      assertThat(capture.stop())
          .anyMatch(frame -> frame.to("10.77.0.21", 8080) && frame.sourcePort() == port)
          .anyMatch(frame -> frame.from("10.77.0.21", 8080) && frame.destinationPort() == port)
          .noneMatch(Frame::labelled);
    }
  }

  @Test
  void aPartitionIsOneWayOrBothWaysAndHeals() {
    LabFaults faults = lab.faults();
    faults.partition("m1|m2,m3");
    assertThat(reaches("m1", "m2")).isFalse();
    awaitReaches("m2", "m3");
    awaitReaches("m1", "client");
    faults.cut("m3");
    assertThat(reaches("m2", "m3")).isFalse();
    faults.loss("client", 100);
    assertThat(reaches("client", "m1")).isFalse();
    faults.healAll();
    awaitReaches("m1", "m2");
    awaitReaches("m2", "m3");
    awaitReaches("client", "m1");

    // One way: what m1 sends is lost, what m2 sends arrives. Both have each other's address
    // already.
    faults.partition("m1>m2");
    lab.exec(
        "m1", "ip", "neigh", "replace", "10.77.0.12", "lladdr", lab.member(2).mac(), "dev", "eth0");
    lab.exec(
        "m2", "ip", "neigh", "replace", "10.77.0.11", "lladdr", lab.member(1).mac(), "dev", "eth0");
    try (Capture atM1 = lab.capture("m1", "icmp", 100);
        Capture atM2 = lab.capture("m2", "icmp", 100)) {
      assertThat(reaches("m2", "m1")).isFalse();
      List<Frame> arrived = atM1.stop();
      assertThat(arrived).anyMatch(frame -> frame.source().equals("10.77.0.12"));
      assertThat(atM2.stop()).noneMatch(frame -> frame.source().equals("10.77.0.11"));
    }
  }

  @Test
  void aLinkThatFlapsIsUpAfterwards() {
    assertThat(lab.faults().flap("m1", 3)).isEqualTo("m1");
    awaitReaches("m1", "m2");
    assertThatThrownBy(() -> lab.faults().flap("m1", 0)).hasMessage("flap 0: allowed is 1 to 100");
  }

  @Test
  void onlyTheSharedTablesOfAMemberAreCutOff() {
    awaitReaches("m1", "m2");
    assertThat(hears("m2", 5701)).isTrue();
    lab.faults().tables("m1");
    assertThat(hears("m2", 5701)).isFalse();
    assertThat(hears("m2", 5702)).isTrue();
    lab.faults().healAll();
    assertThat(hears("m2", 5701)).isTrue();
  }

  @Test
  void aProcessWithAPartOfAProcessorIsThrottledUntilHealed() throws IOException {
    long pid = lab.hosts().process("s1").orElseThrow().pid();
    Path groups = Path.of("/proc/" + pid + "/cgroup");
    String group = "shunt-" + lab.topology().name() + "-s1";
    assertThat(lab.faults().cpu("s1", 20)).isEqualTo("s1 20 %");
    assertThat(Files.readString(groups)).contains(group);
    assertThat(lab.hosts().alive("s1")).isTrue();
    lab.faults().healAll();
    assertThat(Files.readString(groups)).doesNotContain(group);
    assertThatThrownBy(() -> lab.faults().cpu("s1", 0)).hasMessageContaining("1 to 100 (percent)");
  }

  @Test
  void hogsAreBusyAndEndByThemselves() {
    int before = processes("client");
    assertThat(lab.faults().hogs(2, 2)).isEqualTo("2 for 2 s");
    Waiting.until(LIMIT, () -> processes("client") > before, () -> "no hogs");
    Waiting.until(LIMIT, () -> processes("client") == before, () -> "the hogs do not end");
    assertThatThrownBy(() -> lab.faults().hogs(65, 2)).hasMessage("hogs 65: allowed is 1 to 64");
  }

  @Test
  void aKilledServerComesBackAndASlowOneIsSlow() {
    LabFaults faults = lab.faults();
    faults.kill("s1");
    Waiting.until(LIMIT, () -> !lab.hosts().alive("s1"), () -> "still alive");
    faults.restart("s1");
    lab.awaitServers(LIMIT);
    assertThat(faults.slow("s1", 150)).isEqualTo("s1 150 ms");
    String seconds =
        lab.exec(
            "client", "curl", "-s", "-o/dev/null", "-w%{time_total}", "10.77.0.21:8080/whoami");
    assertThat(Double.parseDouble(seconds)).isGreaterThan(0.14);
    faults.slow("s1", 0);
  }

  @Test
  void aPersistentLabOutlivesItsBuilderObjectAndGoesDownByName() {
    LabOptions options =
        LabOptions.named(RootTest.labName("p")).withoutDaemons().withJvm(RootTest.jvm());
    try {
      Lab.up(options.withServers(1).withMembers(1).persistent()).close();
      assertThat(LabReaper.sweep()).doesNotContain(options.name());
      Lab again = Lab.attach(options.name(), RootTest.jvm());
      assertThat(again.hosts().alive("s1")).isTrue();
      assertThat(Files.exists(again.paths().config())).isTrue();
    } finally {
      Lab.down(options.name());
    }
    assertThat(new LabPaths(options.name()).dir()).doesNotExist();
  }

  /** An address that could not be resolved a moment ago is asked for again only after a second. */
  private static void awaitReaches(String from, String to) {
    Waiting.until(LIMIT, () -> reaches(from, to), () -> from + " does not reach " + to);
  }

  private static boolean reaches(String from, String to) {
    String address = lab.topology().require(to).address();
    return Shell.attempt(
            Shell.inNamespace(
                lab.topology().require(from).namespace(), List.of("ping", "-c1", "-W1", address)),
            "",
            LIMIT)
        .ok();
  }

  /** Whether m1's SYN reaches the host, where nobody listens, and the refusal comes back. */
  private static boolean hears(String host, int port) {
    String address = lab.topology().require(host).address();
    List<String> ask = List.of("nc", "-v", "-z", "-w", "1", address, Integer.toString(port));
    return Shell.attempt(Shell.inNamespace(lab.member(1).namespace(), ask), "", LIMIT)
        .output()
        .contains("refused");
  }

  private static int processes(String host) {
    return (int)
        lab.exec(host, "ip", "netns", "pids", lab.topology().require(host).namespace())
            .lines()
            .count();
  }
}
