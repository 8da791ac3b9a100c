package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.ClientCertificates;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.ServerState;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections to servers; another node with TLS is the server. */
class ServerTlsTest {

  @TempDir Path directory;

  private TestCertificates certificates;
  private TlsTermination shown;

  @BeforeEach
  void make() throws IOException {
    certificates = new TestCertificates(directory);
    TlsKeyPair pair = certificates.certificate("server", "DNS:web.internal", "IP:127.0.0.1");
    shown = TlsTermination.of(pair);
  }

  private TlsToServers verifying(Optional<String> name, Optional<TlsKeyPair> own) {
    return new TlsToServers(Optional.of(certificates.authority()), name, true, own);
  }

  /** The status of a request through a node that encrypts towards a server with TLS. */
  private String status(TlsTermination server, TlsToServers client) throws Exception {
    try (RawServer last = RawServer.saying("hello");
        TestNode back = TestNode.before(s -> s.with(server), last.address());
        TestNode front = TestNode.before(s -> s.with(client), back.address());
        RawClient asking = front.client()) {
      String request = "GET / HTTP/1.1\r\nHost: " + client.name().orElse("a.example") + "\r\n\r\n";
      String response = asking.send(request).readResponse();
      assertThat(asking.send(request).readResponse()).startsWith(response.substring(0, 12));
      if (response.startsWith("HTTP/1.1 200")) {
        assertThat(response).endsWith("hello");
        assertThat(front.stats().servers().getFirst().opened())
            .as("an encrypted connection is used again")
            .isEqualTo(1);
      }
      return response.substring(9, 12);
    }
  }

  @Test
  void aServerIsServedFromWhoseCertificateIsForItsNameOrAddress() throws Exception {
    assertThat(status(shown, verifying(Optional.of("web.internal"), Optional.empty())))
        .isEqualTo("200");
    assertThat(status(shown, verifying(Optional.empty(), Optional.empty()))).isEqualTo("200");
  }

  @Test
  void aServerWithAnotherNameOrAnUnknownAuthorityIsNotTalkedTo() throws Exception {
    assertThat(status(shown, verifying(Optional.of("other.internal"), Optional.empty())))
        .isEqualTo("502");
    TlsToServers javas =
        new TlsToServers(Optional.empty(), Optional.empty(), true, Optional.empty());
    assertThat(status(shown, javas)).isEqualTo("502");
  }

  @Test
  void withoutVerificationAnyServerWillDo() throws Exception {
    TlsToServers any =
        new TlsToServers(Optional.empty(), Optional.of("x.example"), false, Optional.empty());
    assertThat(status(shown, any)).isEqualTo("200");
  }

  @Test
  void aServerThatAsksForACertificateGetsOne() throws Exception {
    TlsTermination asking =
        shown.withClients(ClientCertificates.REQUIRED, certificates.authority());
    TlsKeyPair own = certificates.certificate("own", "DNS:node.internal");
    assertThat(status(asking, verifying(Optional.empty(), Optional.of(own)))).isEqualTo("200");
    assertThat(status(asking, verifying(Optional.empty(), Optional.empty()))).isEqualTo("502");
  }

  @Test
  void healthChecksAreEncryptedToo() throws Exception {
    Duration often = Duration.ofMillis(50);
    for (HealthCheck check : new HealthCheck[] {HealthCheck.http("/"), HealthCheck.tcp()}) {
      HealthCheck fast = check.every(often, Duration.ofMillis(500), 1, 1);
      try (RawServer last = RawServer.saying("hello");
          TestNode back = TestNode.before(s -> s.with(shown), last.address());
          TestNode good =
              TestNode.before(
                  s -> s.with(fast).with(verifying(Optional.empty(), Optional.empty())),
                  back.address());
          TestNode bad =
              TestNode.before(
                  s -> s.with(fast).with(verifying(Optional.of("no.example"), Optional.empty())),
                  back.address())) {
        await().until(() -> state(bad) == ServerState.DOWN);
        assertThat(state(good)).isEqualTo(ServerState.UP);
      }
    }
  }

  private static ServerState state(TestNode node) {
    return node.node().servers(TestNode.SERVICE).getFirst().state();
  }
}
