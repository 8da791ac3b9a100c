package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.OcspStapling;
import dev.shunt.node.OcspStatus;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsStats;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.KeyMaterial;
import dev.shunt.node.tls.TestCertificates;
import dev.shunt.node.tls.TlsLibrary;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OCSP responses in the handshake, against openssl's responder and client. */
class OcspTest {

  private static final String NOTHING = "OCSP response: no response sent";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private TestCertificates certificates;
  private InetSocketAddress responder;
  private TlsKeyPair web;

  @BeforeEach
  void make() throws Exception {
    certificates = new TestCertificates(directory);
    responder = TestNode.deadAddress();
    String access = "\nauthorityInfoAccess=OCSP;URI:http://127.0.0.1:" + responder.getPort();
    web = certificates.certificate("web", "DNS:web.example" + access);
    Files.writeString(
        web.certificate(),
        Files.readString(web.certificate()) + Files.readString(certificates.authority()));
    Files.writeString(directory.resolve("good"), entry("V", ""));
    Files.writeString(directory.resolve("revoked"), entry("R", "260101000000Z"));
  }

  /** A line of an openssl authority's index. */
  private String entry(String state, String revoked) throws Exception {
    var shown = KeyMaterial.certificates(web.certificate()).getFirst();
    String serial = shown.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    String even = serial.length() % 2 == 0 ? serial : "0" + serial;
    return "%s\t491231235959Z\t%s\t%s\tunknown\t/CN=web\n".formatted(state, revoked, even);
  }

