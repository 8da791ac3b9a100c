package dev.shunt.node.health;

import dev.shunt.node.DatagramCheck;
import dev.shunt.node.tcp.ProxyHeaders;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One health check of a server of datagrams: sends one, and looks how the answer begins. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class DatagramProbe {

  private final EventLoop eventLoop;
  private final Transport transport;
  private final ChannelGroup underWay;
  private final Duration timeout;
  private final byte[] sent;
  private final byte[] expected;

  /**
   * @param underWay has the sockets of checks while they are open
   * @param header whether servers want to see the PROXY protocol's first
   */
  DatagramProbe(
      DatagramCheck check,
      Duration timeout,
      EventLoop eventLoop,
      Transport transport,
      ChannelGroup underWay,
      boolean header) {
    this.eventLoop = eventLoop;
    this.transport = transport;
    this.underWay = underWay;
    this.timeout = timeout;
    byte[] local = header ? ProxyHeaders.ofDatagrams(Optional.empty()) : new byte[0];
    ByteBuf all = Unpooled.wrappedBuffer(local, check.sent());
    this.sent = new byte[all.readableBytes()];
    all.readBytes(sent).release();
    this.expected = check.expected();
  }

  /** Checks a server; {@code result} is told once, on the event loop. */
  void run(InetSocketAddress address, Consumer<Boolean> result) {
    Attempt attempt = new Attempt(result);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channelFactory(transport::newDatagramChannel)
            .handler(attempt);
    // As many bytes as may be expected: more of an answer is not looked at. Several at once, for
    // so the socket hands on an answer without a byte too.
    transport.batches(bootstrap, DatagramCheck.MAX_BYTES);
    Channel channel =
        bootstrap
            .connect(address)
            .addListener(connected -> {
              if (!connected.isSuccess()) {
                attempt.end(false);
              }
            })
            .channel();
    underWay.add(channel);
    Future<?> timer =
        eventLoop.schedule(
            () -> {
              attempt.end(false);
              channel.close();
            },
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }

  private final class Attempt extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Consumer<Boolean> result;
    private boolean ended;

    Attempt(Consumer<Boolean> result) {
      this.result = result;
    }

    private void end(boolean success) {
      if (!ended) {
        ended = true;
        result.accept(success);
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (sent.length == 0) {
        Transport.sendEmpty(context.channel(), null);
      } else {
        context.writeAndFlush(Unpooled.wrappedBuffer(sent), context.voidPromise());
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      if (ended) {
        return;
      }
      ByteBuf answer = packet.content();
      boolean begins = answer.readableBytes() >= expected.length;
      for (int i = 0; i < expected.length && begins; i++) {
        begins = answer.getByte(answer.readerIndex() + i) == expected[i];
      }
      end(begins);
      Transport.closeAfterEvent(context.channel());
    }

    /** Nobody listens there. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(false);
      Transport.closeAfterEvent(context.channel());
    }
  }
}
