package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shunt.node.DatagramCheck;
import dev.shunt.node.Ejection;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.Limits;
import dev.shunt.node.NodeException;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPolicy;
import dev.shunt.node.ServerState;
import dev.shunt.node.TransportChoice;
import dev.shunt.node.UdpRelay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** When sessions of datagrams begin, move and end. */
@Timeout(60)
class UdpSessionTest {

  private static final Duration BRIEFLY = Duration.ofMillis(200);

  private static TestNode udp(UdpRelay relay, int sessions, InetSocketAddress... servers)
      throws NodeException {
    return TestNode.before(
        s -> s.with(relay).with(Limits.ofConnections(sessions, 1, 100, 0)), servers);
  }

  private static TestNode udp(UdpRelay relay, InetSocketAddress... servers) throws NodeException {
    return udp(relay, UdpRelay.DEFAULT_LIMITS.clientConnections(), servers);
  }

  private static void awaitOver(TestNode node) {
    await().until(() -> node.stats().connections() == 0 && node.stats().active() == 0);
    await().until(() -> node.stats().servers().stream().allMatch(s -> s.connections() == 0));
    assertThat(node.stats().servers()).allMatch(s -> s.active() == 0);
  }

  @Test
  void aSessionEndsWithItsLastAnswerAndTheNextQuestionChoosesAnew() throws Exception {
    try (EchoServer a = new EchoServer("a");
        EchoServer b = new EchoServer("b");
        TestNode node = udp(UdpRelay.DEFAULT.answering(1), a.address(), b.address());
        UdpClient client = new UdpClient(node.address())) {
      String first = client.ask("x");
      awaitOver(node);
      assertThat(client.ask("x")).isNotEqualTo(first);
      awaitOver(node);
      assertThat(node.stats().requests()).isEqualTo(2);
    }
  }

  @Test
  void twoAnswersToEachQuestionAreWaitedForWhereTwoAreExpected() throws Exception {
    try (EchoServer server = new EchoServer("a", 2, TestNode.loopback(0));
        TestNode node = udp(UdpRelay.DEFAULT.answering(2), server.address());
        UdpClient client = new UdpClient(node.address())) {
      client.send("x");
      assertThat(client.receive()).isEqualTo("a:x");
      assertThat(client.receive()).isEqualTo("a:x");
      awaitOver(node);
      assertThat(server.ports()).hasSize(1);
    }
  }