  private Process respond(String index) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl", "ocsp", "-index", index));
    command.addAll(List.of("-port", "" + responder.getPort(), "-nmin", "60", "-CA", "ca.pem"));
    command.addAll(List.of("-rsigner", "ca.pem", "-rkey", "ca.key"));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("responder.log").toFile())
        .start();
  }

  private TestNode node(OcspStapling ocsp, RawServer server) throws Exception {
    TlsTermination tls = TlsTermination.of(web).withOcsp(ocsp);
    return TestNode.before(s -> s.with(tls), server.address());
  }

  /** What a client is told that asks for a response. */
  private String ask(TestNode node) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-status"));
    command.addAll(List.of("-connect", "127.0.0.1:" + node.address().getPort()));
    command.addAll(List.of("-servername", "web.example", "-CAfile", "ca.pem"));
    command.add("-verify_return_error");
    Process client =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    client.getOutputStream().close();
    String said = new String(client.getInputStream().readAllBytes(), UTF_8);
    client.waitFor();
    assertThat(said).contains("Verification: OK");
    return said;
  }

  private static TlsStats stats(TestNode node) {
    return node.stats().tls();
  }

  @Test
  void aResponseIsFetchedAndShownToWhoeverAsks() throws Exception {
    Process process = respond("good");
    try (RawServer server = RawServer.saying("x");
        TestNode node = node(OcspStapling.FETCH, server)) {
      await().atMost(PATIENCE).until(() -> stats(node).ocspUpdated() > 0);
      assertThat(ask(node))
          .contains("OCSP Response Status: successful (0x0)")
          .contains("Cert Status: good");
      OcspStatus status = stats(node).ocsp().getFirst();
      assertThat(status.certificate()).isEqualTo(web.certificate());
      assertThat(status.state()).isEqualTo(OcspStatus.State.GOOD);
      assertThat(status.until().orElseThrow()).isAfter(Instant.now());
      assertThat(status.nextTry().orElseThrow())
          .isAfter(Instant.now())
          .isBefore(status.until().orElseThrow());
      assertThat(status.lastError()).isEmpty();
      assertThat(stats(node).ocspStapled()).isEqualTo(1);
      assertThat(stats(node).ocspFailed()).isZero();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatIsRevokedOrUnknownIsNotShown() throws Exception {
    for (String index : List.of("revoked", "none")) {
      Files.writeString(directory.resolve("none"), "");
      Process process = respond(index);
      try (RawServer server = RawServer.saying("x");
          TestNode node = node(OcspStapling.FETCH, server)) {
        await().atMost(PATIENCE).until(() -> stats(node).ocspFailed() > 0);
        assertThat(ask(node)).contains(NOTHING);
        assertThat(stats(node).ocspUpdated()).isZero();
        assertThat(stats(node).ocspMissing()).isEqualTo(1);
        OcspStatus status = stats(node).ocsp().getFirst();
        assertThat(status.state())
            .isEqualTo(index.equals("revoked") ? OcspStatus.State.REVOKED : OcspStatus.State.NONE);
        assertThat(status.lastError()).isPresent();
        assertThat(status.until()).isEmpty();
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aResponderThatIsDeadOrTalksNonsenseBreaksNoHandshake() throws Exception {
    try (RawServer server = RawServer.saying("x")) {
      try (TestNode node = node(OcspStapling.FETCH, server)) {
        await().atMost(PATIENCE).until(() -> stats(node).ocspFailed() > 0);
        assertThat(ask(node)).contains(NOTHING);
      }
      String nonsense = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000);
      try (RawServer other =
              new RawServer(
                  peer -> {
                    peer.readHead();
                    peer.send(nonsense);
                  },
                  responder.getPort());
          TestNode node = node(OcspStapling.FETCH, server)) {
        await().atMost(PATIENCE).until(() -> stats(node).ocspFailed() > 0);
        assertThat(other.accepted()).isPositive();
        assertThat(ask(node)).contains(NOTHING);
      }
    }
  }

  @Test
  void aFileIsShownAndReadAgainAndDamagedOneLeavesWhatWasGood() throws Exception {
    certificates.openssl(
        "ocsp -index good -CA ca.pem -rsigner ca.pem -rkey ca.key -issuer ca.pem -cert web.pem"
            + " -nmin 60 -noverify -no_nonce -respout made.ocsp");
    try (RawServer server = RawServer.saying("x");
        TestNode node = node(OcspStapling.FILE, server)) {
      assertThat(ask(node)).contains(NOTHING);
      Files.copy(directory.resolve("made.ocsp"), web.ocspResponse());
      await().atMost(PATIENCE).until(() -> stats(node).ocspUpdated() > 0);
      await().atMost(PATIENCE).until(() -> ask(node).contains("Cert Status: good"));
      long failed = stats(node).ocspFailed();
      Files.writeString(web.ocspResponse(), "nonsense");
      await().atMost(PATIENCE).until(() -> stats(node).ocspFailed() > failed);
      await().atMost(PATIENCE).until(() -> stats(node).reloads() == 2);
      assertThat(ask(node)).contains("Cert Status: good");
    }
  }

  @Test
  void javasOwnTlsShowsNoneAndGoesOn() throws Exception {
    TlsTermination tls = TlsTermination.of(web).withOcsp(OcspStapling.FETCH);
    try (RawServer server = RawServer.saying("x");
        TestNode node = TestNode.with(TlsLibrary.JDK, s -> s.with(tls), server.address())) {
      assertThat(ask(node)).contains(NOTHING);
      OcspStatus status = stats(node).ocsp().getFirst();
      assertThat(status.state()).isEqualTo(OcspStatus.State.NONE);
      assertThat(status.lastError()).hasValue("jdk cannot send any");
      assertThat(status.refused()).as("it need not have one").isFalse();
    }
  }

  @Test
  void withoutStaplingOnlyACertificateThatMustHaveAResponseIsToldOf() throws Exception {
    TlsKeyPair must = certificates.certificate("must", "DNS:a\ntlsfeature=status_request");
    try (RawServer server = RawServer.saying("x");
        TestNode plain = node(OcspStapling.OFF, server);
        TestNode strict = TestNode.before(s -> s.with(TlsTermination.of(must)), server.address())) {
      assertThat(stats(plain).ocsp()).isEmpty();
      assertThat(stats(strict).ocsp()).singleElement().matches(OcspStatus::refused);
    }
  }
}
