package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.NodeException;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.Timeouts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Bytes that a node relays without looking into them. */
@Timeout(60)
class TcpRelayTest {

  static final int PART = 65_536;

  private static TestNode tcp(UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return TestNode.before(s -> change.apply(s.with(TcpRelay.DEFAULT)), servers);
  }

  private static TestNode tcp(InetSocketAddress... servers) throws NodeException {
    return tcp(UnaryOperator.identity(), servers);
  }

  private static Timeouts timeouts(Duration hello, Duration idle, Duration stall) {
    Timeouts d = Timeouts.DEFAULT;
    return new Timeouts(
        hello,
        d.idle(),
        d.body(),
        d.connect(),
        d.response(),
        d.responseBody(),
        stall,
        d.serverIdle(),
        idle,
        d.linger());
  }

  static void waitUntilOver(TestNode node) {
    await().until(() -> node.stats().connections() == 0 && node.stats().active() == 0);
    await().until(() -> node.stats().servers().stream().allMatch(s -> s.connections() == 0));
    assertThat(node.stats().servers()).allMatch(s -> s.active() == 0);
  }

  @Test
  void bytesGoBothWaysAsTheyCome() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.send("220 hello\r\n");
              assertThat(peer.readUntil("\r\n")).isEqualTo("QUIT\r\n");
              peer.send("221 bye\r\n");
            });
        TestNode node = tcp(server.address());
        RawClient client = node.client()) {
      assertThat(client.readUntil("\r\n")).isEqualTo("220 hello\r\n");
      client.send("QUIT\r\n");
      assertThat(client.readAll()).isEqualTo("221 bye\r\n");
      client.socket().close();
      waitUntilOver(node);
      assertThat(node.stats().requests()).isEqualTo(1);
      assertThat(node.stats().bytesIn()).isEqualTo(6);
      assertThat(node.stats().bytesOut()).isEqualTo(20);
      assertThat(node.stats().aborted()).isZero();
    }
  }

  @Test
  void aClientThatHasSaidAllStillGetsTheAnswer() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              String all = new String(peer.in().readAllBytes(), StandardCharsets.US_ASCII);
              peer.send("got " + all);
            });
        TestNode node = tcp(server.address());
        RawClient client = node.client()) {
      client.send("everything");
      client.socket().shutdownOutput();
      assertThat(client.readAll()).isEqualTo("got everything");
      waitUntilOver(node);
      assertThat(node.stats().aborted()).isZero();
    }
  }

  @Test
  void aServerThatHasSaidAllStillGetsTheRest() throws Exception {
    CompletableFuture<String> rest = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(peer -> {
              peer.send("that is all");
              peer.socket().shutdownOutput();
              rest.complete(new String(peer.in().readAllBytes(), StandardCharsets.US_ASCII));
            });
        TestNode node = tcp(server.address());
        RawClient client = node.client()) {
      assertThat(client.readAll()).isEqualTo("that is all");
      client.send("one thing more");
      client.socket().close();
      assertThat(rest.get(10, TimeUnit.SECONDS)).isEqualTo("one thing more");
      waitUntilOver(node);
    }
  }

  @Test
  void aClientThatReadsNothingStopsItsServerAndIsCutInTheEnd() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (RawServer server =
            new RawServer(peer -> {
              byte[] part = new byte[PART];
              while (sent.get() < 1L << 30) {
                peer.send(part, part.length);
                sent.addAndGet(part.length);
              }
            });
        TestNode node =
            tcp(
                s ->
                    s.with(
                        timeouts(
                            Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofSeconds(1))),
                server.address());
        RawClient client = node.client()) {
      client.send("x");
      await().until(() -> node.stats().timeouts() == 1);
      waitUntilOver(node);
      assertThat(sent.get()).isLessThan(64L << 20);
      assertThat(node.stats().bytesOut()).isLessThan(32L << 20);
    }
  }

  @Test
  void whoRefusesIsPassedOverBeforeTheFirstByte() throws Exception {
    try (RawServer server = new RawServer(peer -> peer.send("from " + peer.read(4)));
        TestNode node = tcp(TestNode.deadAddress(), server.address())) {
      for (int i = 0; i < 4; i++) {
        try (RawClient client = node.client()) {
          assertThat(client.send("here").readAll()).isEqualTo("from here");
        }
      }
      assertThat(node.stats().retries()).isEqualTo(node.stats().connectFailures()).isPositive();
      assertThat(node.stats().requests()).isEqualTo(4);
      waitUntilOver(node);
    }
  }

  @Test
  void onlySoManyServersAreTried() throws Exception {
    InetSocketAddress dead = TestNode.deadAddress();
    try (TestNode node = tcp(dead, dead, dead, dead, dead);
        RawClient client = node.client()) {
      assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
      assertThat(node.stats().connectFailures()).isEqualTo(Limits.DEFAULT.attempts());
      waitUntilOver(node);
    }
  }

  @Test
  void aServerThatIsDownGetsNothing() throws Exception {
    HealthCheck check = HealthCheck.tcp().every(Duration.ofMillis(50), Duration.ofMillis(50), 1, 1);
    try (RawServer server = new RawServer(peer -> peer.send("well"));
        TestNode node = tcp(s -> s.with(check), TestNode.deadAddress(), server.address())) {
      await().until(() -> !node.node().servers(TestNode.SERVICE).getFirst().healthy());
      long failures = node.stats().connectFailures();
      for (int i = 0; i < 4; i++) {
        try (RawClient client = node.client()) {
          assertThat(client.readAll()).isEqualTo("well");
        }
      }
      assertThat(node.stats().connectFailures()).isEqualTo(failures);
    }
  }

  @Test
  void aDrainedServerKeepsItsConnectionsAndGetsNoNew() throws Exception {
    try (RawServer one = new RawServer(peer -> echo(peer, "one"));
        RawServer two = new RawServer(peer -> echo(peer, "two"));
        TestNode node = tcp(one.address(), two.address());
        RawClient first = node.client()) {
      String name = first.send("?").read(3);
      node.node().drainServer(TestNode.SERVICE, name.equals("one") ? "s1" : "s2");
      for (int i = 0; i < 3; i++) {
        try (RawClient other = node.client()) {
          assertThat(other.send("?").read(3)).isNotEqualTo(name);
        }
      }
      assertThat(first.send("?").read(3)).isEqualTo(name);
    }
  }

  private static void echo(RawServer.Peer peer, String name) throws IOException {
    while (peer.in().read() >= 0) {
      peer.send(name);
    }
  }

  @Test
  void aResetOfOneSideIsAResetOfTheOther() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(peer -> {
              int what = peer.in().read();
              if (what == 's') {
                RelayWaiting.until(go);
                peer.socket().setSoLinger(true, 0);
              } else {
                try {
                  seen.complete(peer.in().read());
                } catch (SocketException e) {
                  seen.completeExceptionally(e);
                }
              }
            });
        TestNode node = tcp(server.address())) {
      try (RawClient client = node.client()) {
        client.send("s");
        go.countDown();
        assertThatThrownBy(() -> client.in().read()).isInstanceOf(SocketException.class);
      }
      RawClient client = node.client();
      client.send("c");
      await().until(() -> node.stats().servers().getFirst().bytesOut() == 2);
      client.socket().setSoLinger(true, 0);
      client.socket().close();
      assertThatThrownBy(() -> seen.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(SocketException.class);
      waitUntilOver(node);
      assertThat(node.stats().aborted()).isEqualTo(2);
    }
  }

  @Test
  void whereNothingComesForTooLongBothSidesAreCut() throws Exception {
    try (RawServer server = new RawServer(peer -> echo(peer, "here"));
        TestNode node =
            tcp(
                s ->
                    s.with(
                        timeouts(
                            Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofHours(1))),
                server.address());
        RawClient client = node.client()) {
      assertThat(client.send("?").read(4)).isEqualTo("here");
      assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
      assertThat(node.stats().tcp().idle()).isEqualTo(1);
      waitUntilOver(node);
    }
  }

  @Test
  void aConnectionThatIsTooOldIsCutEvenIfItIsBusy() throws Exception {
    try (RawServer server = new RawServer(peer -> echo(peer, "here"));
        TestNode node =
            tcp(s -> s.with(TcpRelay.DEFAULT.living(Duration.ofMillis(500))), server.address());
        RawClient client = node.client()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.send("?").read(4);
                }
              })
          .isInstanceOf(IOException.class);
      await().until(() -> node.stats().tcp().tooOld() == 1);
      waitUntilOver(node);
    }
  }

  @Test
  void oneClientTooManyIsClosed() throws Exception {
    try (RawServer server = new RawServer(peer -> echo(peer, "here"));
        TestNode node = tcp(s -> s.with(Limits.ofConnections(1, 1, 10, 1)), server.address());
        RawClient first = node.client()) {
      assertThat(first.send("?").read(4)).isEqualTo("here");
      try (RawClient second = node.client()) {
        assertThat(second.readAll()).isEmpty();
      }
      assertThat(node.stats().connectionsRefused()).isEqualTo(1);
    }
  }

  @Test
  void whatIsUnderWayIsFinishedWhenTheNodeEnds() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(peer -> {
              peer.send("begin ");
              RelayWaiting.until(go);
              peer.send("end");
            });
        TestNode node = tcp(server.address());
        RawClient client = node.client()) {
      assertThat(client.read(6)).isEqualTo("begin ");
      CompletableFuture<Void> closing =
          CompletableFuture.runAsync(() -> node.node().close(Duration.ofSeconds(20)));
      await().until(() -> refuses(node.address()));
      go.countDown();
      assertThat(client.readAll()).isEqualTo("end");
      client.socket().close();
      closing.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aLineTellsOfAConnectionThatHasEnded() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("dev.shunt.access");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    try (RawServer server = new RawServer(peer -> peer.send("bye"));
        TestNode node = tcp(s -> s.with(TcpRelay.DEFAULT.logged()), server.address());
        RawClient client = node.client()) {
      assertThat(client.readAll()).isEqualTo("bye");
      int port = client.socket().getLocalPort();
      client.socket().close();
      waitUntilOver(node);
      assertThat(lines.list)
          .singleElement()
          .extracting(ILoggingEvent::getFormattedMessage)
          .asString()
          .matches(
              "\\{\"id\":\"[0-9a-f]{16}\",\"service\":\"web\",\"client\":\"127.0.0.1\",\"port\":%d,\"sni\":null,"
                      .formatted(port)
                  + "\"server\":\"s1\",\"tries\":1,\"bytes_in\":0,\"bytes_out\":3,"
                  + "\"ms\":[0-9]+,\"end\":\"complete\"}");
    } finally {
      log.detachAppender(lines);
      log.setLevel(null);
    }
  }

  private static boolean refuses(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, 1000);
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
