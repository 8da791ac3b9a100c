package dev.shunt.node.http;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import dev.shunt.node.tcp.ConnectionEnds;
import dev.shunt.node.tls.TlsClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's HTTP/2 connections to one server. Requests go to the first connection that has
 * room, so that there are few, and those that are not needed become idle and are closed.
 */
final class Http2Servers implements Http2ServerConnection.Owner {

  private final ServerSlot slot;
  private final ToServers config;
  private final List<Http2ServerConnection> open = new ArrayList<>();
  private final List<Http2Opening> opening = new ArrayList<>();
  private boolean speaksHttp1;

  Http2Servers(ServerSlot slot, ToServers config) {
    this.slot = slot;
    this.config = config;
  }

  /** A stream of a connection that there is, or null. */
  @Nullable ServerSide take(HttpExchange exchange) {
    if (needsHttp1(exchange)) {
      return null;
    }
    for (int i = 0; i < open.size(); i++) {
      Http2ServerConnection there = open.get(i);
      if (there.hasRoom()) {
        Http2ServerStream stream = new Http2ServerStream(slot, exchange);
        stream.on(there);
        return stream;
      }
    }
    return null;
  }

  /** Whether the exchange wants what servers that speak both have over HTTP/1.1 for sure. */
  private boolean needsHttp1(HttpExchange exchange) {
    return exchange.request().wantsUpgrade() && config.protocol() == ServerProtocol.AUTO;
  }

  /** Waits for a connection, for a new one if need be. */
  ServerSide connect(HttpExchange exchange, ConnectionEnds ends) {
    Http2ServerStream waiting = new Http2ServerStream(slot, exchange);
    wait(waiting, ends);
    return waiting;
  }

  private void wait(Http2ServerStream waiting, ConnectionEnds ends) {
    HttpExchange exchange = waiting.exchange();
    boolean http1 = exchange != null && needsHttp1(exchange);
    int room = speaksHttp1 ? 1 : config.streams();
    for (Http2Opening there : opening) {
      if (!http1 && there.joins(waiting, room)) {
        return;
      }
    }
    Http2Opening another = new Http2Opening(this, slot, ends, http1);
    opening.add(another);
    another.begin(waiting, tls(http1));
  }

  private @Nullable TlsClient tls(boolean http1) {
    TlsClient tls = slot.loop.runtime.serverTls();
    return http1 && tls != null ? tls.http1() : tls;
  }

  /** What the last handshake showed. */
  void speaksHttp1(boolean now) {
    speaksHttp1 = now;
  }

  /** Those who wait for a connection that has no room for them wait for another. */
  void again(Http2ServerStream waiting, ConnectionEnds ends) {
    wait(waiting, ends);
  }

  void over(Http2Opening done) {
    opening.remove(done);
  }

  @Override
  public void ready(Http2ServerConnection connection) {
    open.add(connection);
    for (Http2Opening there : List.copyOf(opening)) {
      there.ready(connection);
    }
  }

  @Override
  public void leaves(Http2ServerConnection connection) {
    open.remove(connection);
  }

  @Override
  public void closed(Http2ServerConnection connection) {
    for (Http2Opening there : List.copyOf(opening)) {
      there.closed(connection);
    }
  }

  /** Bytes that wait for the server. */
  long held() {
    long sum = 0;
    for (int i = 0; i < open.size(); i++) {
      sum += open.get(i).held();
    }
    return sum;
  }

  void sweep(long now, boolean keep) {
    for (int i = open.size() - 1; i >= 0; i--) {
      Http2ServerConnection there = open.get(i);
      if (!keep || there.idleFor(now) >= slot.loop.timeouts.serverIdle) {
        there.leave();
      }
    }
  }

  void close() {
    for (Http2ServerConnection there : List.copyOf(open)) {
      there.leave();
    }
  }
}
