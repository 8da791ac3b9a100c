package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import dev.shunt.node.ServerPool;
import dev.shunt.node.UdpRelay;
import dev.shunt.node.tcp.ConnectionEnds;
import dev.shunt.node.tcp.ProxyHeaders;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's datagrams, which go to one server for as long as that works, and the server's answers,
 * which go back from the address that the client sent to.
 */
final class UdpSession implements Clients.Member {

  private final Clients.Link link = new Clients.Link(this);
  private final ServiceLoop service;
  private final Worker worker;
  private final UdpListener listener;
  private final UdpRelay relay;
  private final InetSocketAddress client;
  private final byte @Nullable [] header;
  private final int[] unreachable = {Exchange.NO_SERVER};
  private final long lifetime;
  private final long began;
  private final RequestEntry entry;
  private FlowTable.@Nullable Entry<UdpSession> place;
  private @Nullable UdpServerSide side;
  private int server = Exchange.NO_SERVER;
  private boolean ended;
  private long active;

  /** When the datagram came that is not answered yet; 0 if there is none. */
  private long asked;

  /** Answers that are still to come, where they are counted. */
  private long owed;

  /**
   * @param local what the client sends to
   */
  UdpSession(
      ServiceLoop service,
      UdpListener listener,
      UdpRelay relay,
      InetSocketAddress client,
      InetSocketAddress local) {
    this.service = service;
    this.worker = service.worker;
    this.listener = listener;
    this.relay = relay;
    this.client = client;
    this.header =
        service.runtime.config().proxy().toServers().isPresent()
            ? ProxyHeaders.ofDatagrams(Optional.of(new ConnectionEnds(client, local)))
            : null;
    this.lifetime = relay.lifetime().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    this.began = worker.now();
    this.active = began;
    this.entry = worker.datagrams().relays(began, service, client, relay.accessLog(), "udp");
  }

  /** Begins with a server, and is in the table then; or false. */
  boolean begin(FlowTable<UdpSession> table) {
    if (!choose()) {
      return false;
    }
    place = table.add(client, this);
    worker.clients().add(link);
    service.counters.increment(Count.ACCEPTED);
    service.counters.increment(Count.REQUESTS);
    service.counters.add(Count.CONNECTIONS, 1);
    service.counters.add(Count.ACTIVE, 1);
    return true;
  }

  private boolean choose() {
    ServerPool pool = service.runtime.pool();
    long key = service.clientKey(client.getAddress());
    int known = unreachable[0] == Exchange.NO_SERVER ? 0 : 1;
    int chosen = service.choose(pool, unreachable, known, key);
    if (chosen == Exchange.NO_SERVER && known > 0) {
      chosen = service.choose(pool, unreachable, 0, key); // Perhaps it listens again.
    }
    if (chosen == Exchange.NO_SERVER) {
      service.counters.increment(Count.NO_SERVER);
      return false;
    }
    ServerSlot slot = service.slot(chosen);
    entry.tries(chosen, Why.BALANCED, slot.active(), worker.now());
    side = UdpServerSide.open(slot, this).orElse(null);
    if (side == null) {
      entry.result(Result.CONNECT_FAILED);
      return false;
    }
    entry.result(Result.SENT);
    server = chosen;
    return true;
  }

  // What comes.

  /** Takes a datagram of the client. */
  void fromClient(ByteBuf datagram) {
    active = worker.now();
    entry.datagramIn(datagram.readableBytes());
    if (side != null && !service.runtime.pool().server(server).state().keepsSessions()) {
      entry.result(Result.GONE);
      leaveServer();
    }
    if (side == null) {
      service.counters.increment(Count.UDP_MOVED);
      if (!choose()) {
        return;
      }
    }
    UdpServerSide to = side;
    if (to != null) {
      asked = asked == 0 ? active : asked;
      owed += relay.responses();
      to.send(header, datagram);
    }
  }

  /** What was asked of a server that is gone is not answered any more. */
  private void leaveServer() {
    UdpServerSide left = side;
    side = null;
    asked = 0;
    owed = 0;
    if (left != null) {
      left.close();
    }
  }

  /** Takes a datagram of the server. */
  void fromServer(UdpServerSide from, ByteBuf datagram) {
    active = worker.now();
    if (asked != 0) {
      from.slot.answered(0, asked);
      service.recordLatency(active - asked);
      asked = 0;
    }
    entry.heard(active);
    if (listener.send(datagram, client)) {
      entry.datagramOut(datagram.readableBytes());
    }
    if (relay.responses() > 0 && --owed <= 0) {
      end(UdpEnd.COMPLETE);
    }
  }

  /** Nobody listens at the server: the next datagram goes to another one. */
  void unreachable(UdpServerSide from) {
    service.counters.increment(Count.CONNECT_FAILURES);
    from.slot.failed();
    service.runtime.connectFailed(from.slot.server);
    unreachable[0] = from.slot.server;
    entry.result(Result.CONNECT_FAILED);
    leaveServer();
  }

  // The end.

  /** Once more is not wrong. */
  void end(UdpEnd how) {
    if (ended) {
      return;
    }
    ended = true;
    how.count(service.counters);
    entry.answered(0, how.word());
    worker.datagrams().end(entry, worker.now());
    if (relay.accessLog()) {
      log(how);
    }
    leaveServer();
    if (place != null) {
      listener.forget(place);
      worker.clients().remove(link);
      service.counters.add(Count.CONNECTIONS, -1);
      service.counters.add(Count.ACTIVE, -1);
    }
    service.runtime.clientLeft();
    ClientCounts counts = service.runtime.perClient();
    if (counts != null) {
      counts.left(client.getAddress());
    }
  }

  private void log(UdpEnd how) {
    UdpAccessLog.ended(
        service.runtime.config().name(),
        client,
        server == Exchange.NO_SERVER ? null : service.runtime.pool().server(server).name(),
        entry,
        worker.now() - began,
        how);
  }

  @Override
  public void checkDeadline(long now) {
    if (now - began >= lifetime) {
      end(UdpEnd.TOO_OLD);
    } else if (now - active >= service.datagramIdle) {
      end(UdpEnd.IDLE);
    }
  }

  /** It goes on until the patience is over: nothing tells that its client has no more to say. */
  @Override
  public void closeIfIdle() {}

  @Override
  public void reset() {
    end(UdpEnd.DRAINED);
  }
}
