package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.Balancing;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeConfig;
import dev.shunt.node.NodeException;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.Server;
import dev.shunt.node.TransportChoice;
import dev.shunt.node.UdpRelay;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams that a node relays, on real sockets. */
@Timeout(60)
class UdpRelayTest {

  private static final HexFormat HEX = HexFormat.of();

  static TestNode udp(UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return TestNode.before(s -> change.apply(s.with(UdpRelay.DEFAULT)), servers);
  }

  /** A node of four event loops at an address. */
  private static TestNode four(InetSocketAddress at, EchoServer... servers) throws NodeException {
    List<Server> list = new ArrayList<>();
    for (EchoServer server : servers) {
      list.add(new Server("s" + (list.size() + 1), server.address(), 1));
    }
    HttpService service =
        HttpService.of(TestNode.SERVICE, List.of(Listener.on(at)), list)
            .with(HealthCheck.none())
            .with(UdpRelay.DEFAULT);
    NettyNode node =
        new NettyNode(
            new NodeConfig(
                List.of(service),
                4,
                TransportChoice.AUTO,
                TestNode.KEY::clone,
                TestNode.KEY::clone,
                Duration.ofSeconds(5)),
            Ticker.system(),
            InstantSource.system(),
            new Random(1));
    TestNode test = new TestNode(node);
    try {
      node.start();
      return test;
    } catch (NodeException e) {
      test.close();
      throw e;
    }
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void answersComeFromTheAddressThatWasAskedOnEveryTransport(TransportChoice transport)
      throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            TestNode.before(transport, s -> s.with(UdpRelay.DEFAULT), server.address());
        UdpClient client = new UdpClient(node.address())) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.ask("question " + i)).isEqualTo("a:question " + i);
      }
      assertThat(server.ports()).hasSize(1);
      assertThat(node.stats().connections()).isEqualTo(1);
      assertThat(node.stats().requests()).isEqualTo(1);
      assertThat(node.stats().udp().fromClients()).isEqualTo(50);
      assertThat(node.stats().udp().toClients()).isEqualTo(50);
      assertThat(node.stats().latency().count()).isEqualTo(50);
    }
  }

  @Test
  void aClientKeepsItsServerAndHasASocketOfItsOwnTowardsIt() throws Exception {
    try (EchoServer a = new EchoServer("a");
        EchoServer b = new EchoServer("b");
        TestNode node = udp(s -> s, a.address(), b.address());
        UdpClient one = new UdpClient(node.address());
        UdpClient other = new UdpClient(node.address())) {
      String first = one.ask("1").substring(0, 1);
      String second = other.ask("1").substring(0, 1);
      assertThat(first).isNotEqualTo(second);
      for (int i = 0; i < 10; i++) {
        assertThat(one.ask("x")).isEqualTo(first + ":x");
        assertThat(other.ask("y")).isEqualTo(second + ":y");
      }
      assertThat(a.ports()).hasSize(1).doesNotContainAnyElementsOf(b.ports());
      assertThat(node.stats().servers()).allMatch(s -> s.active() == 1 && s.opened() == 1);
    }
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void theLongestDatagramsPassWholeAndManyAtOnce(TransportChoice transport) throws Exception {
    char[] letters = new char[EchoServer.LARGEST];
    Random random = new Random(2);
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (char) ('a' + random.nextInt(26));
    }
    String longest = new String(letters);
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            TestNode.before(transport, s -> s.with(UdpRelay.DEFAULT), server.address());
        UdpClient client = new UdpClient(node.address())) {
      for (int round = 0; round < 20; round++) {
        assertThat(client.ask(longest))
            .isEqualTo(("a:" + longest).substring(0, EchoServer.LARGEST));
      }
      assertThat(server.received()).hasSize(20).allMatch(longest::equals);

      for (int i = 0; i < 30; i++) {
        client.send("burst " + i);
      }
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        answers.add(client.receive());
      }
      assertThat(answers).doesNotHaveDuplicates().allMatch(a -> a.startsWith("a:burst "));
      assertThat(node.stats().udp().dropped()).isZero();
    }
  }

  @Test
  void everyClientComesToOneEventLoopAlthoughEachHasASocket() throws Exception {
    try (EchoServer a = new EchoServer("a");
        EchoServer b = new EchoServer("b");
        TestNode node = four(TestNode.loopback(0), a, b)) {
      List<UdpClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 64; i++) {
          clients.add(new UdpClient(node.address()));
        }
        for (int round = 0; round < 4; round++) {
          for (UdpClient client : clients) {
            assertThat(client.ask("" + round)).endsWith(":" + round);
          }
        }
      } finally {
        clients.forEach(UdpClient::close);
      }
      assertThat(a.ports().size() + b.ports().size()).isEqualTo(64);
      assertThat(a.ports()).hasSizeBetween(20, 44);
      assertThat(node.stats().requests()).isEqualTo(64);
      // The sockets are this node's alone.
      assertThatThrownBy(() -> four(node.address(), a))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("service 'web' cannot listen on");
    }
  }

  @Test
  void ipv6ClientsAndServersAreRelayedToo() throws Exception {
    InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
    try (EchoServer server = new EchoServer("six", 1, six);
        TestNode node = four(six, server)) {
      try (DatagramSocket socket = new DatagramSocket(six)) {
        socket.connect(node.address());
        socket.setSoTimeout(10_000);
        socket.send(new DatagramPacket(new byte[] {'h', 'i'}, 2));
        DatagramPacket answer = new DatagramPacket(new byte[64], 64);
        socket.receive(answer);
        assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII))
            .isEqualTo("six:hi");
      }
    }
  }

  @Test
  void theHashOfTheSourceLeadsAllOfAHostsClientsToOneServer() throws Exception {
    try (EchoServer a = new EchoServer("a");
        EchoServer b = new EchoServer("b");
        TestNode node = udp(s -> s.with(Balancing.HASH), a.address(), b.address())) {
      for (int i = 0; i < 6; i++) {
        try (UdpClient client = new UdpClient(node.address())) {
          client.ask("x");
        }
      }
      assertThat(List.of(a.ports().size(), b.ports().size())).containsExactlyInAnyOrder(0, 6);
    }
  }

  /** A datagram has none before it, and may be the only one that arrives. */
  @Test
  void everyDatagramBeginsWithAHeaderOfTheProxyProtocolWhereServersAreTold() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            udp(
                s -> s.with(ProxyProtocol.NONE.toServers(ProxyProtocol.Version.V2)),
                server.address());
        UdpClient client = new UdpClient(node.address())) {
      client.ask("one");
      client.ask("two");
      String header =
          "0d0a0d0a000d0a515549540a2112000c7f0000017f000001%04x%04x"
              .formatted(client.port(), node.address().getPort());
      assertThat(server.received())
          .extracting(text -> HEX.formatHex(text.getBytes(StandardCharsets.ISO_8859_1)))
          .containsExactly(
              header + HEX.formatHex("one".getBytes(StandardCharsets.US_ASCII)),
              header + HEX.formatHex("two".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** RFC 868 has one for a question. */
  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "NIO")
  void emptyDatagramsPassBothWaysAndBeginASession(TransportChoice transport) throws Exception {
    try (EchoServer server = new EchoServer(null, 1, TestNode.loopback(0));
        TestNode node =
            TestNode.before(transport, s -> s.with(UdpRelay.DEFAULT), server.address());
        UdpClient client = new UdpClient(node.address())) {
      assertThat(client.ask("")).isEmpty();
      assertThat(client.ask("something")).isEqualTo("something");
      assertThat(server.received()).containsExactly("", "something");
      assertThat(node.stats().requests()).isEqualTo(1);
      assertThat(node.stats().udp().fromClients()).isEqualTo(2);
      assertThat(node.stats().udp().toClients()).isEqualTo(2);
      assertThat(node.stats().udp().bad()).isZero();
      assertThat(node.stats().latency().count()).isEqualTo(2);
    }
  }

  /** The socket to the server reads no further in an event in which it comes to an empty one. */
  @ParameterizedTest
  @EnumSource(value = TransportChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "NIO")
  void emptyDatagramsAmongOthersHoldNoneOfThemUp(TransportChoice transport) throws Exception {
    try (EchoServer server = new EchoServer(null, 3, TestNode.loopback(0));
        TestNode node =
            TestNode.before(transport, s -> s.with(UdpRelay.DEFAULT), server.address());
        UdpClient client = new UdpClient(node.address())) {
      List<String> sent = new ArrayList<>();
      List<String> received = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        for (String text : List.of("a" + round, "", "b" + round, "", "c" + round)) {
          client.send(text);
          sent.addAll(List.of(text, text, text));
        }
        for (int i = 0; i < 15; i++) {
          received.add(client.receive());
        }
      }
      assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(server.ports()).hasSize(1);
    }
  }

  @Test
  void withNioEmptyDatagramsAreCountedAsNotSent() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            TestNode.before(TransportChoice.NIO, s -> s.with(UdpRelay.DEFAULT), server.address());
        UdpClient client = new UdpClient(node.address())) {
      client.send("");
      assertThat(client.ask("something")).isEqualTo("a:something");
      assertThat(server.received()).containsExactly("something");
      assertThat(node.stats().udp().sendFailed()).isEqualTo(1);
    }
  }

  @Test
  void anEmptyDatagramGetsAHeaderOfTheProxyProtocolAsOthersDo() throws Exception {
    try (EchoServer server = new EchoServer("a");
        TestNode node =
            udp(
                s -> s.with(ProxyProtocol.NONE.toServers(ProxyProtocol.Version.V2)),
                server.address());
        UdpClient client = new UdpClient(node.address())) {
      assertThat(client.ask("")).startsWith("a:\r\n\r\n\0\r\nQUIT\n");
      assertThat(server.received()).singleElement().asString().hasSize(28);
    }
  }
}