  @Test
  void aSessionEndsWhenNothingComesAndAtTheEndOfItsLifetime() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode idle = udp(UdpRelay.DEFAULT.idleFor(BRIEFLY), server.address());
        TestNode old = udp(UdpRelay.DEFAULT.living(BRIEFLY), server.address());
        UdpClient one = new UdpClient(idle.address());
        UdpClient other = new UdpClient(old.address())) {
      one.ask("x");
      other.ask("x");
      awaitOver(idle);
      awaitOver(old);
      assertThat(idle.stats().udp().idle()).isEqualTo(1);
      assertThat(old.stats().udp().tooOld()).isEqualTo(1);
      assertThat(one.ask("again")).isEqualTo("a:again");
    }
  }

  @Test
  void oneSessionTooManyIsRefusedAndThoseThereAreGoOn() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node = udp(UdpRelay.DEFAULT, 2, server.address());
        UdpClient one = new UdpClient(node.address());
        UdpClient two = new UdpClient(node.address());
        UdpClient three = new UdpClient(node.address())) {
      one.ask("x");
      two.ask("x");
      three.send("x");
      await().until(() -> node.stats().connectionsRefused() == 1);
      assertThat(one.ask("y")).isEqualTo("a:y");
      assertThat(two.ask("y")).isEqualTo("a:y");
      assertThat(server.ports()).hasSize(2);
    }
  }

  /** And its session is not put in another's place, where one would give way. */
  @Test
  void aClientHasNoMoreSessionsThanItMayAndAnotherWhenOneIsOver() throws Exception {
    Limits limits = Limits.ofConnections(3, 1, 100, 0).ofClient(2, 0);
    UdpRelay relay = UdpRelay.DEFAULT.idleFor(Duration.ofSeconds(3)).replacing();
    InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.2");
    try (EchoServer server = new EchoServer("a");
        TestNode node = TestNode.before(s -> s.with(relay).with(limits), server.address());
        UdpClient one = new UdpClient(node.address());
        UdpClient two = new UdpClient(node.address());
        UdpClient three = new UdpClient(node.address());
        UdpClient other = new UdpClient(elsewhere, node.address())) {
      one.ask("x");
      two.ask("x");
      other.ask("x");
      three.send("x");
      await().until(() -> node.stats().clientsRefused() == 1);
      assertThat(node.stats().connectionsRefused()).isZero();
      assertThat(node.stats().udp().replaced()).isZero();
      assertThat(server.ports()).hasSize(3);

      awaitOver(node);
      assertThat(three.ask("y")).isEqualTo("a:y");
      assertThat(node.stats().clientsRefused()).isEqualTo(1);
    }
  }

  @Test
  void theQuietestSessionGivesWayWhereThatIsAskedFor() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node = udp(UdpRelay.DEFAULT.replacing(), 2, server.address());
        UdpClient one = new UdpClient(node.address());
        UdpClient two = new UdpClient(node.address());
        UdpClient three = new UdpClient(node.address())) {
      one.ask("x");
      two.ask("x");
      one.ask("x");
      three.ask("x");
      assertThat(node.stats().udp().replaced()).isEqualTo(1);
      one.ask("x");
      assertThat(server.ports()).hasSize(3); // The second gave way, and not the first.
      assertThat(node.stats().connections()).isEqualTo(2);
      assertThat(node.stats().connectionsRefused()).isZero();
    }
  }

  @Test
  void aFloodOfSourcesTakesNoMoreThanTheLimitAndAllOfItComesBack() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node = udp(UdpRelay.DEFAULT.idleFor(BRIEFLY), 16, server.address())) {
      for (int i = 1; i <= 500; i++) {
        try (UdpClient spoofed = new UdpClient(node.address())) {
          spoofed.send("x");
        }
        int sent = i;
        if (sent % 50 == 0) {
          // As many as a socket has room for; of 500 ports one may be that of a session that lives.
          await().until(() -> node.stats().udp().fromClients() == sent);
          assertThat(node.stats().connections()).isLessThanOrEqualTo(16);
        }
      }
      assertThat(node.stats().connectionsRefused()).isPositive();
      awaitOver(node);
      try (UdpClient client = new UdpClient(node.address())) {
        assertThat(client.ask("y")).isEqualTo("a:y");
      }
    }
  }

  @Test
  void theNextDatagramGoesToAnotherServerWhenNobodyListensAtTheFirst() throws Exception {
    Ejection once =
        new Ejection(
            1,
            0,
            Duration.ofSeconds(10),
            1,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            100,
            List.of());
    ServerPolicy d = ServerPolicy.DEFAULT;
    ServerPolicy ejecting =
        new ServerPolicy(d.slowStart(), d.retries(), Optional.of(once), Optional.empty());
    try (EchoServer b = new EchoServer("b");
        TestNode node =
            TestNode.before(
                s -> s.with(UdpRelay.DEFAULT).with(ejecting), EchoServer.nowhere(), b.address());
        UdpClient client = new UdpClient(node.address())) {
      String answer = "";
      for (int i = 0; answer.isEmpty() && i < 10; i++) {
        answer = client.askBriefly("x", 1000);
      }
      assertThat(answer).isEqualTo("b:x");
      assertThat(node.stats().connectFailures()).isEqualTo(1);
      assertThat(node.stats().servers().getFirst().errors()).isEqualTo(1);
      assertThat(node.stats().udp().moved()).isEqualTo(1);
      await()
          .until(() ->
              node.node().servers(TestNode.SERVICE).getFirst().state() == ServerState.EJECTED);
    }
  }

  @Test
  void sessionsOfADeadServerMoveAndThoseOfADrainedOneStay() throws Exception {
    HealthCheck check =
        HealthCheck.udp(new DatagramCheck("50494e47", "3a50494e")) // "PING", ":PIN"
            .every(Duration.ofMillis(50), Duration.ofMillis(50), 1, 1);
    try (EchoServer a = new EchoServer("");
        EchoServer b = new EchoServer("");
        TestNode node =
            TestNode.before(s -> s.with(UdpRelay.DEFAULT).with(check), a.address(), b.address());
        UdpClient one = new UdpClient(node.address());
        UdpClient two = new UdpClient(node.address())) {
      one.ask("one");
      two.ask("two");
      boolean onA = a.received().contains("one");
      node.node().drainServer(TestNode.SERVICE, onA ? "s1" : "s2");
      one.ask("one more");
      assertThat((onA ? a : b).received()).contains("one more");
      try (UdpClient third = new UdpClient(node.address())) {
        third.ask("third");
        assertThat((onA ? b : a).received()).contains("third");
      }
      node.node().undrainServer(TestNode.SERVICE, onA ? "s1" : "s2");

      (onA ? a : b).close();
      await()
          .until(() -> node.node().servers(TestNode.SERVICE).stream().anyMatch(s -> !s.healthy()));
      assertThat(one.ask("moved")).isEqualTo(":moved");
      assertThat(node.stats().udp().moved()).isEqualTo(1);
      assertThat(two.ask("two")).isEqualTo(":two");
    }
  }

  @Test
  void anAnswerThatBeginsOtherwiseIsNoneForAHealthCheck() throws Exception {
    HealthCheck check =
        HealthCheck.udp(new DatagramCheck("01", "ff"))
            .every(Duration.ofMillis(50), Duration.ofMillis(50), 1, 1);
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            TestNode.before(s -> s.with(UdpRelay.DEFAULT).with(check), server.address());
        UdpClient client = new UdpClient(node.address())) {
      await()
          .until(() -> node.node().servers(TestNode.SERVICE).stream().noneMatch(Server::healthy));
      client.send("x");
      await().until(() -> node.stats().noServer() == 1);
      assertThat(node.stats().connections()).isZero();
    }
  }

  /** As of RFC 868, but that its answer has bytes. */
  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "NIO")
  void aHealthCheckMayBeADatagramWithoutAByteAndSoMayItsAnswer(TransportChoice transport)
      throws Exception {
    HealthCheck check =
        HealthCheck.udp(new DatagramCheck("", ""))
            .every(Duration.ofMillis(50), Duration.ofMillis(50), 1, 1);
    try (EchoServer server = new EchoServer(null, 1, TestNode.loopback(0));
        TestNode node =
            TestNode.before(
                transport,
                s -> s.with(UdpRelay.DEFAULT).with(check),
                EchoServer.nowhere(),
                server.address())) {
      await().until(() -> !node.node().servers(TestNode.SERVICE).getFirst().healthy());
      await().until(() -> server.received().size() > 5);
      assertThat(node.node().servers(TestNode.SERVICE).getLast().healthy()).isTrue();
      assertThat(server.received()).containsOnly("");
    }
  }

  @Test
  void aNodeThatStopsFinishesWhatIsThereAndTakesNobodyNew() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node = udp(UdpRelay.DEFAULT.idleFor(Duration.ofSeconds(2)), server.address());
        UdpClient one = new UdpClient(node.address());
        UdpClient late = new UdpClient(node.address())) {
      one.ask("x");
      Thread stopping = Thread.ofVirtual().start(() -> node.node().close(Duration.ofSeconds(30)));
      await()
          .until(() -> {
            late.send("x");
            return node.stats().connectionsRefused() > 0;
          });
      assertThat(one.ask("y")).isEqualTo("a:y");
      stopping.join();
      assertThat(node.stats().connections()).isZero();
    }
  }

  @Test
  void aLineTellsOfASessionThatHasEnded() throws Exception {
    Logger access = (Logger) LoggerFactory.getLogger("dev.shunt.access");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    access.setLevel(Level.INFO);
    access.addAppender(lines);
    try (EchoServer server = new EchoServer("a");
        TestNode node = udp(UdpRelay.DEFAULT.answering(1).logged(), server.address());
        UdpClient client = new UdpClient(node.address())) {
      client.ask("four");
      awaitOver(node);
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement()
          .asString()
          .matches(
              ("\\{\"id\":\"[0-9a-f]{16}\",\"service\":\"web\",\"client\":\"127.0.0.1\",\"port\":%d,\"server\":\"s1\","
                      + "\"datagrams_in\":1,\"datagrams_out\":1,\"bytes_in\":4,\"bytes_out\":6,"
                      + "\"ms\":\\d+,\"end\":\"complete\"}")
                  .formatted(client.port()));
    } finally {
      access.detachAppender(lines);
    }
  }
}
