package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.ClientCertificates;
import dev.shunt.node.StageConfig;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stages say of encrypted connections and of HTTP/2. */
class StageTlsTest {

  @TempDir private Path directory;

  @Test
  void headersAndTheLogTellEncryptionCertificateAndProtocol() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    TlsTermination tls =
        TlsTermination.of(certificates.certificate("web", "DNS:localhost", "IP:127.0.0.1"))
            .withClients(ClientCertificates.OPTIONAL, certificates.authority());
    Path log = directory.resolve("access.log");
    StageConfig[] stages = {
      new StageConfig("access-log", Map.of("file", log.toString())),
      new StageConfig(
          "headers",
          Map.of("request", "set X-Tls {scheme} {tls_version}\nset X-Who {client_subject}"))
    };
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(tls).withStages(stages), server.address());
        HttpClient client =
            HttpClient.newBuilder()
                .sslContext(certificates.trusting(certificates.certificate("me", "DNS:me")))
                .build();
        HttpClient nobody =
            HttpClient.newBuilder().sslContext(certificates.trusting(null)).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("https://localhost:" + node.address().getPort() + "/secret"))
              .header("X-Who", "CN=forged")
              .build();
      client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(server.received())
          .containsIgnoringCase("X-Tls: https TLSv1.3\r\n")
          .containsPattern("X-Who: [A-Z]+=");
      nobody.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(server.received()).doesNotContain("forged").containsOnlyOnce("X-Who");

      await().until(() -> Files.exists(log) && Files.readAllLines(log).size() == 2);
      assertThat(Files.readAllLines(log))
          .allMatch(line -> line.contains("\"target\":\"/secret\",\"protocol\":\"HTTP/2.0\""))
          .allMatch(line -> line.contains("\"host\":\"localhost:"))
          .allMatch(line -> line.contains("\"status\":200,\"bytes\":5,"))
          .allMatch(line -> line.contains("\"tls\":\"TLSv1.3\",\"referer\":null,"));
    }
  }
}
