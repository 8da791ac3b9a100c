package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeConfig;
import dev.shunt.node.Server;
import dev.shunt.node.transport.Transport;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A node's event loop with one service and one server, without a system below: connections are
 * {@link MemorySocket}s, one thread does all, the clock stands still until it is turned, and every
 * byte of the node's buffers is counted. The same calls have the same results, always.
 */
final class MemoryNode {

  /** The other end of a connection. */
  interface Peer {
    /** The node has sent this. */
    void takes(byte[] bytes);

    /** The node has closed the connection, or its own side of it. */
    void closed();
  }

  private static final int MOST_ROUNDS = 200_000;
  private static final long TICK_MILLIS = 100;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);

  /** Its loop and its time are those of all. */
  private final EmbeddedChannel loop = new EmbeddedChannel();

  private final List<Connection> connections = new ArrayList<>();
  private final Function<MemorySocket, Peer> server;
  private final ServiceLoop service;
  private final Worker worker;
  private long millis;
  private boolean sockets = true;

  /** A connection and who is there. */
  private static final class Connection {
    private final MemorySocket socket;
    private final Peer peer;
    private boolean over;

    Connection(MemorySocket socket, Peer peer) {
      this.socket = socket;
      this.peer = peer;
    }
  }

  /**
   * @param change to a service that has everything at its default
   * @param server what the server does with each connection
   */
  MemoryNode(UnaryOperator<HttpService> change, Function<MemorySocket, Peer> server) {
    this.server = server;
    HttpService config =
        HttpService.of(
                "web",
                List.of(Listener.on(loopback(80))),
                List.of(new Server("s1", loopback(81), 1)))
            .with(HealthCheck.none());
    ServiceRuntime runtime =
        new ServiceRuntime(change.apply(config), List.of(), new StageMeters(), null, null);
    loop.freezeTime();
    worker =
        new Worker(
            loop.eventLoop(),
            Transport.NIO,
            this::toServer,
            () -> TimeUnit.MILLISECONDS.toNanos(millis),
            InstantSource.fixed(Instant.EPOCH),
            new Random(1),
            new Backlog(NodeConfig.MAX_BUFFERED_BYTES));
    service = new ServiceLoop(worker, runtime, 1, 0);
    worker.add(service);
    worker.start();
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(LOOPBACK, port);
  }

  private MemorySocket toServer() {
    if (!sockets) {
      throw new ChannelException("too many open files");
    }
    MemorySocket socket = new MemorySocket(memory, false);
    connections.add(new Connection(socket, server.apply(socket)));
    return socket;
  }

  /** A client connects. */
  MemorySocket connect(Function<MemorySocket, Peer> client) {
    MemorySocket socket = new MemorySocket(memory, true);
    connections.add(new Connection(socket, client.apply(socket)));
    int buffered = service.limits.bufferedBytes();
    socket.config().setWriteBufferWaterMark(ServerSlot.waterMark(buffered));
    var _ = loop.eventLoop().register(socket);
    require(service.runtime.admitClient(), "there is room for another client");
    service.counters.add(Count.CONNECTIONS, 1);
    ClientStart.accepted(service, socket, socket.remoteAddress());
    run();
    return socket;
  }

  /** Does all that is to be done at this time. */
  void run() {
    int rounds = 0;
    boolean more = true;
    while (more) {
      require(++rounds < MOST_ROUNDS, "it never comes to rest");
      loop.runPendingTasks();
      loop.checkException();
      loop.runScheduledPendingTasks();
      more = loop.hasPendingTasks();
      for (int i = 0; i < connections.size(); i++) {
        Connection each = connections.get(i);
        more |= each.socket.readsOnce();
        more |= exchanged(each);
      }
    }
  }

  private static boolean exchanged(Connection of) {
    byte[] written = of.socket.written();
    if (written.length > 0) {
      of.peer.takes(written);
    }
    boolean ends = !of.over && (!of.socket.isOpen() || of.socket.isOutputShutdown());
    if (ends) {
      of.over = true;
      of.peer.closed();
    }
    return ends || written.length > 0;
  }

  /** So many tenths of a second go by. */
  void passTime(int tenths) {
    for (int i = 0; i < tenths; i++) {
      millis += TICK_MILLIS;
      loop.advanceTimeBy(TICK_MILLIS, TimeUnit.MILLISECONDS);
      loop.runScheduledPendingTasks();
      loop.checkException();
      run();
    }
  }

  /** How many windows of time of {@link FrameBudget} have begun, or might have. */
  int windows() {
    return 2 + (int) (TimeUnit.MILLISECONDS.toSeconds(millis) / 10);
  }

  /** Clients are asked to leave. */
  void drain() {
    worker.drain();
    worker.flushPending();
    run();
  }

  /** Whether there are sockets to be had for connections to the server. */
  void sockets(boolean there) {
    sockets = there;
  }

  ServiceLoop service() {
    return service;
  }

  /** Bytes in all buffers that the node has not released. */
  long memory() {
    return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
  }

  /** Lets all time-outs pass, and looks that nothing is left of anything. */
  void end(int tenths) {
    for (int i = 0; i < tenths && isAnyOpen(); i++) {
      passTime(1);
    }
    for (Connection each : connections) {
      require(!each.socket.isOpen(), "a connection is never closed");
    }
    same(0L, service.counters.get(Count.CONNECTIONS), "connections are left in the count");
    same(0L, service.counters.get(Count.ACTIVE), "requests are left in the count");
    same(0, service.underWay, "requests are under way without a connection");
    same(0, service.slot(0).active(), "requests have a server without a connection");
    same(0, worker.clients().size(), "clients are left in the list");
    same(
        0L,
        service.slot(0).counters.get(ServerCount.CONNECTIONS),
        "a server's connections are left in the count");
    same(0L, memory(), "bytes of buffers that nobody released");
  }

  private boolean isAnyOpen() {
    return connections.stream().anyMatch(each -> each.socket.isOpen());
  }
}
