package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.ClientCertificates;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.TestCertificates;
import dev.shunt.node.tls.TlsLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims A7 and A8 within one node. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class TlsTest {

  @TempDir Path directory;

  private TestCertificates certificates;
  private TlsKeyPair one;
  private TlsKeyPair wild;

  @BeforeEach
  void make() throws IOException {
    certificates = new TestCertificates(directory);
    one = certificates.certificate("one", "DNS:one.example", "DNS:also.example");
    wild = certificates.certificate("wild", "DNS:*.wild.example");
  }

  private TlsClientSocket client(TestNode node, @Nullable String serverName) throws Exception {
    return new TlsClientSocket(certificates.trusting(null), node.address(), serverName);
  }

  @ParameterizedTest
  @EnumSource(TlsLibrary.class)
  void aRequestIsDecryptedForTheServerAndItsAnswerEncryptedForTheClient(TlsLibrary library)
      throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node =
            TestNode.with(library, s -> s.with(TlsTermination.of(one)), server.address());
        TlsClientSocket client = client(node, "one.example")) {
      client.get("one.example");
      assertThat(client.readResponse())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(server.received())
          .isEqualTo(
              "GET / HTTP/1.1\r\nHost: one.example\r\nX-Forwarded-For: 127.0.0.1\r\n"
                  + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: one.example\r\n\r\n");
      assertThat(node.node().stats().tls()).isEqualTo(library.label());
      assertThat(node.stats().tls().handshakes()).isEqualTo(1);
    }
  }

  @Test
  void theServerNameChoosesTheCertificateAndAnUnknownOneGetsTheFirst() throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node =
            TestNode.before(s -> s.with(TlsTermination.of(one, wild)), server.address())) {
      for (var expected :
          List.of(
              List.of("one.example", "one.example"),
              List.of("ALSO.example", "one.example"),
              List.of("a.wild.example", "*.wild.example"),
              List.of("b.a.wild.example", "one.example"),
              List.of("other.example", "one.example"))) {
        try (TlsClientSocket client = client(node, expected.getFirst())) {
          assertThat(client.shownName()).as(expected.getFirst()).isEqualTo(expected.getLast());
          assertThat(client.get(expected.getFirst()).readResponse()).contains("200 OK");
        }
      }
      try (TlsClientSocket client = client(node, null)) {
        assertThat(client.shownName()).isEqualTo("one.example");
        assertThat(client.get("anything.example").readResponse()).contains("200 OK");
      }
    }
  }

  @Test
  void aRequestForAHostThatTheConnectionIsNotForIsMisdirected() throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node =
            TestNode.before(s -> s.with(TlsTermination.of(one, wild)), server.address())) {
      try (TlsClientSocket client = client(node, "one.example")) {
        assertThat(client.get("one.example:443").readResponse()).contains("200 OK");
        assertThat(client.get("also.example").readResponse()).contains("200 OK");
        assertThat(client.get("a.wild.example").readResponse())
            .startsWith("HTTP/1.1 421 Misdirected Request\r\n");
      }
      assertThat(node.stats().tls().misdirected()).isEqualTo(1);
      assertThat(server.received()).doesNotContain("wild");
    }
  }

  @Test
  void aClientWithoutACertificateIsServedOnlyWhereItNeedsNone() throws Exception {
    TlsKeyPair own = certificates.certificate("client", "DNS:client.example");
    for (ClientCertificates asked :
        List.of(ClientCertificates.OPTIONAL, ClientCertificates.REQUIRED)) {
      TlsTermination tls = TlsTermination.of(one).withClients(asked, certificates.authority());
      try (RawServer server = RawServer.saying("x");
          TestNode node = TestNode.before(s -> s.with(tls), server.address())) {
        try (TlsClientSocket client =
            new TlsClientSocket(certificates.trusting(own), node.address(), "one.example")) {
          assertThat(client.get("one.example").readResponse()).contains("200 OK");
        }
        if (asked == ClientCertificates.OPTIONAL) {
          try (TlsClientSocket client = client(node, "one.example")) {
            assertThat(client.get("one.example").readResponse()).contains("200 OK");
          }
        } else {
          // With TLS 1.3 a client believes to be through before it is refused.
          assertThatThrownBy(
                  () -> {
                    try (TlsClientSocket client = client(node, "one.example")) {
                      client.get("one.example").readResponse();
                    }
                  })
              .isInstanceOf(IOException.class);
          assertThat(node.stats().tls().failed()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void aClientThatDoesNotShakeHandsInTimeIsCutOff() throws Exception {
    TlsTermination tls = TlsTermination.of(one).withHandshakes(Duration.ofMillis(200), 100);
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.before(s -> s.with(tls), server.address());
        RawClient client = node.client()) {
      client.send("\u0016\u0003\u0001\u0001");
      assertThat(client.readAll()).isEmpty();
      await().untilAsserted(() -> assertThat(node.stats().tls().timeouts()).isEqualTo(1));
      await().untilAsserted(() -> assertThat(node.stats().connections()).isZero());
    }
  }

  @Test
  void handshakesBeyondTheirNumberAreRefusedAndOnesAfterwardsAreNot() throws Exception {
    TlsTermination tls = TlsTermination.of(one).withHandshakes(Duration.ofSeconds(20), 2);
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.before(s -> s.with(tls), server.address())) {
      List<RawClient> silent = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        silent.add(node.client());
      }
      await().until(() -> node.stats().accepted() == 2);
      try (RawClient third = node.client()) {
        assertThat(third.in().read()).isEqualTo(-1);
      }
      assertThat(node.stats().tls().refused()).isEqualTo(1);
      for (RawClient client : silent) {
        client.close();
      }
      await().until(() -> node.stats().tls().failed() == 2);
      try (TlsClientSocket client = client(node, "one.example")) {
        assertThat(client.get("one.example").readResponse()).contains("200 OK");
      }
    }
  }

  @Test
  void aPlainRequestOnAnEncryptedPortGetsNoAnswer() throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.before(s -> s.with(TlsTermination.of(one)), server.address());
        RawClient client = node.client()) {
      client.get("/");
      assertThat(client.in().readAllBytes()).hasSizeLessThan(10);
      assertThat(node.stats().tls().failed()).isEqualTo(1);
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void changedCertificatesAreShownToNewClientsAndOldConnectionsGoOn() throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.before(s -> s.with(TlsTermination.of(one)), server.address());
        TlsClientSocket before = client(node, "one.example")) {
      TlsKeyPair fresh = certificates.certificate("fresh", "DNS:fresh.example");
      exchange(fresh, one);
      await().until(() -> node.stats().tls().reloads() >= 1 && shown(node).equals("fresh.example"));
      assertThat(before.get("one.example").readResponse()).contains("200 OK");

      long reloads = node.stats().tls().reloads();
      Files.writeString(one.certificate(), "nothing\n");
      await().until(() -> node.stats().tls().reloadErrors() >= 1);
      assertThat(shown(node)).isEqualTo("fresh.example");
      assertThat(node.stats().tls().reloads()).isEqualTo(reloads);
      assertThat(before.get("one.example").readResponse()).contains("200 OK");
    }
  }

  private String shown(TestNode node) throws Exception {
    try (TlsClientSocket client = client(node, "one.example")) {
      return client.shownName();
    }
  }

  private static void exchange(TlsKeyPair from, TlsKeyPair to) throws IOException {
    Files.move(from.key(), to.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(from.certificate(), to.certificate(), StandardCopyOption.REPLACE_EXISTING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls1_2", "tls1_3"})
  void aSessionBegunWithOneNodeIsResumedByAnotherWithTheSameSecretOnly(String version)
      throws Exception {
    TlsTermination tls = TlsTermination.of(one);
    try (RawServer server = RawServer.saying("x");
        TestNode first = TestNode.before(s -> s.with(tls), server.address());
        TestNode second = TestNode.before(s -> s.with(tls), server.address());
        TestNode stranger =
            TestNode.withSecret(
                "another secret than theirs".getBytes(UTF_8), s -> s.with(tls), server.address())) {
      assertThat(connect(first, version, "-sess_out session")).contains("New, ");
      assertThat(connect(second, version, "-sess_in session")).contains("Reused, ");
      assertThat(second.stats().tls().resumed()).isEqualTo(1);
      second.node().close(Duration.ZERO);
      assertThat(second.stats().tls().resumed()).as("a daemon asks once more").isEqualTo(1);
      assertThat(connect(stranger, version, "-sess_in session")).contains("New, ");
      assertThat(stranger.stats().tls().resumed()).isZero();
    }
  }

  /** What openssl's client says about a connection over which it asks for a page. */
  private String connect(TestNode node, String version, String more) throws Exception {
    Process process =
        new ProcessBuilder(
                ("openssl s_client -connect 127.0.0.1:%d -servername one.example -%s -CAfile ca.pem"
                            .formatted(node.address().getPort(), version)
                        + " -verify_return_error -ign_eof "
                        + more)
                    .split(" "))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    process
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
    process.getOutputStream().flush();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("200 OK").contains("Verification: OK");
    return output;
  }

  @Test
  void aConnectionThatIsClosedSaysSoAndOneThatBreaksOffDoesNot() throws Exception {
    String untilClose = "HTTP/1.1 200 OK\r\n\r\n";
    try (RawServer server =
            new RawServer(peer -> {
              boolean breaks = peer.readHead().contains("breaks");
              peer.send(untilClose + "part");
              if (breaks) {
                peer.socket().setSoLinger(true, 0);
              }
            });
        TestNode node = TestNode.before(s -> s.with(TlsTermination.of(one)), server.address())) {
      try (TlsClientSocket client = client(node, "one.example")) {
        client.send("GET / HTTP/1.0\r\nHost: one.example\r\n\r\n");
        assertThat(new String(client.socket().getInputStream().readAllBytes(), UTF_8))
            .endsWith("part");
      }
      try (TlsClientSocket client = client(node, "one.example")) {
        client.send("GET /breaks HTTP/1.0\r\nHost: one.example\r\n\r\n");
        assertThatThrownBy(() -> client.socket().getInputStream().readAllBytes())
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void anOldVersionIsRefused() throws Exception {
    TlsTermination d = TlsTermination.of(one);
    TlsTermination newest =
        new TlsTermination(
            d.certificates(),
            dev.shunt.node.TlsVersion.TLS_1_3,
            d.ciphers(),
            d.clientCertificates(),
            d.clientAuthorities(),
            d.handshakeTimeout(),
            d.handshakes(),
            d.ticketRotation(),
            d.ocsp());
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.before(s -> s.with(newest), server.address())) {
      assertThatThrownBy(() ->
              new TlsClientSocket(
                  certificates.trusting(null), node.address(), "one.example", "TLSv1.2"))
          .isInstanceOf(IOException.class);
      try (TlsClientSocket client = client(node, "one.example")) {
        assertThat(client.socket().getSession().getProtocol()).isEqualTo("TLSv1.3");
      }
    }
  }
}
