package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.SniRoute;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.Timeouts;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.tls.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are chosen by the name a client's TLS asks for, and TLS around relayed bytes. */
@Timeout(60)
class SniTest {

  @TempDir Path directory;

  private TestCertificates certificates;
  private TlsTermination tls;

  @BeforeEach
  void make() throws Exception {
    certificates = new TestCertificates(directory);
    tls =
        TlsTermination.of(
            certificates.certificate("web", "DNS:a.example", "DNS:*.b.example", "IP:127.0.0.1"));
  }

  private String run(String input, String... command) throws Exception {
    Process process =
        new ProcessBuilder(List.of(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    try (var out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.US_ASCII));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** What curl gets that asks for that name, or the error it ends with. */
  private String curl(TestNode node, String name) throws Exception {
    int port = node.address().getPort();
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-k", "--max-time", "10"));
    if (!name.equals("127.0.0.1")) {
      command.addAll(List.of("--resolve", name + ":" + port + ":127.0.0.1"));
    }
    command.add("https://" + name + ":" + port + "/");
    return run("", command.toArray(String[]::new));
  }

  private static SniRoute route(String server, String... names) {
    return new SniRoute(List.of(names), List.of(server));
  }

  @Test
  void eachNameHasItsServersAndNothingIsDecrypted() throws Exception {
    try (RawServer one = RawServer.saying("one");
        RawServer two = RawServer.saying("two");
        RawServer rest = RawServer.saying("rest");
        TestNode tlsOne = TestNode.before(s -> s.with(tls), one.address());
        TestNode tlsTwo = TestNode.before(s -> s.with(tls), two.address());
        TestNode tlsRest = TestNode.before(s -> s.with(tls), rest.address());
        TestNode node =
            TestNode.before(
                s ->
                    s.with(
                        TcpRelay.DEFAULT.with(
                            List.of("s3"), route("s1", "a.example"), route("s2", "*.b.example"))),
                tlsOne.address(),
                tlsTwo.address(),
                tlsRest.address())) {
      for (int i = 0; i < 3; i++) {
        assertThat(curl(node, "a.example")).isEqualTo("one");
        assertThat(curl(node, "x.b.example")).isEqualTo("two");
        assertThat(curl(node, "y.b.example")).isEqualTo("two");
        assertThat(curl(node, "127.0.0.1")).isEqualTo("rest");
      }
      assertThat(node.stats().requests()).isEqualTo(12);
      assertThat(node.stats().tls().handshakes()).isZero();
      assertThat(node.stats().servers()).extracting(s -> s.requests()).containsExactly(3L, 6L, 3L);
    }
  }

  @Test
  void whereThereIsNoDefaultOtherNamesAreClosed() throws Exception {
    try (RawServer one = RawServer.saying("one");
        TestNode tlsOne = TestNode.before(s -> s.with(tls), one.address());
        TestNode node =
            TestNode.before(
                s -> s.with(TcpRelay.DEFAULT.with(List.of(), route("s1", "a.example"))),
                tlsOne.address())) {
      assertThat(curl(node, "a.example")).isEqualTo("one");
      assertThat(curl(node, "b.example")).startsWith("curl: (35)");
      assertThat(curl(node, "127.0.0.1")).startsWith("curl: (35)");
      assertThat(node.stats().tcp().unknownNames()).isEqualTo(2);
      assertThat(node.stats().requests()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNoGreetingIsClosed() throws Exception {
    try (RawServer one = RawServer.saying("one");
        TestNode node =
            TestNode.before(
                s -> s.with(TcpRelay.DEFAULT.with(List.of("s1"), route("s1", "a.example"))),
                one.address());
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.1\r\n\r\n");
      assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
      assertThat(node.stats().tcp().helloErrors()).isEqualTo(1);
      assertThat(one.accepted()).isZero();
    }
  }

  @Test
  void aGreetingThatDoesNotComeInTimeIsClosed() throws Exception {
    try (RawServer one = RawServer.saying("one");
        TestNode node =
            TestNode.before(
                s ->
                    s.with(TcpRelay.DEFAULT.with(List.of("s1"), route("s1", "a.example")))
                        .with(Timeouts.all(Duration.ofMillis(300))),
                one.address());
        RawClient client = node.client()) {
      client.send("\u0016\u0003\u0001");
      assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
      assertThat(node.stats().tcp().helloTimeouts()).isEqualTo(1);
      await().until(() -> node.stats().connections() == 0);
    }
  }

  @Test
  void drainingLeavesANameWithoutServersWhileOthersHaveTheirs() throws Exception {
    try (RawServer one = RawServer.saying("one");
        RawServer two = RawServer.saying("two");
        TestNode tlsOne = TestNode.before(s -> s.with(tls), one.address());
        TestNode tlsTwo = TestNode.before(s -> s.with(tls), two.address());
        TestNode node =
            TestNode.before(
                s ->
                    s.with(
                        TcpRelay.DEFAULT.with(
                            List.of(), route("s1", "a.example"), route("s2", "c.example"))),
                tlsOne.address(),
                tlsTwo.address())) {
      node.node().drainServer(TestNode.SERVICE, "s1");
      assertThat(curl(node, "a.example")).startsWith("curl: (35)");
      assertThat(curl(node, "c.example")).isEqualTo("two");
      assertThat(node.stats().noServer()).isEqualTo(1);
      node.node().undrainServer(TestNode.SERVICE, "s1");
      assertThat(curl(node, "a.example")).isEqualTo("one");
    }
  }

  @Test
  void opensslSpeaksWithAServerOfBytesThroughTls() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              String line = peer.readUntil("\n");
              peer.send("you said " + line);
            });
        TestNode node =
            TestNode.before(s -> s.with(tls).with(TcpRelay.DEFAULT), server.address())) {
      String output =
          run(
              "hello there\n",
              "openssl",
              "s_client",
              "-quiet",
              "-connect",
              "127.0.0.1:" + node.address().getPort(),
              "-servername",
              "a.example",
              "-CAfile",
              "ca.pem",
              "-verify_return_error");
      assertThat(output).contains("you said hello there");
      await().until(() -> node.stats().connections() == 0);
      assertThat(node.stats().tls().handshakes()).isEqualTo(1);
    }
  }

  @Test
  void aTlsClientsEndReachesTheServerBehindAllThatItSaid() throws Exception {
    CompletableFuture<String> got = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(peer -> {
              peer.send("hello");
              got.complete(new String(peer.in().readAllBytes(), StandardCharsets.US_ASCII));
            });
        TestNode node =
            TestNode.before(s -> s.with(tls).with(TcpRelay.DEFAULT), server.address())) {
      try (TlsClientSocket client =
          new TlsClientSocket(certificates.trusting(null), node.address(), "a.example")) {
        // Tickets, which are read on the way: what is not read makes a close a reset.
        assertThat(client.socket().getInputStream().readNBytes(5)).hasSize(5);
        client.send("all of it");
      }
      assertThat(got.get(10, TimeUnit.SECONDS)).isEqualTo("all of it");
      await().until(() -> node.stats().connections() == 0);
      await().until(() -> node.stats().servers().getFirst().connections() == 0);
      assertThat(node.stats().aborted()).isZero();
    }
  }

  @Test
  void bytesAreEncryptedTowardsServersThatWantIt() throws Exception {
    TlsToServers towards =
        new TlsToServers(
            Optional.of(certificates.authority()), Optional.empty(), true, Optional.empty());
    try (RawServer server = RawServer.saying("deep inside");
        TestNode secure = TestNode.before(s -> s.with(tls), server.address());
        TestNode node =
            TestNode.before(s -> s.with(towards).with(TcpRelay.DEFAULT), secure.address());
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).endsWith("deep inside");
      assertThat(secure.stats().tls().handshakes()).isEqualTo(1);
    }
  }
}
