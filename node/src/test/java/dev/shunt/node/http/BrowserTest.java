package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.KeyMaterial;
import dev.shunt.node.tls.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser, and Node's WebSockets on both sides of a node. */
class BrowserTest {

  @TempDir Path directory;

  @Test
  void chromiumShowsAPageWithItsScriptsRequestsAndWebSocket() throws Exception {
    Tools.require("chromium", "chromium");
    TlsKeyPair pair = new TestCertificates(directory).certificate("web", "DNS:localhost");
    try (ScriptServer server = new ScriptServer(directory);
        TestNode node = TestNode.before(s -> s.with(TlsTermination.of(pair)), server.address())) {
      Path log = directory.resolve("chromium.log");
      Process chromium = browse(node, pin(pair), log);
      try {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> Files.exists(server.result()) || !chromium.isAlive());
        assertThat(server.result()).as(Files.readString(log)).exists();
        assertThat(Files.readString(server.result()))
            .contains("<title>a page</title>")
            .contains("<li>protocol h2</li>")
            .contains("<li>forwarded from https</li>")
            .contains("<li>posted 600000</li>")
            .contains("<li>40 at once</li>")
            .contains("<li>socket hello, permessage-deflate</li>");
        assertThat(node.stats().status4xx() + node.stats().status5xx())
            .as("all but the icon it asks for")
            .isLessThanOrEqualTo(1);
        assertThat(node.stats().http2().connections()).isPositive();
        assertThat(node.stats().tunnels()).isEqualTo(1);
      } finally {
        chromium.descendants().forEach(ProcessHandle::destroyForcibly);
        chromium.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
      }
    }
  }

  /** The key that the browser takes without knowing the test's authority. */
  private static String pin(TlsKeyPair pair) throws Exception {
    byte[] key = KeyMaterial.read(pair).chain().getFirst().getPublicKey().getEncoded();
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
  }

  private Process browse(TestNode node, String pin, Path log) throws Exception {
    return new ProcessBuilder(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"),
                "--ignore-certificate-errors-spki-list=" + pin,
                "https://localhost:%d/".formatted(node.address().getPort())))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void nodesWebSocketsPassFragmentsPingsLargeMessagesAndCompression(String scheme)
      throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    TlsTermination tls = TlsTermination.of(certificates.certificate("web", "DNS:localhost"));
    try (ScriptServer server = new ScriptServer(directory);
        TestNode node =
            TestNode.before(s -> scheme.equals("wss") ? s.with(tls) : s, server.address())) {
      Process client =
          server
              .node(
                  server.script("client.js"),
                  "%s://localhost:%d/".formatted(scheme, node.address().getPort()),
                  certificates.authority().toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(client.waitFor()).as(said).isZero();
      assertThat(said)
          .contains("\"fragments\":\"one two three\"")
          .contains("\"bytes\":2097152")
          .contains("\"pong\":\"are you there\"")
          .contains("permessage-deflate");
      assertThat(node.stats().tunnels()).isEqualTo(1);
    }
  }
}
