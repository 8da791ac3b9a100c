package dev.shunt.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the number of a socket for datagrams that a handler closes. */
@Timeout(60)
class ClosedSocketTest {

  private static final InetSocketAddress ANYWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** So that no lower number is free when that of the closed socket is. */
  private static final int OPENED_BEFORE = 100;

  @Test
  void whatComesToTheNextSocketThatIsOpenedIsLeftToIt() throws Exception {
    assumeTrue(Transport.EPOLL.works(), "epoll does not work here");
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, Transport.EPOLL.handlers());
    List<Socket> before = new ArrayList<>();
    try (DatagramSocket server = new DatagramSocket(ANYWHERE)) {
      for (int i = 0; i < OPENED_BEFORE; i++) {
        before.add(Socket.newSocketDgram());
      }
      Closing handler = new Closing(server);
      Channel channel =
          new Bootstrap()
              .group(group)
              .channelFactory(Transport.EPOLL::newDatagramChannel)
              .handler(handler)
              .connect(server.getLocalSocketAddress())
              .sync()
              .channel();
      send(server, (InetSocketAddress) channel.localAddress());
      Socket next = handler.next.get(30, TimeUnit.SECONDS);
      // The event in which it was closed is over when another task has its turn.
      group.submit(() -> {}).get(30, TimeUnit.SECONDS);

      assertThat(next.recvFrom(ByteBuffer.allocateDirect(1), 0, 1)).isNotNull();
      next.close();
    } finally {
      for (Socket each : before) {
        each.close();
      }
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private static void send(DatagramSocket from, InetSocketAddress to) throws IOException {
    from.send(new java.net.DatagramPacket(new byte[1], 1, to));
  }

  /** Closes its socket, and opens another that something comes to at once. */
  private static final class Closing extends SimpleChannelInboundHandler<DatagramPacket> {
    private final CompletableFuture<Socket> next = new CompletableFuture<>();
    private final DatagramSocket server;

    Closing(DatagramSocket server) {
      this.server = server;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet)
        throws IOException {
      Transport.closeAfterEvent(context.channel());
      Socket opened = Socket.newSocketDgram();
      opened.bind(ANYWHERE);
      send(server, opened.localAddress());
      next.complete(opened);
    }
  }
}
