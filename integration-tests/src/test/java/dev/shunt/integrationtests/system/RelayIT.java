package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Talk;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code mode: tcp}: nodes relay bytes, tell servers whose they are, and choose by TLS names. */
@ExtendWith(ArrayExtension.class)
class RelayIT {

  private static final int CONNECTIONS = 12;
  private static final String SAID = "neither HTTP nor anything else\n";

  /** Of the PROXY protocol, version 2, up to the addresses of a TCP connection over IPv4. */
  private static final String PROXY = "0d0a0d0a000d0a515549540a2111000c";

  private static List<Talk> open(TestArray array) throws IOException {
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      talks.add(Talk.open(array));
    }
    return talks;
  }

  private static Map<Talk, String> nodes(Witness witness, List<Talk> talks) {
    return talks.stream()
        .collect(
            Collectors.toMap(
                talk -> talk,
                talk ->
                    await()
                        .atMost(TestArray.PATIENCE)
                        .until(() -> witness.servedBy().member(talk.port()), Optional::isPresent)
                        .orElseThrow()));
  }

  private static void assertSpeaks(Talk talk) throws IOException {
    talk.say(SAID);
    assertThat(talk.hear()).isEqualTo(SAID.strip());
  }

  @Test
  void bytesGoBothWaysThroughSeveralNodesAndServersAreToldTheClient(TestArray array)
      throws Exception {
    try (Witness witness = Witness.start(array.lab())) {
      List<Talk> talks = open(array);
      for (Talk talk : talks) {
        String[] greeting = talk.hear().split(" ");
        assertSpeaks(talk);
        talk.say("and more");

        // Half closed: the rest of the answer comes after the client's end.
        assertThat(talk.finish())
            .isEqualTo("and more%s %d\n".formatted(greeting[0], SAID.length() + 8));
        assertThat(greeting[1]).isEqualTo(header(array, talk.port()));
        talk.close();
      }
      Map<Talk, String> nodes = nodes(witness, talks);
      assertThat(nodes.values().stream().distinct()).hasSizeGreaterThan(1);
      nodes.forEach((talk, node) -> awaitLogged(array, node, talk.port()));
    }
  }

  private static String header(TestArray array, int port) {
    return PROXY
        + hex(array.lab().client().address())
        + hex(LabTopology.VIP)
        + "%04x%04x".formatted(port, LabTopology.RELAYED_PORT);
  }

  private static String hex(String address) {
    HexFormat two = HexFormat.of();
    return List.of(address.split("\\.")).stream()
        .map(part -> two.toHexDigits((byte) Integer.parseInt(part)))
        .collect(Collectors.joining());
  }

  private static void awaitLogged(TestArray array, String node, int port) {
    String line =
        "\"service\":\"relayed\",\"client\":\"%s\",\"port\":%d,"
            .formatted(array.lab().client().address(), port);
    await()
        .atMost(TestArray.PATIENCE)
        .until(
            () ->
                Files.readAllLines(array.lab().paths().log(node)).stream()
                    .filter(l -> l.contains(line))
                    .toList(),
            found -> found.size() == 1 && found.getFirst().endsWith("\"end\":\"complete\"}"));
  }

  @Test
  void connectionsOfOtherNodesOutliveTheDeathOfTheScheduler(TestArray array) throws Exception {
    String scheduler = array.scheduler();
    try (Witness witness = Witness.start(array.lab())) {
      List<Talk> talks = open(array);
      Map<Talk, String> nodes = nodes(witness, talks);
      for (Talk talk : talks) {
        talk.hear();
        assertSpeaks(talk);
      }
      List<Talk> others = talks.stream().filter(t -> !scheduler.equals(nodes.get(t))).toList();
      assertThat(others).isNotEmpty();

      array.lab().faults().kill(scheduler);
      for (Talk talk : others) {
        assertSpeaks(talk); // Across the time without a scheduler.
      }
      Download.nextScheduler(array, scheduler);
      for (Talk talk : others) {
        assertSpeaks(talk);
        assertThat(talk.finish()).endsWith(" %d\n".formatted(3 * SAID.length()));
      }
      for (Talk talk : talks) {
        talk.close();
      }
    }
  }

  @Test
  void clientsSeeTheCertificateOfTheServerTheyNameThoughNodesHaveNone(TestArray array) {
    List<LabHost> servers = array.lab().topology().serverHosts();
    for (int round = 0; round < 2; round++) {
      for (LabHost server : servers) {
        String trusted = array.lab().paths().certificate(server.name()).toString();
        assertThat(curl(array, server, trusted)).containsExactly(server.name());
        assertThat(shown(array, server.tlsName(), trusted))
            .contains("subject=CN = " + server.tlsName(), "Verification: OK");
      }
    }
    assertThat(shown(array, "nobody.lab", "/dev/null")).doesNotContain("BEGIN CERTIFICATE");
  }

  private static List<String> curl(TestArray array, LabHost server, String trusted) {
    int port = LabTopology.NAMED_PORT;
    return array.curl(
        "-o",
        "/dev/null",
        "--cacert",
        trusted,
        "--resolve",
        server.tlsName() + ":" + port + ":" + LabTopology.VIP,
        "-w",
        "%header{x-server}",
        "https://" + server.tlsName() + ":" + port + "/whoami");
  }

  /** What openssl's client is shown by who is behind the name. */
  private static String shown(TestArray array, String name, String trusted) {
    return array
        .lab()
        .exec(
            "client",
            "sh",
            "-c",
            "timeout 10 openssl s_client -connect %s:%d -servername %s -CAfile %s </dev/null; true"
                .formatted(LabTopology.VIP, LabTopology.NAMED_PORT, name, trusted));
  }
}
