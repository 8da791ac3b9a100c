package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claim L6: start, end and interruption of sessions, as the table of every member has them. */
@ExtendWith(ArrayExtension.class)
class SessionIT {

  private static final int LARGE = 16 << 20;
  private static final AtomicInteger PORTS = new AtomicInteger(26_000);

  @Test
  void aTcpSessionIsEstablishedWhileItRunsClosingWhenItEndsAndThenGone(TestArray array) {
    int port = PORTS.incrementAndGet();
    CompletableFuture<String> download = CompletableFuture.supplyAsync(() -> get(array, port, ""));
    for (String member : array.members()) {
      JsonNode session = awaitState(array, member, port, "established");
      assertThat(session.path("id").asText()).matches("[0-9a-f]{12}");
      assertThat(session.path("protocol").asText()).isEqualTo("tcp");
      assertThat(session.path("destination").asText())
          .isEqualTo(LabTopology.VIP + ":" + LabTopology.WEB_PORT);
      assertThat(array.members()).contains(session.path("target").asText());
      int forth = session.path("c2s").asInt();
      assertThat(session.path("s2c").asInt()).isEqualTo(forth == 0 ? 0 : forth + 1);
    }
    assertThat(download.join()).contains("200 " + LARGE);

    array.members().forEach(member -> awaitState(array, member, port, "closing"));
    array.members().forEach(member -> awaitGone(array, member, port));
  }

  /** A process that is killed with unread data sends RST. */
  @Test
  void aSessionThatIsResetIsClosing(TestArray array) {
    int port = PORTS.incrementAndGet();
    CompletableFuture<String> download =
        CompletableFuture.supplyAsync(() -> get(array, port, "timeout -s KILL 2 "));
    awaitState(array, array.scheduler(), port, "established");

    assertThat(download.join()).doesNotContain("200 ");
    array.members().forEach(member -> awaitState(array, member, port, "closing"));
  }

  @Test
  void aUdpSessionBeginsWithItsFirstDatagramAndIsForgottenAfterSilence(TestArray array) {
    int before = udpSessions(array, array.scheduler());
    String answer = ask(array);

    assertThat(answer).matches("s[1-9] 6");
    for (String member : array.members()) {
      await().atMost(TestArray.PATIENCE).until(() -> udpSessions(array, member) == before + 1);
    }
    JsonNode session =
        array
            .lab()
            .admin(array.scheduler())
            .get("/v1/sessions?filter=protocol=udp")
            .at("/sessions/0");
    assertThat(session.path("target").asText()).isEqualTo("datagrams/" + answer.substring(0, 2));
    for (String member : array.members()) {
      await().atMost(TestArray.PATIENCE).until(() -> udpSessions(array, member) == 0);
    }
  }

  private static String ask(TestArray array) {
    String script =
        "exec 3<>/dev/udp/%s/%d && echo hello >&3 && head -n 1 <&3"
            .formatted(LabTopology.PLAIN_VIP, LabTopology.DATAGRAM_PORT);
    return array.lab().exec("client", "timeout", "10", "bash", "-c", script).strip();
  }

  private static int udpSessions(TestArray array, String member) {
    return array
        .lab()
        .admin(member)
        .get("/v1/sessions?filter=protocol=udp")
        .path("matching")
        .asInt();
  }

  private static String get(TestArray array, int port, String before) {
    String script =
        before
            + "curl -s -m 60 --local-port %d --limit-rate 4M -o /dev/null".formatted(port)
            + " -w '%{http_code} %{size_download}' "
            + TestArray.url(LabTopology.WEB_PORT, "/bytes/" + LARGE)
            + " || true";
    return array.lab().exec("client", "bash", "-c", script);
  }

  private static JsonNode awaitState(TestArray array, String member, int port, String state) {
    return await()
        .atMost(TestArray.PATIENCE)
        .until(() -> Sessions.of(array, member, port), s -> s.path("state").asText().equals(state));
  }

  private static void awaitGone(TestArray array, String member, int port) {
    await().atMost(TestArray.PATIENCE).until(() -> Sessions.of(array, member, port).isMissingNode());
  }
}
