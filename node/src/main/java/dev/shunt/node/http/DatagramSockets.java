package dev.shunt.node.http;

import dev.shunt.node.Listener;
import dev.shunt.node.NodeException;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.util.List;

/**
 * The sockets of a service of datagrams.
 *
 * <p>Where event loops share a port, the kernel chooses by a hash of both addresses and ports, so a
 * client's datagrams all come to the same loop for as long as the number of sockets is the same,
 * which it is from the start to the end.
 */
final class DatagramSockets extends Sockets {

  /** For bursts of long ones; the system gives as much of it as it allows. */
  private static final int RECEIVE_BYTES = 1 << 22;

  /**
   * @param loops the service on each of the event loops
   */
  DatagramSockets(Transport transport, List<ServiceLoop> loops) {
    super(transport, loops);
  }

  @Override
  Bootstrap only(Listener listener) throws NodeException {
    return own(listener, loops.getFirst());
  }

  @Override
  boolean datagrams() {
    return true;
  }

  @Override
  Bootstrap own(Listener listener, ServiceLoop loop) throws NodeException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.worker.eventLoop())
            .channelFactory(transport::newDatagramChannel)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new UdpListener(loop, channel));
                  }
                })
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BYTES)
            .option(ChannelOption.RECVBUF_ALLOCATOR, loop.worker.received().allocator())
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                ServerSlot.waterMark(config.limits().bufferedBytes()));
    transport.batches(bootstrap, ReceiveBuffer.LARGEST);
    if (listener.freeBind()) {
      transport.freeBind(bootstrap);
    }
    return bootstrap;
  }

  /** Event loops that drain begin no sessions; those that there are need the sockets. */
  @Override
  void refuse() {}
}
