package dev.shunt.node.http;

import dev.shunt.node.tcp.ConnectionEnds;
import dev.shunt.node.tcp.ProxyHeaderException;
import dev.shunt.node.tcp.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A proxy's connection until it has told whose it is; then what comes next takes its place. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ProxyAwaited extends ChannelInboundHandlerAdapter implements Clients.Member {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyAwaited.class);

  private final Clients.Link link = new Clients.Link(this);
  private final ProxyHeaderReader reader = new ProxyHeaderReader();
  private final ServiceLoop service;
  private final SocketChannel channel;
  private final InetSocketAddress remote;
  private final long expires;
  private boolean over;

  ProxyAwaited(ServiceLoop service, SocketChannel channel, InetSocketAddress remote) {
    this.service = service;
    this.channel = channel;
    this.remote = remote;
    this.expires = service.worker.now() + service.runtime.config().proxy().timeout().toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    service.worker.clients().add(link);
    if (service.worker.draining()) {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (!over && reader.feed(in)) {
        told(context.pipeline(), in);
      }
    } catch (ProxyHeaderException e) {
      LOG.debug("service {}: {}: {}", service.runtime.config().name(), remote, e.getMessage());
      end(Count.PROXY_ERRORS);
    } finally {
      in.release();
    }
  }

  private void told(ChannelPipeline pipeline, ByteBuf rest) {
    service.counters.increment(Count.PROXY_HEADERS);
    if (!service.hasRoomForHandshake()) {
      end(Count.TLS_REFUSED);
      return;
    }
    InetSocketAddress client = reader.ends().map(ConnectionEnds::source).orElse(remote);
    ClientCounts counts = service.runtime.perClient();
    if (counts != null
        && reader.ends().isPresent()
        && !counts.admit(client.getAddress(), channel)) {
      end(Count.CLIENTS_REFUSED);
      return;
    }
    over = true;
    reader.ends().ifPresent(ends -> ends.toldOf(channel));
    service.worker.clients().remove(link);
    pipeline.remove(this);
    ClientStart.identified(service, channel, client);
    if (rest.isReadable()) {
      pipeline.fireChannelRead(rest.readRetainedSlice(rest.readableBytes()));
    }
  }

  private void end(Count how) {
    over = true;
    service.counters.increment(how);
    channel.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      context.close(); // It says nothing more.
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    service.worker.clients().remove(link);
    service.counters.add(Count.CONNECTIONS, -1);
    service.runtime.clientLeft();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  @Override
  public void checkDeadline(long now) {
    if (!over && now - expires >= 0) {
      end(Count.PROXY_TIMEOUTS);
    }
  }

  @Override
  public void closeIfIdle() {
    channel.close();
  }

  @Override
  public void reset() {
    channel.close();
  }
}
