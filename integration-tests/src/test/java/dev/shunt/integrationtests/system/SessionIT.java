package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claim L6: start, end and interruption of sessions, as the table of every member has them. */
@ExtendWith(ArrayExtension.class)
class SessionIT {

  @Test
  void aTcpSessionIsEstablishedWhileItRunsClosingWhenItEndsAndThenGone(TestArray array) {
    Download download = start(array);
    for (String member : array.members()) {
      JsonNode session = Sessions.established(array, member, download);
      assertThat(session.path("id").asText()).matches("[0-9a-f]{12}");
      assertThat(session.path("protocol").asText()).isEqualTo("tcp");
      assertThat(session.path("destination").asText())
          .isEqualTo(LabTopology.VIP + ":" + LabTopology.WEB_PORT);
      assertThat(array.members()).contains(session.path("target").asText());
      int forth = session.path("c2s").asInt();
      assertThat(session.path("s2c").asInt()).isEqualTo(forth == 0 ? 0 : forth + 1);
    }
    assertThat(download).matches(Download::isWhole);

    array.members().forEach(member -> awaitClosing(array, member, download));
    array.members().forEach(member -> awaitGone(array, member, download));
  }

  /** A process that is killed with unread data sends RST. */
  @Test
  void aSessionThatIsResetIsClosing(TestArray array) {
    Download download = start(array);
    Sessions.established(array, array.scheduler(), download);

    download.kill();

    array.members().forEach(member -> awaitClosing(array, member, download));
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
            .get("/v1/sessions?filter=service=datagrams")
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
        .get("/v1/sessions?filter=service=datagrams")
        .path("matching")
        .asInt();
  }

  private static Download start(TestArray array) {
    return Download.start(array, Download.freshPort(), TestArray.url(LabTopology.WEB_PORT, ""));
  }

  private static void awaitClosing(TestArray array, String member, Download download) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(
            () -> Sessions.of(array, member, download.port()),
            session -> session.path("state").asText().equals("closing"));
  }

  private static void awaitGone(TestArray array, String member, Download download) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> Sessions.of(array, member, download.port()).isMissingNode());
  }
}
