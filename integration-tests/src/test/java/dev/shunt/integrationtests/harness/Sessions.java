package dev.shunt.integrationtests.harness;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

/** The client's sessions and their labels, as members' tables have them. */
public final class Sessions {

  private Sessions() {}

  /** That from this port of the client; a missing node where the member knows of none. */
  public static JsonNode of(TestArray array, String member, int port) {
    return array
        .lab()
        .admin(member)
        .get("/v1/sessions?filter=client=" + client(array, port))
        .path("sessions")
        .path(0);
  }

  /** Waits until a download's session is established on this member. */
  public static JsonNode established(TestArray array, String member, Download download) {
    return download.awaitMeanwhile(
        () -> of(array, member, download.port()),
        session -> session.path("state").asText().equals("established"));
  }

  /** Address and port of the client. */
  public static String client(TestArray array, int port) {
    return array.lab().topology().client().address() + ":" + port;
  }

  /** Waits until the scheduler's kernel has labels to give. */
  public static void awaitPairs(TestArray array) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(() ->
            array
                    .lab()
                    .admin(array.scheduler())
                    .get("/v1/status")
                    .at("/data_plane/label_pairs/queue")
                    .asInt()
                > 0);
  }
}
