package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Http2Servers;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabPaths;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Witness;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims A7 and A8: nodes take the encryption off, and put it on again; HTTP/2 to servers. */
@ExtendWith(ArrayExtension.class)
class SecureIT {

  private static final int REQUESTS = 24;
  private static final int MAX_FRAMES = 200_000;
  private static final int SESSIONS = 12;
  private static final int STREAMS = 3000;
  private static final String URL = "https://" + LabTopology.SECURE_HOST + "/whoami";

  @Test
  void requestsAreDecryptedByTheNodesAndAnswersReachTheClientEncryptedPastTheScheduler(
      TestArray array) {
    String scheduler = array.scheduler();
    Set<Integer> ports = new HashSet<>();
    Map<Integer, String> nodes = new HashMap<>();
    Set<String> servers = new HashSet<>();
    List<Frame> frames;
    try (Witness witness = Witness.start(array.lab());
        Capture atScheduler =
            array.lab().capture(scheduler, "src host " + LabTopology.VIP, MAX_FRAMES)) {
      for (int i = 0; i < REQUESTS; i++) {
        String[] answer = request(array);
        assertThat(answer[2]).isEqualTo("200");
        servers.add(answer[0]);
        ports.add(Integer.parseInt(answer[1]));
      }
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> ports.stream().allMatch(p -> witness.servedBy().member(p).isPresent()));
      ports.forEach(port -> nodes.put(port, witness.servedBy().member(port).orElseThrow()));
      frames = atScheduler.stop();
    }
    assertThat(servers).hasSizeGreaterThan(1);
    assertThat(new HashSet<>(nodes.values())).hasSizeGreaterThan(1);
    nodes.values().removeIf(scheduler::equals);
    assertThat(frames)
        .as("answers of other nodes that the scheduler saw")
        .noneMatch(f ->
            f.from(LabTopology.VIP, LabTopology.SECURE_PORT)
                && nodes.containsKey(f.destinationPort()));
  }

  /** Server, local port and status. */
  private static String[] request(TestArray array) {
    return array
        .curl(
            "-o",
            "/dev/null",
            "--cacert",
            certificate(array),
            "--resolve",
            LabTopology.SECURE_HOST + ":" + LabTopology.SECURE_PORT + ":" + LabTopology.VIP,
            "-w",
            "%header{x-server} %{local_port} %{http_code}",
            URL)
        .getFirst()
        .split(" ");
  }

  private static String certificate(TestArray array) {
    return new LabPaths(array.lab().topology().name()).certificate().toString();
  }

  @Test
  void aTlsSessionThatBeganWithOneNodeIsResumedByAnother(TestArray array) {
    String session = certificate(array).replace("secure.pem", "session");
    Set<String> nodes = new HashSet<>();
    List<Integer> ports =
        IntStream.rangeClosed(0, SESSIONS).mapToObj(_ -> Download.freshPort()).toList();
    try (Witness witness = Witness.start(array.lab())) {
      assertThat(connect(array, ports.getFirst(), "-sess_out " + session)).contains("New, TLSv1.3");
      for (int port : ports.subList(1, ports.size())) {
        assertThat(connect(array, port, "-sess_in " + session)).contains("Reused, TLSv1.3");
      }
      for (int port : ports) {
        nodes.add(
            await()
                .atMost(TestArray.PATIENCE)
                .until(() -> witness.servedBy().member(port), Optional::isPresent)
                .orElseThrow());
      }
    }
    assertThat(nodes).as("who resumed the one session").hasSizeGreaterThan(1);
  }

  @Test
  void requestsReachServersOfHttp2AsStreamsThroughSeveralNodes(TestArray array) throws Exception {
    String url = "http://" + LabTopology.VIP + ":" + LabTopology.STREAMS_PORT + "/";
    try (Http2Servers servers = Http2Servers.start(array)) {
      for (String version : List.of("--http1.1", "--http2-prior-knowledge")) {
        assertThat(array.curl(version, "-d", "a=b", "-o", "/dev/null", "-w", "%{http_code}", url))
            .containsExactly("200");
      }
      String said =
          array.lab().exec("client", "h2load", "-n", "" + STREAMS, "-c", "12", "-m", "8", url);
      assertThat(said).contains(STREAMS + " succeeded, 0 failed, 0 errored, 0 timeout");

      List<String[]> requests = servers.requests();
      assertThat(requests).hasSize(STREAMS + 2).allMatch(r -> r[2].equals("HTTP/2.0"));
      assertThat(requests.stream().map(r -> r[0]).distinct())
          .as("nodes that asked")
          .hasSizeGreaterThan(1);
      assertThat(requests.stream().map(r -> r[1]).distinct().count())
          .as("connections to servers, each of at most 50 requests")
          .isLessThan(STREAMS / 10);
    }
  }

  /** What openssl's client says of a connection from that port, on which it asks for a page. */
  private static String connect(TestArray array, int port, String more) {
    String request =
        "GET /whoami HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n"
            .formatted(LabTopology.SECURE_HOST);
    return array
        .lab()
        .exec(
            "client",
            "sh",
            "-c",
            ("printf '%s' | timeout 10 openssl s_client -connect %s:%d -bind 10.77.0.2:%d"
                    + " -servername %s -CAfile %s -verify_return_error -ign_eof %s")
                .formatted(
                    request,
                    LabTopology.VIP,
                    LabTopology.SECURE_PORT,
                    port,
                    LabTopology.SECURE_HOST,
                    certificate(array),
                    more));
  }
}
