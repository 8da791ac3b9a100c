package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.tcp.ClientHelloReader;
import dev.shunt.node.tcp.ConnectionEnds;
import dev.shunt.node.tcp.SniTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection whose bytes go to a server as they come, and back.
 *
 * <p>What comes before the server is connected is held and reading stops; afterwards a side is read
 * only while the other takes what comes. The end of what one side sends is passed on alone, so the
 * other may go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class TcpConnection extends ChannelInboundHandlerAdapter implements Clients.Member {

  private enum Phase {
    /** The client says which server it wants. */
    HELLO,
    CONNECTING,
    RELAYING,
    CLOSED
  }

  /** What one read of the socket may bring, which TLS hands on in several parts. */
  private static final int ONE_READ = 131_072;

  private static final int MAX_PARTS = 1024;

  private final Clients.Link link = new Clients.Link(this);
  private final ServiceLoop service;
  private final Worker worker;
  private final TcpRelay relay;
  private final TcpSide client;
  private final ConnectionEnds ends;
  private final int[] tried;
  private final long key;
  private final long lifetime;
  private final long began;
  private final RequestEntry entry;
  private Phase phase = Phase.CONNECTING;
  private @Nullable ClientHelloReader hello;
  private @Nullable CompositeByteBuf held;
  private @Nullable TcpServerSide server;
  private int group = SniTable.NONE;
  private int triedCount;
  private long active;

  /**
   * @param secured its encryption, if it has one
   */
  TcpConnection(ServiceLoop service, SocketChannel channel, @Nullable Secured secured) {
    this.service = service;
    this.worker = service.worker;
    this.relay = service.runtime.config().tcp().orElse(TcpRelay.DEFAULT);
    this.client = new TcpSide(channel, secured == null ? null : secured::closeOutbound);
    this.ends = ConnectionEnds.of(channel);
    this.key = service.clientKey(ends.source().getAddress());
    this.tried = new int[service.limits.attempts()];
    this.lifetime = relay.lifetime().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    this.began = worker.now();
    this.active = began;
    this.entry = worker.history().relays(began, service, ends.source(), relay.accessLog(), "tcp");
  }

  // Events of the client's channel.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    worker.clients().add(link);
    if (worker.draining()) {
      client.close();
    } else if (service.crowded()) {
      end(TcpEnd.NO_ROOM);
    } else if (service.runtime.names() == null) {
      client.readWhenAsked();
      connect();
    } else {
      phase = Phase.HELLO;
      hello = new ClientHelloReader();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    int bytes = in.readableBytes();
    service.counters.add(Count.BYTES_IN, bytes);
    entry.bytesIn(bytes);
    active = worker.now();
    TcpServerSide to = server;
    switch (phase) {
      case HELLO -> {
        ClientHelloReader.Result result =
            hello == null ? ClientHelloReader.Result.BAD : hello.feed(in);
        hold(in);
        greeted(result);
      }
      case CONNECTING -> hold(in);
      case RELAYING -> {
        if (to == null) {
          in.release();
        } else {
          to.write(in);
        }
      }
      case CLOSED -> in.release();
    }
  }

  private void hold(ByteBuf in) {
    CompositeByteBuf waiting = held;
    if (waiting == null) {
      waiting = client.channel().alloc().compositeBuffer(MAX_PARTS);
      held = waiting;
    } else if (waiting.readableBytes() > ONE_READ + service.limits.bufferedBytes()) {
      in.release();
      end(TcpEnd.TOO_MUCH);
      return;
    }
    waiting.addComponent(true, in);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    TcpServerSide to = server;
    if (to != null && phase == Phase.RELAYING) {
      to.flush();
      readClient();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    client.writabilityChanged();
    readServer();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS) {
      client.saidAll();
      if (phase == Phase.HELLO) {
        end(TcpEnd.CLIENT_LEFT);
      } else {
        passOnEnds();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(TcpEnd.CLIENT_LEFT);
    worker.clients().remove(link);
    service.counters.add(Count.CONNECTIONS, -1);
    service.runtime.clientLeft();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(TcpEnd.CLIENT_LEFT);
    context.close();
  }

  // Choosing a server.

  private void greeted(ClientHelloReader.Result result) {
    SniTable names = service.runtime.names();
    if (phase != Phase.HELLO || result == ClientHelloReader.Result.MORE || names == null) {
      return;
    }
    if (result != ClientHelloReader.Result.COMPLETE) {
      end(TcpEnd.BAD_HELLO);
      return;
    }
    String asked = serverName();
    if (asked != null) {
      entry.name(asked);
    }
    group = names.group(asked);
    if (group == SniTable.NONE) {
      end(TcpEnd.UNKNOWN_NAME);
      return;
    }
    phase = Phase.CONNECTING;
    client.readWhenAsked();
    connect();
  }

  private @Nullable String serverName() {
    return hello == null ? null : hello.serverName();
  }

  /** Tries the next server, as long as there is one and not too many were tried. */
  private void connect() {
    if (triedCount == 0) {
      service.retries.request(began);
    }
    int chosen =
        triedCount == tried.length || (triedCount > 0 && !service.retries.allows())
            ? Exchange.NO_SERVER
            : service.choose(service.groups.pool(group), tried, triedCount, key);
    if (chosen == Exchange.NO_SERVER) {
      end(triedCount == 0 ? TcpEnd.NO_SERVER : TcpEnd.NOT_CONNECTED);
      return;
    }
    if (triedCount == 0) {
      service.counters.increment(Count.REQUESTS);
      service.counters.add(Count.ACTIVE, 1);
    }
    tried[triedCount++] = chosen;
    ServerSlot slot = service.slot(chosen);
    entry.tries(chosen, Why.BALANCED, slot.active(), worker.now());
    TcpServerSide to = new TcpServerSide(slot, this);
    server = to;
    to.open(ends);
  }

  // What the server's side tells.

  void connected() {
    TcpServerSide to = server;
    if (phase != Phase.CONNECTING || to == null) {
      return;
    }
    phase = Phase.RELAYING;
    active = worker.now();
    service.recordLatency(active - began);
    entry.result(Result.SENT);
    CompositeByteBuf first = held;
    if (first != null) {
      held = null;
      to.write(first);
      to.flush();
    }
    passOnEnds();
    to.side().readWhenAsked();
    readClient();
    readServer();
  }

  void notConnected() {
    if (phase == Phase.CONNECTING) {
      server = null;
      entry.result(Result.CONNECT_FAILED);
      connect();
    }
  }

  /** Takes what the server sends. */
  void serverRead(ByteBuf in) {
    if (phase != Phase.RELAYING) {
      in.release();
      return;
    }
    service.counters.add(Count.BYTES_OUT, in.readableBytes());
    entry.bytesOut(in.readableBytes());
    active = worker.now();
    entry.heard(active);
    client.write(in);
  }

  /** All that one read of the server's side brought is there. */
  void serverReadComplete() {
    client.flush();
    readServer();
  }

  /** Reads on where the client takes what comes. */
  private void readServer() {
    TcpServerSide from = server;
    if (phase == Phase.RELAYING && from != null && client.writable()) {
      from.side().read();
    }
  }

  /** Reads on where the server takes what comes. */
  void readClient() {
    TcpServerSide to = server;
    if (phase == Phase.RELAYING && to != null && to.side().writable()) {
      client.read();
    }
  }

  /** Whoever said all is told on; when both have, and both were told, it is over. */
  void passOnEnds() {
    TcpServerSide to = server;
    if (phase != Phase.RELAYING || to == null) {
      return;
    }
    if (client.hasSaidAll()) {
      to.side().finish(this::closeIfFinished);
    }
    if (to.side().hasSaidAll()) {
      client.finish(this::closeIfFinished);
    }
  }

  private void closeIfFinished() {
    TcpServerSide to = server;
    if (to != null && client.finished() && to.side().finished()) {
      end(TcpEnd.COMPLETE);
    }
  }

  // The end.

  /** Ends both sides, so that neither takes what it got for complete unless it is. */
  void end(TcpEnd how) {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    how.count(service.counters);
    entry.answered(0, how.word());
    worker.history().end(entry, worker.now());
    log(how);
    CompositeByteBuf waiting = held;
    if (waiting != null) {
      held = null;
      waiting.release();
    }
    TcpServerSide to = server;
    if (triedCount > 0) {
      service.counters.add(Count.ACTIVE, -1);
    }
    if (how == TcpEnd.COMPLETE) {
      client.close();
    } else {
      client.reset();
    }
    if (to != null) {
      to.end(how == TcpEnd.COMPLETE);
    }
  }

  private void log(TcpEnd how) {
    if (relay.accessLog()) {
      TcpAccessLog.ended(
          service.runtime.config().name(),
          ends.source(),
          serverName(),
          triedCount == 0 ? null : service.runtime.pool().server(tried[triedCount - 1]).name(),
          triedCount,
          entry,
          worker.now() - began,
          how);
    }
  }

  @Override
  public long held() {
    TcpServerSide to = server;
    CompositeByteBuf kept = held;
    return Backlog.of(client.channel())
        + (kept == null ? 0 : kept.readableBytes())
        + (to == null ? 0 : to.held());
  }

  @Override
  public void makeRoom() {
    end(TcpEnd.CUT_FOR_ROOM);
  }

  @Override
  public void checkDeadline(long now) {
    if (now - began >= lifetime) {
      end(TcpEnd.TOO_OLD);
    } else if (phase == Phase.HELLO) {
      if (now - began >= service.timeouts.header) {
        end(TcpEnd.HELLO_TIMEOUT);
      }
    } else if (phase == Phase.RELAYING) {
      checkRelaying(now);
    }
  }

  private void checkRelaying(long now) {
    TcpServerSide to = server;
    long limit = service.timeouts.writeStall;
    if (client.stalled(now, limit) || (to != null && to.side().stalled(now, limit))) {
      end(TcpEnd.STALLED);
    } else if (now - active >= service.timeouts.tunnel) {
      end(TcpEnd.IDLE);
    }
  }

  /** Whoever has a server may go on until the patience is over. */
  @Override
  public void closeIfIdle() {
    if (phase == Phase.HELLO) {
      end(TcpEnd.DRAINED);
    }
  }

  @Override
  public void reset() {
    end(TcpEnd.DRAINED);
  }
}
