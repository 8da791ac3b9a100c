package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.Balancing;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeConfig;
import dev.shunt.node.NodeException;
import dev.shunt.node.Server;
import dev.shunt.node.TransportChoice;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listening sockets, event loops and transports. */
class ListenersTest {

  private static final int LOOPS = 3;

  private static TestNode node(
      TransportChoice transport, Listener listener, Balancing balancing, InetSocketAddress... to)
      throws NodeException {
    List<Server> servers = new ArrayList<>();
    for (InetSocketAddress each : to) {
      servers.add(new Server("s" + each.getPort(), each, 1));
    }
    HttpService service =
        HttpService.of(TestNode.SERVICE, List.of(listener), servers)
            .with(HealthCheck.none())
            .with(balancing);
    NettyNode node =
        new NettyNode(
            new NodeConfig(
                List.of(service),
                LOOPS,
                transport,
                TestNode.KEY::clone,
                TestNode.KEY::clone,
                Duration.ofSeconds(1)),
            Ticker.system(),
            InstantSource.system(),
            new Random(1));
    node.start();
    return new TestNode(node);
  }

  @ParameterizedTest
  @EnumSource(TransportChoice.class)
  void manyLoopsServeManyClients(TransportChoice transport) throws Exception {
    try (RawServer server = RawServer.saying("x");
        TestNode node =
            node(
                transport,
                Listener.on(TestNode.loopback(0)),
                Balancing.ROUND_ROBIN,
                server.address())) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        clients.add(node.client());
      }
      for (int round = 0; round < 5; round++) {
        for (RawClient client : clients) {
          client.get("/");
        }
        for (RawClient client : clients) {
          assertThat(client.readResponse()).endsWith("\r\n\r\nx");
        }
      }
      await().until(() -> node.stats().active() == 0);
      assertThat(node.stats().requests()).isEqualTo(200);
      assertThat(node.node().stats().eventLoops()).isEqualTo(LOOPS);
      for (RawClient client : clients) {
        client.close();
      }
      await().until(() -> node.stats().connections() == 0);
    }
  }

  @Test
  void aSecondNodeCannotListenOnTheSameAddress() throws Exception {
    try (TestNode first =
        node(TransportChoice.AUTO, Listener.on(TestNode.loopback(0)), Balancing.ROUND_ROBIN)) {
      Listener same = Listener.on(first.address());
      assertThatThrownBy(() -> node(TransportChoice.AUTO, same, Balancing.ROUND_ROBIN))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("cannot listen on");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"IO_URING", "EPOLL"})
  void aVirtualIpIsListenedOnBeforeTheHostHasIt(TransportChoice transport) throws Exception {
    // TEST-NET-1 of RFC 5737: no host has it.
    InetSocketAddress vip = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.77"), 18_080);
    try (TestNode node = node(transport, Listener.onVip(vip, 1456), Balancing.ROUND_ROBIN)) {
      assertThat(node.address()).isEqualTo(vip);
    }
    assertThatThrownBy(() -> node(transport, Listener.on(vip), Balancing.ROUND_ROBIN))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("192.0.2.77");
    assertThatThrownBy(
            () -> node(TransportChoice.NIO, Listener.onVip(vip, 0), Balancing.ROUND_ROBIN))
        .hasMessageContaining("transport nio cannot listen on an address that the host does not");
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"IO_URING", "EPOLL"})
  void clientsAreOfferedTheConfiguredSegment(TransportChoice transport) throws Exception {
    assumeTrue(Epoll.isAvailable(), "the client that can tell its segment size needs epoll");
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try (TestNode node =
        node(transport, new Listener(TestNode.loopback(0), false, 1000), Balancing.ROUND_ROBIN)) {
      EpollSocketChannel client =
          (EpollSocketChannel)
              new Bootstrap()
                  .group(group)
                  .channel(EpollSocketChannel.class)
                  .handler(new ChannelInboundHandlerAdapter())
                  .connect(node.address())
                  .sync()
                  .channel();
      assertThat(client.tcpInfo().sndMss()).isBetween(900L, 1000L);
      client.close().sync();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void theLessBusyServerIsPreferred() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (RawServer slow =
            new RawServer(peer -> {
              peer.readHead();
              FailureTest.awaitQuietly(answer);
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
        RawServer fast = RawServer.saying("");
        TestNode node =
            TestNode.before(
                s -> s.with(Balancing.LEAST_CONNECTIONS), slow.address(), fast.address())) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        clients.add(node.client().get("/"));
        long requests = i + 1L;
        await().pollInterval(Duration.ofMillis(2)).until(() -> node.stats().requests() == requests);
      }
      await().until(() -> node.stats().status2xx() == node.stats().servers().get(1).requests());
      // In turn, each would have 30. Of two choices, the busy one is taken only if both are it.
      assertThat(node.stats().servers().getFirst().requests()).isBetween(1L, 25L);
      answer.countDown();
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
