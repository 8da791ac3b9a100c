package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.AddressRange;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.ProxyProtocol.Version;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.tls.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who a client is, as proxies tell this node and this node tells servers. */
@Timeout(60)
class ProxyProtocolTest {

  private static final ProxyProtocol BELIEVING =
      ProxyProtocol.NONE.from(AddressRange.parse("127.0.0.0/8"));
  private static final String LINE = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n";
  private static final String BINARY =
      new String(
          HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc0000207c6336401dc0401bb"),
          StandardCharsets.ISO_8859_1);

  @TempDir Path directory;

  private static RawServer lines() throws IOException {
    return new RawServer(peer -> {
      String line = peer.readUntil("\r\n");
      peer.send("you said " + line);
    });
  }

  private static HttpService tcp(HttpService service, ProxyProtocol proxy) {
    return service.with(TcpRelay.DEFAULT).with(proxy);
  }

  private String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(List.of(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void whatTrustedProxiesTellIsForwardedToServers() throws Exception {
    try (RawServer server = RawServer.saying("hi");
        TestNode node = TestNode.before(s -> s.with(BELIEVING), server.address())) {
      for (String header : new String[] {LINE, BINARY}) {
        try (RawClient client = node.client()) {
          client.send(header).get("/");
          assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
        }
      }
      assertThat(server.received()).contains("X-Forwarded-For: 192.0.2.7").doesNotContain("127.0");
      assertThat(node.stats().tcp().proxyHeaders()).isEqualTo(2);
    }
  }

  @Test
  void aHeaderInPiecesIsReadAsOne() throws Exception {
    try (RawServer server = RawServer.saying("hi");
        TestNode node = TestNode.before(s -> s.with(BELIEVING), server.address());
        RawClient client = node.client()) {
      for (int i = 0; i < BINARY.length(); i++) {
        client.send(BINARY.substring(i, i + 1));
      }
      client.get("/");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
      assertThat(server.received()).contains("X-Forwarded-For: 192.0.2.7");
    }
  }

  @Test
  void curlTellsItsClient() throws Exception {
    try (RawServer server = RawServer.saying("hi");
        TestNode node = TestNode.before(s -> s.with(BELIEVING), server.address())) {
      String url = "http://127.0.0.1:" + node.address().getPort() + "/";
      assertThat(run("curl", "-sS", "--haproxy-protocol", url)).isEqualTo("hi");
      assertThat(server.received()).contains("X-Forwarded-For: 127.0.0.1");
      assertThat(node.stats().tcp().proxyHeaders()).isEqualTo(1);
    }
  }

  @Test
  void theHeaderComesBeforeTls() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    TlsTermination tls =
        TlsTermination.of(certificates.certificate("web", "DNS:localhost", "IP:127.0.0.1"));
    try (RawServer server = RawServer.saying("hi");
        TestNode node = TestNode.before(s -> s.with(BELIEVING).with(tls), server.address())) {
      String url = "https://127.0.0.1:" + node.address().getPort() + "/";
      for (String version : new String[] {"--http1.1", "--http2"}) {
        assertThat(run("curl", "-sS", "--haproxy-protocol", "--cacert", "ca.pem", version, url))
            .isEqualTo("hi");
      }
      assertThat(node.stats().tls().handshakes()).isEqualTo(2);
    }
  }

  @Test
  void anybodyElseIsNotBelieved() throws Exception {
    ProxyProtocol others = ProxyProtocol.NONE.from(AddressRange.parse("192.0.2.0/24"));
    try (RawServer server = RawServer.saying("hi");
        TestNode node = TestNode.before(s -> s.with(others), server.address())) {
      try (RawClient client = node.client()) {
        assertThat(client.send(LINE).readAll()).startsWith("HTTP/1.1 400");
      }
      try (RawClient client = node.client()) {
        assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200");
      }
      assertThat(server.received()).contains("X-Forwarded-For: 127.0.0.1");
      assertThat(node.stats().tcp().proxyHeaders()).isZero();
    }
  }

  @Test
  void badHeadersCloseTheConnectionAndAreCounted() throws Exception {
    try (RawServer server = RawServer.saying("hi");
        TestNode node = TestNode.before(s -> s.with(BELIEVING), server.address())) {
      String[] bad = {
        "GET / HTTP/1.1\r\n", LINE.replace(" 443", " 443x"), BINARY.replace('!', '1')
      };
      for (String header : bad) {
        try (RawClient client = node.client()) {
          client.send(header);
          assertThatNothingCame(client);
        }
      }
      await().until(() -> node.stats().connections() == 0);
      assertThat(node.stats().tcp().proxyErrors()).isEqualTo(bad.length);
      assertThat(server.accepted()).isZero();
    }
  }

  private static void assertThatNothingCame(RawClient client) {
    try {
      assertThat(client.readAll()).isEmpty();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset"); // Something it sent was not read.
    }
  }

  @Test
  void aHeaderThatDoesNotComeInTimeClosesTheConnection() throws Exception {
    ProxyProtocol hasty = BELIEVING.within(Duration.ofMillis(200));
    try (RawServer server = lines();
        TestNode node = TestNode.before(s -> tcp(s, hasty), server.address());
        RawClient client = node.client()) {
      client.send("PROXY TCP4 ");
      assertThat(client.readAll()).isEmpty();
      assertThat(node.stats().tcp().proxyTimeouts()).isEqualTo(1);
      await().until(() -> node.stats().connections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void serversOfTcpAreToldWhatTheProxyTold(Version version) throws Exception {
    try (RawServer server =
            new RawServer(peer ->
                peer.send(peer.read((version == Version.V1 ? LINE : BINARY).length() + 5)));
        TestNode node =
            TestNode.before(s -> tcp(s, BELIEVING.toServers(version)), server.address());
        RawClient client = node.client()) {
      client.send(version == Version.V1 ? BINARY : LINE).send("hello");
      assertThat(client.readAll()).isEqualTo((version == Version.V1 ? LINE : BINARY) + "hello");
    }
  }

  @Test
  void serversOfTcpAreToldTheConnectionsEndsWhereNoProxyTold() throws Exception {
    try (RawServer server = lines();
        TestNode node =
            TestNode.before(
                s -> tcp(s, ProxyProtocol.NONE.toServers(Version.V1)), server.address());
        RawClient client = node.client()) {
      assertThat(client.readAll())
          .isEqualTo(
              "you said PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n"
                  .formatted(client.socket().getLocalPort(), node.address().getPort()));
    }
  }

  /** A header names one client, so another's request must never follow it. */
  @Test
  void aServerConnectionThatNamesAClientIsNoOtherOnes() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              String told = peer.readUntil("\r\n");
              while (!peer.readHead().isEmpty()) {
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(told.length(), told));
              }
            });
        TestNode node =
            TestNode.before(
                s -> s.with(ProxyProtocol.NONE.toServers(Version.V1)), server.address());
        RawClient one = node.client();
        RawClient two = node.client()) {
      for (RawClient client : List.of(one, two, one, two)) {
        assertThat(client.get("/").readResponse())
            .contains("TCP4 127.0.0.1 127.0.0.1 " + client.socket().getLocalPort() + " ");
      }
    }
  }

  @Test
  void checksSayThatTheyAreTheNodesOwn() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              assertThat(peer.readUntil("\r\n")).isEqualTo("PROXY UNKNOWN\r\n");
              assertThat(peer.readHead()).startsWith("GET /health HTTP/1.1");
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
        TestNode node =
            TestNode.before(
                s ->
                    s.with(ProxyProtocol.NONE.toServers(Version.V1))
                        .with(
                            HealthCheck.http("/health")
                                .every(Duration.ofMillis(50), Duration.ofSeconds(1), 1, 1)),
                server.address())) {
      await().until(() -> server.accepted() >= 3);
      assertThat(node.node().servers(TestNode.SERVICE).getFirst().healthy()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nginxUnderstandsWhatItIsTold(Version version) throws Exception {
    Path nginx = Path.of("/usr/sbin/nginx");
    requireNginx(Files.isExecutable(nginx));
    int port = TestNode.deadAddress().getPort();
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off; pid %1$s/pid; error_log stderr warn; master_process off;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/a; proxy_temp_path %1$s/b; fastcgi_temp_path %1$s/c;
          uwsgi_temp_path %1$s/d; scgi_temp_path %1$s/e;
          server {
            listen 127.0.0.1:%2$d proxy_protocol;
            location / { return 200 "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr"; }
          }
        }
        """
            .formatted(directory, port));
    Process server =
        new ProcessBuilder(nginx.toString(), "-c", config.toString(), "-e", "stderr")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    try (TestNode node =
        TestNode.before(
            s ->
                tcp(s, BELIEVING.toServers(version))
                    .with(
                        HealthCheck.tcp()
                            .every(Duration.ofMillis(50), Duration.ofMillis(50), 1, 1)),
            TestNode.loopback(port))) {
      await().until(() -> accepts(port));
      await().until(() -> node.node().servers(TestNode.SERVICE).getFirst().healthy());
      try (RawClient client = node.client()) {
        client.send(LINE).get("/");
        assertThat(client.readResponse()).endsWith("192.0.2.7 56324 198.51.100.1");
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static void requireNginx(boolean there) {
    if (!there) {
      assertThat("true".equals(System.getenv("CI")))
          .as("nginx is missing (package nginx); CI must not skip")
          .isFalse();
      System.err.println("skipped: needs nginx (package nginx)");
      Assumptions.abort("needs nginx (package nginx)");
    }
  }

  private static boolean accepts(int port) {
    try (RawClient client = new RawClient(TestNode.loopback(port))) {
      return client.socket().isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theHeaderGoesToServersBeforeTls() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    TlsTermination tls = TlsTermination.of(certificates.certificate("web", "IP:127.0.0.1"));
    TlsToServers towards =
        new TlsToServers(
            Optional.of(certificates.authority()), Optional.empty(), true, Optional.empty());
    try (RawServer server = RawServer.saying("hi");
        TestNode second = TestNode.before(s -> s.with(BELIEVING).with(tls), server.address());
        TestNode first =
            TestNode.before(
                s -> tcp(s, BELIEVING.toServers(Version.V2)).with(towards), second.address());
        RawClient client = first.client()) {
      client.send(LINE).get("/");
      assertThat(client.readResponse()).endsWith("hi");
      assertThat(server.received()).contains("X-Forwarded-For: 192.0.2.7");
      assertThat(second.stats().tls().handshakes()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatHasSaidAllBehindItsHeaderIsServed() throws Exception {
    try (RawServer server =
            new RawServer(peer ->
                peer.send(new String(peer.in().readAllBytes(), StandardCharsets.US_ASCII)));
        TestNode node = TestNode.before(s -> tcp(s, BELIEVING), server.address());
        RawClient client = node.client()) {
      client.send(LINE + "all at once");
      client.socket().shutdownOutput();
      assertThat(client.readAll()).isEqualTo("all at once");
      assertThatThrownBy(() -> client.read(1)).isInstanceOf(IOException.class);
    }
  }
}
