package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.Ticker;
import dev.shunt.cluster.local.ElectedMembership;
import dev.shunt.cluster.local.ElectionThread;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The membership of an array of several members: failure detection and views of JGroups, the leader
 * of jgroups-raft as the one who appoints, leases by the election machine.
 *
 * <p>Listener calls, heartbeats and their answers all happen on one thread, "cluster". JGroups'
 * threads only put things into its queue.
 */
public final class JGroupsMembership extends ElectedMembership {

  private final ClusterConfig config;
  private final Ticker ticker;
  private final Wire wire;
  private final ChannelCalls calls;
  private final Runnable threadStart;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable ChannelMember member;
  private boolean closed;

  /**
   * @param random only has to give another number at every start
   * @param threadStart what each thread does first that a heartbeat, or the answer to one, may have
   *     to wait for
   */
  public JGroupsMembership(
      ClusterConfig config, Ticker ticker, RandomGenerator random, Runnable threadStart) {
    this(config, ticker, random, threadStart, new Wire(config));
  }

  private JGroupsMembership(
      ClusterConfig config,
      Ticker ticker,
      RandomGenerator random,
      Runnable threadStart,
      Wire wire) {
    super(new ElectionThread(config, ticker, random::nextLong, wire::send, threadStart));
    this.threadStart = threadStart;
    this.config = config;
    this.ticker = ticker;
    this.wire = wire;
    this.calls = new ChannelCalls(config.self(), random.nextLong(), wire::sendReliably);
  }

  @Override
  public synchronized void start(Listener listener) throws IOException {
    Files.createDirectories(config.stateDirectory());
    checkPorts(config.selfAddress(), config.port());
    QuietLog.install();
    election.start(listener);
    try {
      member =
          new PatientJoin(config.self(), ticker, this::pause)
              .join(() -> ChannelMember.join(config, wire, election, calls, threadStart));
    } catch (IOException e) {
      election.close();
      throw e;
    }
  }

  /** Waits for the next try to join, unless this member is closed meanwhile. */
  private void pause(Duration time) throws IOException {
    try {
      if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("closed while joining");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while joining", e);
    }
  }

  private static void checkPorts(InetAddress address, int port) throws IOException {
    int detection = port + ClusterConfig.FAILURE_DETECTION_OFFSET;
    try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(address, port))) {
      udp.getLocalPort();
    } catch (IOException e) {
      throw cannotBind("UDP", address, port, e);
    }
    try (ServerSocket tcp = new ServerSocket()) {
      tcp.setReuseAddress(true);
      tcp.bind(new InetSocketAddress(address, detection));
    } catch (IOException e) {
      throw cannotBind("TCP", address, detection, e);
    }
  }

  private static IOException cannotBind(
      String protocol, InetAddress address, int port, IOException cause) {
    return new IOException(
        "cannot bind %s %s port %d: %s"
            .formatted(protocol, address.getHostAddress(), port, cause.getMessage()),
        cause);
  }

  @Override
  public MemberCalls calls() {
    return calls;
  }

  /** How much was dropped because it was malformed, foreign or too much. */
  public WireCounters counters() {
    return wire.counters(election.dropped());
  }

  /** Whether this member is the raft leader, the one who appoints; for diagnosis. */
  public synchronized boolean raftLeader() {
    return member != null && member.raftLeader();
  }

  @Override
  public void close() {
    closing.countDown();
    leave();
  }

  private synchronized void leave() {
    if (!closed) {
      closed = true;
      election.close();
      calls.close();
      if (member != null) {
        member.close();
      }
    }
  }
}
