package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.DirectService.LABELLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Decoder;
import dev.shunt.integrationtests.harness.DirectService;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.SmallArray;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabEdge;
import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.scheduler.Encap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Claims L3, L12 and L15 of a direct server behind a router: it gets its labels in UDP, and answers
 * clients past the scheduler.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FarServerIT {

  @RegisterExtension
  static final ArrayExtension ARRAY = ArrayExtension.ofItsOwn(SmallArray::tunnelledToServers);

  /** Behind the router, as the last member is. */
  private static final String FAR = "s3";

  private static final Set<DirectService> SERVICES =
      EnumSet.of(DirectService.LABELLED, DirectService.LABELLED6);

  /** What {@code curl} ends with when it has waited for too long. */
  private static final String TIMED_OUT = "28";

  private static final int REQUESTS = 40;
  private static final int MAX_FRAMES = 200_000;
  private static final String LABELS = "(udp port " + Encap.UDP_PORT + " or mpls)";
  private static final List<LabEdge> EDGES = new ArrayList<>();

  /** They end with the lab. */
  @BeforeAll
  static void startTheServersEdges(TestArray array) {
    EDGES.addAll(
        array.lab().topology().serverHosts().parallelStream()
            .map(server -> array.lab().tunnelledEdge(server.name()))
            .toList());
    Sessions.awaitPairs(array);
  }

  @ParameterizedTest
  @EnumSource(names = {"LABELLED", "LABELLED6"})
  @Order(1)
  void aServerBehindTheRouterGetsLabelsInUdpAndAnswersPastTheScheduler(
      DirectService service, TestArray array) {
    String scheduler = array.scheduler();
    Download download;
    List<Frame> scheduled;
    List<Frame> answers;
    try (Capture near = capture(array, scheduler, LABELS + " or host " + service.vip());
        Capture far = capture(array, FAR, LABELS);
        Capture client = capture(array, "client", "src host " + service.vip())) {
      download = service.downloadFrom(array, FAR);
      assertThat(download).matches(Download::isWhole);
      scheduled = near.stop();
      answers = download.answers(client.stop(), service.vip(), LabTopology.SERVER_PORT);
      assertThat(far.stop()).hasSizeGreaterThan(100);
      assertDecoded(array, service, far.file());
    }

    assertThat(scheduled).noneMatch(f -> f.source().equals(service.vip()));
    assertTunnelled(array, scheduled, scheduler);
    assertThat(answers).hasSizeGreaterThan(10_000).noneMatch(Frame::labelled);
    // The router's, which is no host.
    assertThat(answers)
        .extracting(Frame::sourceMac)
        .doesNotContainAnyElementsOf(
            array.lab().topology().hosts().stream().map(LabHost::mac).toList());
    assertThat(service.served(array, REQUESTS)).containsOnlyKeys("s1", "s2", FAR);
  }

  @Test
  @Order(2)
  void everyMemberChecksAServerBehindTheRouterAtItsOwnAddress(TestArray array) {
    String checks =
        "dst host %s and tcp dst port %d".formatted(address(array, FAR), LabTopology.SERVER_PORT);
    List<String> members = array.members().stream().map(m -> address(array, m)).toList();
    try (Capture far = capture(array, FAR, checks)) {
      await()
          .atMost(TestArray.PATIENCE)
          .untilAsserted(
              () -> assertThat(far.frames()).extracting(Frame::source).containsAll(members));
      assertThat(far.stop()).noneMatch(f -> f.sourceMac().equals(Download.mac(array, "m1")));
    }
  }

  @Test
  @Order(3)
  void aDeadServerBehindTheRouterGetsNothingUntilItLives(TestArray array) {
    Download download = LABELLED.downloadFrom(array, FAR);
    List<String> meanwhile = new ArrayList<>();
    array.lab().faults().kill(FAR);
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> {
          SERVICES.forEach(service -> meanwhile.addAll(exits(array, service)));
          return SERVICES.stream().noneMatch(service -> takesAnywhere(array, service));
        });

    assertThat(meanwhile).doesNotContain(TIMED_OUT);
    assertThat(download).matches(d -> !d.isWhole());
    assertThat(download.toString()).doesNotContain("(" + TIMED_OUT + ")");
    for (DirectService service : SERVICES) {
      assertThat(service.served(array, REQUESTS)).containsOnlyKeys("s1", "s2");
    }

    array.lab().faults().restart(FAR);
    for (DirectService service : SERVICES) {
      service.awaitTakers(array, takers -> takers.contains(FAR));
      assertThat(service.served(array, REQUESTS)).containsOnlyKeys("s1", "s2", FAR);
    }
  }

  @Test
  @Order(4)
  void downloadsFromBehindTheRouterOutliveTheSchedulerAndTheEdgesProcesses(TestArray array) {
    String first = array.scheduler();
    List<Download> downloads =
        SERVICES.stream().map(service -> service.downloadFrom(array, FAR)).toList();
    EDGES.forEach(LabEdge::kill);
    array.lab().faults().kill(first);

    String next = Download.nextScheduler(array, first);
    List<Frame> frames;
    try (Capture near = capture(array, next, "udp port " + Encap.UDP_PORT)) {
      assertThat(downloads).allMatch(Download::isWhole);
      frames = near.stop();
    }
    assertTunnelled(array, frames, next);
    for (DirectService service : SERVICES) {
      await()
          .atMost(TestArray.PATIENCE)
          .ignoreExceptions()
          .until(() -> service.served(array, REQUESTS).containsKey(FAR));
    }
  }

  /** Some of what was sent to the server behind the router; all of it is in UDP. */
  private static void assertTunnelled(TestArray array, List<Frame> frames, String sender) {
    String far = address(array, FAR);
    assertThat(frames)
        .noneMatch(Frame::labelled)
        .filteredOn(f -> f.destination().equals(far))
        .hasSizeGreaterThan(100)
        .allSatisfy(f -> {
          assertThat(f.destinationPort()).isEqualTo(Encap.UDP_PORT);
          assertThat(f.sourcePort()).isBetween(49_152, 65_535);
          assertThat(f.source()).isEqualTo(address(array, sender));
        });
  }

  /**
   * At the server's port, to a decoder not ours: the server's label, above a session's but for the
   * first packets, inside which is what the client sent. None leaves it.
   */
  private static void assertDecoded(TestArray array, DirectService service, Path capture) {
    boolean ipv6 = service == DirectService.LABELLED6;
    int target = service.label(array, FAR) + (ipv6 ? 1 : 0);
    String outer = Pattern.quote(address(array, FAR));
    String vip = Pattern.quote(service.vip());
    String alone =
        ipv6
            ? "6635 63 %d 0 1 64 %s %s \\S+ ?".formatted(target, outer, vip)
            : "6635 63,64 %d 0 1 64 %s,%s  \\S+ ?".formatted(target, outer, vip);
    String both =
        ipv6
            ? "6635 63 %d,\\d+[13579] 0,0 0,1 64,64 %s %s \\S+ ?".formatted(target, outer, vip)
            : "6635 63,64 %d,\\d+[13579] 0,0 0,1 64,64 %s,%s  \\S+ ?".formatted(target, outer, vip);
    List<String> decoded = Decoder.tunnelled(capture);
    assertThat(decoded)
        .allMatch(line -> line.matches(alone + "|" + both))
        .anyMatch(line -> line.matches(alone));
    assertThat(decoded.stream().filter(line -> line.matches(both)).count())
        .isGreaterThan(decoded.size() / 2);
  }

  /** What curl ends with, on some new connections one after the other. */
  private static List<String> exits(TestArray array, DirectService service) {
    String script =
        "for i in 1 2 3 4 5; do curl -gs -o /dev/null -m 5 '%s'; echo $?; done"
            .formatted(service.url("/whoami"));
    return array.lab().exec("client", "sh", "-c", script).lines().toList();
  }

  private static boolean takesAnywhere(TestArray array, DirectService service) {
    return array.members().stream().anyMatch(member -> service.takers(array, member).contains(FAR));
  }

  private static Capture capture(TestArray array, String host, String filter) {
    return array.lab().capture(host, filter, MAX_FRAMES);
  }

  private static String address(TestArray array, String host) {
    return array.lab().topology().require(host).address();
  }
}
