package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An IPv6 virtual address: real neighbour discovery, real TCP, and a takeover. */
@ExtendWith(ArrayExtension.class)
class Ipv6IT {

  private static final int REQUESTS = 30;
  private static final long BYTES = 300_000;

  /** The order of the outcomes' names in the counters does not matter here, only their growth. */
  @Test
  void anIpv6VipIsServedByEveryMemberAndItsSessionsAreKnownToAll(TestArray array) {
    String scheduler = array.scheduler();
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(get(array, "/bytes/" + BYTES)).isEqualTo("200 " + BYTES);
    }

    for (String node : array.nodes()) {
      assertThat(array.lab().admin(node).outcome("label_pop")).isPositive();
    }
    // The client may have asked a former scheduler, and been told of this one by its announcement.
    assertThat(array.members().stream().mapToLong(m -> array.lab().admin(m).outcome("nd_answer")))
        .anyMatch(answers -> answers > 0);
    assertThat(neighbour(array)).contains(mac(array, scheduler));
    for (String member : array.members()) {
      await()
          .atMost(TestArray.PATIENCE)
          .untilAsserted(() ->
              assertThat(
                      array.lab().admin(member).get("/v1/sessions?filter=service=web6").toString())
                  .contains("[" + LabTopology.VIP6 + "]:" + LabTopology.WEB_PORT));
    }
  }

  @Test
  void anEchoRequestToTheIpv6VipIsAnswered(TestArray array) {
    List<String> ping =
        array
            .lab()
            .exec("client", "ping", "-6", "-c", "3", "-i", "0.2", "-W", "2", LabTopology.VIP6)
            .lines()
            .toList();

    assertThat(ping).anyMatch(line -> line.contains(" 0% packet loss"));
  }

  @Test
  void anIpv6VipMovesToTheNextSchedulerWhenTheFirstIsKilled(TestArray array) {
    String first = array.scheduler();
    assertThat(get(array, "/bytes/10")).isEqualTo("200 10");
    assertThat(neighbour(array)).contains(mac(array, first));

    array.lab().faults().kill(first);
    await().atMost(TestArray.PATIENCE).until(() -> !array.scheduler().equals(first));
    String next = array.scheduler();

    // The client asks nobody: the advertisement replaces what it remembers.
    await().atMost(TestArray.PATIENCE).until(() -> neighbour(array).contains(mac(array, next)));
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> !array.targets(array.scheduler()).contains(first));
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(get(array, "/bytes/10")).isEqualTo("200 10");
    }
  }

  private static String get(TestArray array, String path) {
    return String.join(
        "\n",
        array.curl(
            TestArray.url6(path), "-g", "-o", "/dev/null", "-w", "%{http_code} %{size_download}"));
  }

  /** Whom the client takes for the VIP. */
  private static String neighbour(TestArray array) {
    return array.lab().exec("client", "ip", "neighbour", "show", LabTopology.VIP6);
  }

  private static String mac(TestArray array, String member) {
    return array.lab().topology().require(member).mac();
  }
}
