package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.tcp.ConnectionEnds;
import dev.shunt.node.tcp.ProxyHeaderSender;
import dev.shunt.node.tls.TlsClient;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One event loop's connections to one server; one thread. */
final class ServerSlot {

  final ServiceLoop loop;
  final int server;
  final Counters counters = new Counters(ServerCount.values().length);

  private final Bootstrap bootstrap;
  private final InetSocketAddress address;
  private final Duration connectTimeout;
  private final int maxActive;
  private final int maxIdle;
  private final ProxyProtocol.@Nullable Version toServers;
  private final @Nullable Http2Servers http2;

  /** The one used last is taken first, so that surplus ones grow old and are closed. */
  private final ArrayDeque<ServerConnection> idle = new ArrayDeque<>();

  private int active;

  ServerSlot(ServiceLoop loop, int server, HttpService config, int loops) {
    this.loop = loop;
    this.server = server;
    this.maxActive = share(loop.limits.pendingPerServer(), loops);
    this.maxIdle = share(loop.limits.idlePerServer(), loops);
    this.address = config.servers().get(server).address();
    this.connectTimeout = config.timeouts().connect();
    this.bootstrap =
        new Bootstrap()
            .group(loop.worker.eventLoop())
            .channel(loop.worker.transport().channel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, config.timeouts().connect().toMillis()))
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark(loop.limits.bufferedBytes()))
            .option(ChannelOption.ALLOW_HALF_CLOSURE, config.tcp().isPresent())
            .remoteAddress(address);
    this.toServers = config.proxy().toServers().orElse(null);
    this.http2 = config.toServers().http2() ? new Http2Servers(this, config.toServers()) : null;
  }

  static WriteBufferWaterMark waterMark(int bufferedBytes) {
    return new WriteBufferWaterMark(bufferedBytes / 2, bufferedBytes);
  }

  static int share(int of, int loops) {
    return (of + loops - 1) / loops;
  }

  int active() {
    return active;
  }

  boolean hasRoom() {
    return active < maxActive;
  }

  void begin() {
    active++;
    counters.add(ServerCount.ACTIVE, 1);
    counters.increment(ServerCount.REQUESTS);
  }

  void end() {
    active--;
    counters.add(ServerCount.ACTIVE, -1);
  }

  /** The server's side of an exchange on a connection that there is, or null. */
  @Nullable ServerSide take(HttpExchange exchange) {
    Http2Servers streams = http2;
    ServerSide stream = streams == null ? null : streams.take(exchange);
    return stream == null ? takeIdle(exchange) : stream;
  }

  private @Nullable ServerConnection takeIdle(HttpExchange exchange) {
    ServerConnection last = idle.pollLast();
    while (last != null && !last.active()) {
      last = idle.pollLast();
    }
    if (last != null) {
      last.assign(exchange);
    }
    return last;
  }

  /** Opens a connection for an exchange, which is told how it went. */
  ServerSide connect(HttpExchange exchange, ConnectionEnds ends) {
    if (http2 != null) {
      return http2.connect(exchange, ends);
    }
    ServerConnection connection = new ServerConnection(this, exchange);
    connection.connecting(open(connection, ends));
    return connection;
  }

  /**
   * Opens a connection that {@code handler} is told of.
   *
   * @param ends whose it is, which the server is told where the service wants it
   */
  ChannelFuture open(ChannelHandler handler, ConnectionEnds ends) {
    return open(handler, ends, loop.runtime.serverTls());
  }

  /**
   * Opens a connection with a TLS of its own.
   *
   * @param tls absent: none
   */
  ChannelFuture open(ChannelHandler handler, ConnectionEnds ends, @Nullable TlsClient tls) {
    ProxyProtocol.Version version = toServers;
    return bootstrap
        .clone()
        .handler(tls == null && version == null ? handler : prepared(tls, version, ends, handler))
        .connect();
  }

  private ChannelHandler prepared(
      @Nullable TlsClient tls,
      ProxyProtocol.@Nullable Version version,
      ConnectionEnds ends,
      ChannelHandler handler) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (version != null) {
          channel.pipeline().addLast(new ProxyHeaderSender(version, Optional.of(ends)));
        }
        if (tls != null) {
          channel.pipeline().addLast(tls.newHandler(channel.alloc(), address, connectTimeout));
        }
        channel.pipeline().addLast(handler);
      }
    };
  }

  /** Tells when a connection, with its encryption if it has one, is open, or why it is not. */
  static void whenOpen(ChannelFuture opening, BiConsumer<Boolean, @Nullable Throwable> told) {
    opening.addListener(f -> {
      SslHandler tls = f.isSuccess() ? opening.channel().pipeline().get(SslHandler.class) : null;
      if (tls == null) {
        told.accept(f.isSuccess(), f.cause());
      } else {
        tls.handshakeFuture().addListener(h -> told.accept(h.isSuccess(), h.cause()));
      }
    });
  }

  /** Whether a connection is one client's alone, because its server was told whose it is. */
  boolean namesClients() {
    return toServers != null;
  }

  /** Keeps a connection for later, or closes it when there are enough. */
  void putIdle(ServerConnection connection, long now) {
    if (idle.size() >= maxIdle || loop.worker.draining()) {
      connection.close();
      return;
    }
    connection.idleSince(now);
    idle.addLast(connection);
  }

  void gone(ServerConnection connection) {
    idle.removeLastOccurrence(connection);
  }

  void sweep(long now, boolean keep) {
    while (!idle.isEmpty()
        && (!keep || now - idle.peekFirst().idleSince() >= loop.timeouts.serverIdle)) {
      idle.pollFirst().close();
    }
    if (http2 != null) {
      http2.sweep(now, keep);
    }
  }

  void close() {
    if (http2 != null) {
      http2.close();
    }
    while (!idle.isEmpty()) {
      idle.pollFirst().close();
    }
  }
}
