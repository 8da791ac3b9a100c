package dev.shunt.node.http;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.tcp.ConnectionEnds;
import dev.shunt.node.tls.TlsClient;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server that may become one of HTTP/2, until it is known what it is; and who
 * waits for it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Http2Opening extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Http2Opening.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Http2Servers servers;
  private final ServerSlot slot;
  private final ConnectionEnds ends;
  private final boolean http1;
  private final List<Http2ServerStream> waiting = new ArrayList<>();
  private @Nullable Http2ServerConnection becomes;

  /**
   * @param http1 whether HTTP/1.1 is to be spoken
   */
  Http2Opening(Http2Servers servers, ServerSlot slot, ConnectionEnds ends, boolean http1) {
    this.servers = servers;
    this.slot = slot;
    this.ends = ends;
    this.http1 = http1;
  }

  void begin(Http2ServerStream first, @Nullable TlsClient tls) {
    waiting.add(first);
    ChannelFuture future = slot.open(this, ends, tls);
    if (future.channel() instanceof SocketChannel channel) {
      slot.whenOpen(future, (success, cause) -> opened(channel, success, cause));
    } else {
      // There was not even a socket: too many files are open.
      slot.loop.worker.eventLoop().execute(() -> failed(false));
    }
  }

  /** Whether another waits for it too, of at most so many. */
  boolean joins(Http2ServerStream another, int room) {
    return !http1 && waiting.size() < room && waiting.add(another);
  }

  private void opened(SocketChannel channel, boolean success, @Nullable Throwable cause) {
    if (!success) {
      failed(
          cause instanceof ConnectTimeoutException
              || cause instanceof SslHandshakeTimeoutException);
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    boolean agreed =
        tls == null || ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
    if (http1) {
      becomesHttp1(channel);
    } else if (agreed) {
      servers.speaksHttp1(false);
      Http2ServerConnection http2 = Http2ServerConnection.of(slot, channel, tls != null, servers);
      becomes = http2;
      channel.pipeline().replace(this, null, http2);
    } else if (slot.loop.runtime.config().toServers().protocol() == ServerProtocol.AUTO) {
      servers.speaksHttp1(true);
      becomesHttp1(channel);
    } else {
      tell("does not agree to HTTP/2 (ALPN h2)");
      channel.close();
      failed(false);
    }
    slot.loop.worker.flushPending();
  }

  private void tell(String what) {
    Worker worker = slot.loop.worker;
    if (worker.mayLog(worker.now(), LOG_EVERY_NANOS)) {
      var config = slot.loop.runtime.config();
      LOG.warn(
          "service {}: server {} {}",
          config.name(),
          config.servers().get(slot.server).name(),
          what);
    }
  }

  /** The first who waits has it, the others each open one of their own. */
  private void becomesHttp1(Channel channel) {
    servers.over(this);
    HttpExchange first = null;
    for (Http2ServerStream each : waiting) {
      HttpExchange exchange = each.exchange();
      if (exchange == null) {
        continue;
      }
      if (first == null) {
        first = exchange;
      } else {
        servers.again(each, ends);
      }
    }
    waiting.clear();
    ServerConnection connection = new ServerConnection(slot, first);
    channel.pipeline().replace(this, null, connection);
    connection.adopt(channel);
  }

  /** A connection can be used; if it is this, those who wait get streams of it. */
  @SuppressWarnings("ReferenceEquality") // It is about this very connection.
  void ready(Http2ServerConnection connection) {
    if (becomes != connection) {
      return;
    }
    servers.over(this);
    boolean any = connection.hasRoom();
    for (Http2ServerStream each : waiting) {
      HttpExchange exchange = each.exchange();
      if (exchange == null) {
        continue;
      }
      if (connection.hasRoom()) {
        each.on(connection);
        exchange.connected(each);
      } else if (any) {
        servers.again(each, ends);
      } else {
        fail(each, false);
      }
    }
    waiting.clear();
    if (!any) {
      tell("allows no streams (SETTINGS_MAX_CONCURRENT_STREAMS 0)");
      slot.loop.runtime.connectFailed(slot.server);
      connection.leave();
    }
  }

  /** A connection ended; if it is this, it never came to be one of HTTP/2. */
  @SuppressWarnings("ReferenceEquality") // It is about this very connection.
  void closed(Http2ServerConnection connection) {
    if (becomes == connection) {
      tell("does not speak HTTP/2: it sent no SETTINGS");
      failed(false);
    }
  }

  private void failed(boolean timedOut) {
    servers.over(this);
    slot.loop.counters.increment(Count.CONNECT_FAILURES);
    slot.loop.runtime.connectFailed(slot.server);
    for (Http2ServerStream each : List.copyOf(waiting)) {
      fail(each, timedOut);
    }
    waiting.clear();
    slot.loop.worker.flushPending();
  }

  private static void fail(Http2ServerStream waiter, boolean timedOut) {
    HttpExchange exchange = waiter.exchange();
    waiter.leave();
    if (exchange != null) {
      exchange.connectFailed(waiter, timedOut);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
