package dev.shunt.node.http;

import dev.shunt.node.tls.Certified;
import dev.shunt.node.tls.TlsFront;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection until its TLS handshake is over; then what speaks the protocol that was
 * agreed on takes its place.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class TlsHandshake extends ChannelInboundHandlerAdapter {

  /** No client says more when it greets; post-quantum keys take two of them. */
  private static final int MAX_CLIENT_HELLO = 16_384;

  private static final String SSL = "ssl";

  private final ServiceLoop service;
  private final TlsFront front;
  private final SocketChannel channel;
  private final InetSocketAddress remote;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable Certified certified;
  private @Nullable String serverName;
  private boolean over;

  TlsHandshake(
      ServiceLoop service, TlsFront front, SocketChannel channel, InetSocketAddress remote) {
    this.service = service;
    this.front = front;
    this.channel = channel;
    this.remote = remote;
  }

  /** Puts what a handshake needs into the channel's pipeline. */
  void begin() {
    service.handshakeBegins();
    channel.pipeline().addLast(SSL, new ClientHello()).addLast(this);
    timer =
        channel
            .eventLoop()
            .schedule(this::expired, service.handshakeTimeoutNanos(), TimeUnit.NANOSECONDS);
  }

  /** Reads which server the client asks for, then hands over to the one who shakes hands. */
  private final class ClientHello extends AbstractSniHandler<TlsFront.Beginning> {

    ClientHello() {
      super(MAX_CLIENT_HELLO, 0);
    }

    @Override
    protected Future<TlsFront.Beginning> lookup(
        ChannelHandlerContext context, @Nullable String hostname) {
      return context.executor().newSucceededFuture(front.begin(hostname, context.alloc()));
    }

    @Override
    protected void onLookupComplete(
        ChannelHandlerContext context,
        @Nullable String hostname,
        Future<TlsFront.Beginning> future) {
      TlsFront.Beginning beginning = future.getNow();
      SslHandler handler = beginning.handler();
      if (!context.channel().isActive()) {
        ReferenceCountUtil.release(handler.engine());
        return;
      }
      serverName = hostname;
      certified = beginning.certified();
      context.pipeline().replace(this, SSL, handler);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion && !over) {
      Certified shown = certified;
      if (completion.isSuccess() && shown != null) {
        succeeded(context, shown);
      } else {
        end(Count.TLS_FAILED);
        context.close();
      }
    }
  }

  private void succeeded(ChannelHandlerContext context, Certified shown) {
    end(Count.TLS_HANDSHAKES);
    Secured secured = new Secured(context.pipeline().context(SSL), shown, serverName);
    boolean http2 =
        secured.session().protocol().filter(ApplicationProtocolNames.HTTP_2::equals).isPresent();
    context
        .pipeline()
        .replace(
            this,
            null,
            http2
                ? Http2ClientConnection.of(service, channel, remote, secured)
                : ClientStart.protocol(service, channel, remote, secured));
  }

  private void expired() {
    if (!over) {
      end(Count.TLS_TIMEOUTS);
      channel.close();
    }
  }

  private void end(Count how) {
    over = true;
    service.counters.increment(how);
    service.handshakeEnds();
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!over) {
      end(Count.TLS_FAILED);
    }
    service.counters.add(Count.CONNECTIONS, -1);
    service.runtime.clientLeft();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!over) {
      end(Count.TLS_FAILED);
    }
    context.close();
  }
}
