package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.TestCertificates;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that others wrote, over HTTP/2 with TLS and without. */
class RealClientsTest {

  @TempDir Path directory;

  private TestCertificates certificates;
  private TlsTermination tls;

  @BeforeEach
  void make() throws Exception {
    certificates = new TestCertificates(directory);
    tls = TlsTermination.of(certificates.certificate("web", "DNS:localhost", "IP:127.0.0.1"));
  }

  private String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(List.of(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void curlSpeaksHttp2() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode plain = TestNode.before(server.address());
        TestNode secure = TestNode.before(s -> s.with(tls), server.address())) {
      String format = " %{http_version} %{http_code}";
      assertThat(run("curl", "-sS", "--http2-prior-knowledge", "-w", format, url("http", plain)))
          .isEqualTo("hello 2 200");
      assertThat(
              run(
                  "curl",
                  "-sS",
                  "--http2",
                  "--cacert",
                  "ca.pem",
                  "-w",
                  format,
                  url("https", secure)))
          .isEqualTo("hello 2 200");
      assertThat(
              run(
                  "curl",
                  "-sS",
                  "--http1.1",
                  "--cacert",
                  "ca.pem",
                  "-w",
                  format,
                  url("https", secure)))
          .isEqualTo("hello 1.1 200");
    }
  }

  private static String url(String scheme, TestNode node) {
    return scheme + "://localhost:" + node.address().getPort() + "/";
  }

  @Test
  void h2loadGetsAllItsAnswers() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode plain = TestNode.before(server.address());
        TestNode secure = TestNode.before(s -> s.with(tls), server.address())) {
      for (String url : List.of(url("http", plain), url("https", secure))) {
        assertThat(run("h2load", "-n", "4000", "-c", "4", "-m", "20", url))
            .contains("4000 total, 4000 started, 4000 done, 4000 succeeded, 0 failed");
      }
      assertThat(plain.stats().requests() + secure.stats().requests()).isEqualTo(8000);
    }
  }

  @Test
  void javasClientSendsManyRequestsOverOneConnection() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(tls), server.address());
        HttpClient client =
            HttpClient.newBuilder().sslContext(certificates.trusting(null)).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url("https", node))).build();
      List<HttpResponse<String>> answers = new ArrayList<>();
      answers.add(client.send(request, HttpResponse.BodyHandlers.ofString()));
      var many = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (int i = 0; i < 50; i++) {
        many.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      many.forEach(answer -> answers.add(answer.join()));
      assertThat(answers).hasSize(51).allMatch(a -> a.version() == HttpClient.Version.HTTP_2);
      assertThat(answers).allMatch(a -> a.body().equals("hello"));
      assertThat(node.stats().http2().connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void javasClientStreamsBothWaysManyTimesAtOnce(HttpClient.Version version) throws Exception {
    byte[] body = new byte[3_000_000];
    new Random(1).nextBytes(body);
    try (ScriptServer server = new ScriptServer(directory);
        TestNode node = TestNode.before(s -> s.with(tls), server.address());
        HttpClient client =
            HttpClient.newBuilder()
                .sslContext(certificates.trusting(null))
                .version(version)
                .build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url("https", node)).resolve("/echo"))
              .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
              .build();
      var many = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
      for (int i = 0; i < 8; i++) {
        many.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
      }
      for (var answer : many) {
        assertThat(answer.join().version()).isEqualTo(version);
        assertThat(answer.join().body()).isEqualTo(body);
      }
    }
  }
}
