package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shunt.node.DatagramCheck;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.ExplainedRequest.Relayed;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.UdpRelay;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The id in an access log leads to what was done with a connection or a session of datagrams. */
@Timeout(60)
class RelayExplainTest {

  private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-f]{16})\"");

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.shunt.access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
    log.setLevel(null);
  }

  private ExplainedRequest logged(TestNode node) {
    await().until(() -> lines.list.size() == 1);
    Matcher id = ID.matcher(lines.list.getFirst().getFormattedMessage());
    assertThat(id.find()).isTrue();
    ExplainedRequest found = node.node().explain(id.group(1)).orElseThrow();
    assertThat(found.id()).isEqualTo(id.group(1));
    return found;
  }

  @Test
  void aSessionOfDatagramsIsExplained() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            UdpRelayTest.udp(
                s -> s.with(UdpRelay.DEFAULT.answering(1).logged()), server.address());
        UdpClient client = new UdpClient(node.address())) {
      client.ask("four");

      ExplainedRequest session = logged(node);
      assertThat(session.protocol()).isEqualTo("udp");
      assertThat(session.service()).isEqualTo(TestNode.SERVICE);
      assertThat(session.client().getPort()).isEqualTo(client.port());
      assertThat(session.underWay()).isFalse();
      assertThat(session.firstByte().orElseThrow()).isLessThanOrEqualTo(session.total());
      assertThat(session.relayed()).contains(new Relayed(1, 1, 4, 6, Optional.of("complete")));
      assertThat(session.attempts())
          .singleElement()
          .returns("s1", ExplainedRequest.Attempt::server)
          .returns(Why.BALANCED, ExplainedRequest.Attempt::why)
          .returns(Result.RESPONDED, ExplainedRequest.Attempt::result);
    }
  }

  @Test
  void everyServerThatASessionHadIsTold() throws Exception {
    UdpRelay relay = UdpRelay.DEFAULT.answering(2).living(Duration.ofSeconds(4)).logged();
    try (EchoServer b = new EchoServer("b");
        TestNode node = UdpRelayTest.udp(s -> s.with(relay), EchoServer.nowhere(), b.address());
        UdpClient client = new UdpClient(node.address())) {
      String answer = "";
      for (int i = 0; answer.isEmpty() && i < 10; i++) {
        answer = client.askBriefly("x", 300);
      }
      assertThat(answer).isEqualTo("b:x");

      ExplainedRequest session = logged(node);
      assertThat(session.relayed().flatMap(Relayed::end)).contains("too_old");
      assertThat(session.attempts())
          .extracting(ExplainedRequest.Attempt::server, ExplainedRequest.Attempt::result)
          .containsExactly(tuple("s1", Result.CONNECT_FAILED), tuple("s2", Result.RESPONDED));
    }
  }

  @Test
  void aServerThatWentDownIsToldToBeGone() throws Exception {
    HealthCheck check =
        HealthCheck.udp(new DatagramCheck("50", ""))
            .every(Duration.ofMillis(50), Duration.ofMillis(50), 1, 1);
    UdpRelay relay = UdpRelay.DEFAULT.answering(2).living(Duration.ofSeconds(6)).logged();
    try (EchoServer a = new EchoServer("a");
        EchoServer b = new EchoServer("b");
        TestNode node = TestNode.before(s -> s.with(relay).with(check), a.address(), b.address());
        UdpClient client = new UdpClient(node.address())) {
      boolean onA = client.ask("x").equals("a:x");
      (onA ? a : b).close();
      await()
          .until(() -> node.node().servers(TestNode.SERVICE).stream().anyMatch(s -> !s.healthy()));
      assertThat(client.ask("y")).isEqualTo(onA ? "b:y" : "a:y");

      ExplainedRequest session = logged(node);
      assertThat(session.attempts())
          .extracting(ExplainedRequest.Attempt::server, ExplainedRequest.Attempt::result)
          .containsExactly(
              tuple(onA ? "s1" : "s2", Result.GONE), tuple(onA ? "s2" : "s1", Result.RESPONDED));
    }
  }

  @Test
  void aRelayedConnectionIsExplained() throws Exception {
    try (RawServer server = new RawServer(peer -> peer.send("bye"));
        TestNode node =
            TestNode.before(
                s -> s.with(TcpRelay.DEFAULT.logged()), TestNode.deadAddress(), server.address());
        RawClient client = node.client()) {
      assertThat(client.readAll()).isEqualTo("bye");
      client.socket().close();

      ExplainedRequest connection = logged(node);
      assertThat(connection.protocol()).isEqualTo("tcp");
      assertThat(connection.relayed()).contains(new Relayed(0, 0, 0, 3, Optional.of("complete")));
      assertThat(connection.attempts())
          .extracting(ExplainedRequest.Attempt::server, ExplainedRequest.Attempt::result)
          .containsExactly(tuple("s1", Result.CONNECT_FAILED), tuple("s2", Result.RESPONDED));
      assertThat(connection.firstByte()).isPresent();
    }
  }
}
