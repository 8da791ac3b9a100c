package dev.shunt.node.health;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.tcp.ProxyHeaderSender;
import dev.shunt.node.tls.TlsClient;
import dev.shunt.node.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One health check: connects, or asks for a path and looks at the status. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Probe {

  /** {@code HTTP/1.1 200}: all of a response over HTTP/1.1 that is looked at. */
  private static final int STATUS_LINE = 12;

  private final HealthCheck check;
  private final EventLoop eventLoop;
  private final Transport transport;
  private final ChannelGroup underWay;
  private final @Nullable TlsClient tls;
  private final ProxyProtocol.@Nullable Version header;
  private final ServerProtocol protocol;
  private final byte[] request;

  Probe(HealthCheck check, EventLoop eventLoop, Transport transport, ChannelGroup underWay) {
    this(check, eventLoop, transport, underWay, null, null, ServerProtocol.HTTP1);
  }

  /**
   * @param underWay has the connections of checks while they are open
   * @param tls with which checks are encrypted; one that only connects then shakes hands too
   * @param header of the PROXY protocol that servers want to see first
   * @param protocol that servers are asked in, and with TLS must agree to
   */
  Probe(
      HealthCheck check,
      EventLoop eventLoop,
      Transport transport,
      ChannelGroup underWay,
      @Nullable TlsClient tls,
      ProxyProtocol.@Nullable Version header,
      ServerProtocol protocol) {
    this.protocol = protocol;
    this.header = header;
    this.underWay = underWay;
    this.tls = tls;
    this.check = check;
    this.eventLoop = eventLoop;
    this.transport = transport;
    this.request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: shunt-health\r\nConnection: close\r\n\r\n"
            .formatted(check.path(), check.host())
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Checks a server; {@code result} is told once, on the event loop. */
  void run(InetSocketAddress address, Consumer<Boolean> result) {
    Attempt attempt = new Attempt(result);
    int timeout = (int) check.timeout().toMillis();
    ChannelFuture connecting =
        new Bootstrap()
            .group(eventLoop)
            .channel(transport.channel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
            .handler(prepared(address, attempt))
            .connect(address);
    Channel channel = connecting.channel();
    underWay.add(channel);
    Future<?> timer =
        eventLoop.schedule(() -> attempt.end(channel, false), timeout, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
    connecting.addListener(connected -> {
      if (!connected.isSuccess()) {
        attempt.end(channel, false);
      } else {
        connected(attempt, channel);
      }
    });
  }

  private ChannelHandler prepared(InetSocketAddress address, ChannelHandler attempt) {
    if (tls == null && header == null) {
      return attempt;
    }
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (header != null) {
          channel.pipeline().addLast(new ProxyHeaderSender(header, Optional.empty()));
        }
        if (tls != null) {
          channel.pipeline().addLast(tls.newHandler(channel.alloc(), address, check.timeout()));
        }
        channel.pipeline().addLast(attempt);
      }
    };
  }

  private void connected(Attempt attempt, Channel channel) {
    SslHandler handshake = channel.pipeline().get(SslHandler.class);
    if (handshake == null) {
      open(attempt, channel, protocol == ServerProtocol.H2C);
      return;
    }
    handshake
        .handshakeFuture()
        .addListener(done -> {
          boolean http2 = ApplicationProtocolNames.HTTP_2.equals(handshake.applicationProtocol());
          if (done.isSuccess() && (http2 || protocol != ServerProtocol.H2)) {
            open(attempt, channel, http2);
          } else {
            attempt.end(channel, false);
          }
        });
  }

  private void open(Attempt attempt, Channel channel, boolean http2) {
    if (check.kind() == HealthCheck.Kind.TCP) {
      attempt.end(channel, true);
    } else if (http2) {
      askOverHttp2(attempt, channel);
    } else {
      channel.writeAndFlush(Unpooled.wrappedBuffer(request), channel.voidPromise());
    }
  }

  private void askOverHttp2(Attempt attempt, Channel channel) {
    Http2ConnectionHandler http2 =
        new Http2ConnectionHandlerBuilder()
            .server(false)
            .gracefulShutdownTimeoutMillis(0)
            .initialSettings(new Http2Settings().pushEnabled(false))
            .frameListener(attempt.frames())
            .build();
    channel.pipeline().addBefore(channel.pipeline().context(attempt).name(), null, http2);
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("GET")
            .scheme(tls == null ? "http" : "https")
            .authority(check.host())
            .path(check.path())
            .set("user-agent", "shunt-health");
    ChannelHandlerContext context = channel.pipeline().context(http2);
    http2.encoder().writeHeaders(context, 1, headers, 0, true, context.newPromise());
    http2.flush(context);
  }

  /** The connection of one check. */
  private final class Attempt extends SimpleChannelInboundHandler<ByteBuf> {
    private final Consumer<Boolean> result;
    private final byte[] line = new byte[STATUS_LINE];
    private int length;
    private boolean ended;

    Attempt(Consumer<Boolean> result) {
      this.result = result;
    }

    private void end(Channel channel, boolean success) {
      if (!ended) {
        ended = true;
        channel.close();
        result.accept(success);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
      int taken = Math.min(STATUS_LINE - length, in.readableBytes());
      in.readBytes(line, length, taken);
      length += taken;
      if (length == STATUS_LINE) {
        end(context.channel(), succeeds(new String(line, StandardCharsets.ISO_8859_1)));
      }
    }

    /** What is looked at over HTTP/2. */
    private Http2FrameListener frames() {
      return new Http2FrameAdapter() {
        @Override
        public void onHeadersRead(
            ChannelHandlerContext context,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last) {
          String status = String.valueOf(headers.status());
          if (!status.startsWith("1")) {
            end(context.channel(), succeeds("HTTP/1.1 " + status));
          }
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int id, long code) {
          end(context.channel(), false);
        }
      };
    }

    private boolean succeeds(String text) {
      if (!text.matches("HTTP/1\\.[01] [1-5][0-9][0-9]")) {
        return false;
      }
      int status = Integer.parseInt(text, 9, STATUS_LINE, 10);
      return status >= check.lowestStatus() && status <= check.highestStatus();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end(context.channel(), false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(context.channel(), false);
    }
  }
}
