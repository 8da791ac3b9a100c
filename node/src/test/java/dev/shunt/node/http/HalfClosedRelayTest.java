package dev.shunt.node.http;

import static dev.shunt.node.http.TcpRelayTest.PART;
import static dev.shunt.node.http.TcpRelayTest.waitUntilOver;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.NodeException;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.TransportChoice;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Relayed connections of which one side has said all long before the other, on each transport. */
@Timeout(60)
class HalfClosedRelayTest {

  private static TestNode tcp(TransportChoice transport, InetSocketAddress... servers)
      throws NodeException {
    return TestNode.before(transport, s -> s.with(TcpRelay.DEFAULT), servers);
  }

  /** It takes nothing, says that it sends nothing, and only then takes what waits in the node. */
  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void aServerThatHasSaidAllStillGetsWhatWaitedForIt(TransportChoice transport) throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    CompletableFuture<String> arrived = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(peer -> {
              FailureTest.awaitQuietly(waits);
              peer.socket().shutdownOutput();
              FailureTest.awaitQuietly(told);
              arrived.complete(digestOf(peer.in()));
            });
        TestNode node = tcp(transport, server.address());
        RawClient client = node.client()) {
      CompletableFuture<String> sent = aside(() -> sendAll(client.socket(), 3, 400));
      await().until(() -> node.node().stats().buffered() > 0);
      waits.countDown();
      assertThat(client.readAll()).isEmpty();
      told.countDown();
      assertThat(arrived.get(30, TimeUnit.SECONDS)).isEqualTo(sent.get());
      waitUntilOver(node);
      assertThat(node.stats().aborted()).isZero();
    }
  }

  /** Nothing is wanted of its connection between its end and the answer, and then much. */
  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void aClientThatHasSaidAllGetsALongAnswer(TransportChoice transport) throws Exception {
    CompletableFuture<String> sent = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(peer -> {
              assertThat(new String(peer.in().readAllBytes(), StandardCharsets.US_ASCII))
                  .isEqualTo("?");
              sent.complete(sendAll(peer.socket(), 4, 400));
            });
        TestNode node = tcp(transport, server.address());
        RawClient client = node.client()) {
      client.send("?");
      client.socket().shutdownOutput();
      await().until(() -> node.node().stats().buffered() > 0);
      assertThat(digestOf(client.in())).isEqualTo(sent.get());
      waitUntilOver(node);
      assertThat(node.stats().aborted()).isZero();
    }
  }

  /** Does it on a thread of its own. */
  private static CompletableFuture<String> aside(Callable<String> work) {
    CompletableFuture<String> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            done.complete(work.call());
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  private static String digestOf(InputStream in) throws IOException {
    MessageDigest digest = sha256();
    byte[] part = new byte[PART];
    int n = in.read(part);
    while (n >= 0) {
      digest.update(part, 0, n);
      n = in.read(part);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Sends random bytes, says that this is all, and tells their digest. */
  private static String sendAll(Socket to, long seed, int parts) throws IOException {
    Random random = new Random(seed);
    MessageDigest digest = sha256();
    byte[] part = new byte[PART];
    for (int i = 0; i < parts; i++) {
      random.nextBytes(part);
      digest.update(part);
      to.getOutputStream().write(part);
    }
    to.shutdownOutput();
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void muchInBothDirectionsAtOnceArrivesWhole(TransportChoice transport) throws Exception {
    CompletableFuture<String> sentBack = new CompletableFuture<>();
    CompletableFuture<String> arrived = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(peer -> {
              CompletableFuture<String> sending = aside(() -> sendAll(peer.socket(), 1, 300));
              arrived.complete(digestOf(peer.in()));
              sentBack.complete(sending.join());
            });
        TestNode node = tcp(transport, server.address());
        RawClient client = node.client()) {
      CompletableFuture<String> back = aside(() -> digestOf(client.in()));
      String sent = sendAll(client.socket(), 2, 300);
      assertThat(arrived.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
      assertThat(back.get(30, TimeUnit.SECONDS)).isEqualTo(sentBack.get());
      waitUntilOver(node);
      assertThat(node.stats().bytesIn()).isEqualTo(300L * PART);
      assertThat(node.stats().servers().getFirst().bytesIn()).isEqualTo(300L * PART);
    }
  }
}
