package dev.shunt.node.http;

import dev.shunt.node.Balancing;
import dev.shunt.node.HttpService;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.choice.Outcomes;
import dev.shunt.node.choice.PeakEwma;
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
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One event loop's connections to one server; one thread. */
final class ServerSlot {

  /** A failure counts as a response after so long: failing quickly must not draw requests. */
  private static final long PENALTY_NANOS = TimeUnit.SECONDS.toNanos(1);

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

  private final @Nullable Outcomes outcomes;
  private final @Nullable PeakEwma responseTime;

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
            .channelFactory(loop.worker.sockets())
            .disableResolver() // Servers are addresses already.
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, config.timeouts().connect().toMillis()))
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark(loop.limits.bufferedBytes()))
            .option(ChannelOption.ALLOW_HALF_CLOSURE, config.tcp().isPresent())
            .remoteAddress(address);
    this.responseTime =
        config.routing().balancing() == Balancing.RESPONSE_TIME ? new PeakEwma() : null;
    this.outcomes = loop.runtime.outcomes();
    this.toServers = config.proxy().toServers().orElse(null);
    this.http2 = config.toServers().http2() ? new Http2Servers(this, config.toServers()) : null;
  }

  static WriteBufferWaterMark waterMark(int bufferedBytes) {
    return new WriteBufferWaterMark(bufferedBytes / 2, bufferedBytes);
  }

  static int share(int of, int loops) {
    return (of + loops - 1) / loops;
  }

  InetSocketAddress address() {
    return address;
  }

  int active() {
    return active;
  }

  boolean hasRoom() {
    return active < maxActive;
  }

  /** A connection is open, or a socket for datagrams. */
  void opened() {
    counters.increment(ServerCount.OPENED);
    counters.add(ServerCount.CONNECTIONS, 1);
  }

  /** What was {@link #opened} is not any more. */
  void closed() {
    counters.add(ServerCount.CONNECTIONS, -1);
  }

  void begin() {
    active++;
    loop.underWay++;
    counters.add(ServerCount.ACTIVE, 1);
    counters.increment(ServerCount.REQUESTS);
  }

  void end() {
    active--;
    loop.underWay--;
    counters.add(ServerCount.ACTIVE, -1);
  }

  /** How long it takes, where that decides, else null. */
  @Nullable PeakEwma responseTime() {
    return responseTime;
  }

  /**
   * It responded with a status; 0 where it only accepted a connection.
   *
   * @param since when it had all that it was asked
   */
  void answered(int status, long since) {
    PeakEwma time = responseTime;
    if (time != null) {
      long now = loop.worker.now();
      boolean quickly = status < 502 || status > 504;
      time.record(quickly ? now - since : Math.max(now - since, PENALTY_NANOS), now);
    }
    Outcomes told = outcomes;
    if (told == null) {
      return;
    }
    if (told.isFailure(status)) {
      counters.increment(ServerCount.FAILED);
      told.failed(server);
    } else {
      counters.increment(ServerCount.SUCCEEDED);
      told.succeeded(server);
    }
  }

  /** It failed what it was asked: no connection, no response, or a bad one. */
  void failed() {
    counters.increment(ServerCount.ERRORS);
    PeakEwma time = responseTime;
    if (time != null) {
      time.record(PENALTY_NANOS, loop.worker.now());
    }
    Outcomes told = outcomes;
    if (told != null) {
      counters.increment(ServerCount.FAILED);
      told.failed(server);
    }
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

  /**
   * Tells when a connection, with its encryption if it has one, is open, or why it is not: on the
   * event loop's thread, and never before whoever opens it has returned. A failure that is there at
   * once (no socket, for too many files are open, or the loop does not take it) would be told in
   * the middle of that, or by a thread of Netty's own.
   */
  void whenOpen(ChannelFuture opening, BiConsumer<Boolean, @Nullable Throwable> told) {
    if (opening.isDone() && !opening.isSuccess()) {
      loop.worker.eventLoop().execute(() -> told.accept(false, opening.cause()));
      return;
    }
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

  /** Bytes that wait for the server on connections that exchanges share. */
  long held() {
    return http2 == null ? 0 : http2.held();
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
