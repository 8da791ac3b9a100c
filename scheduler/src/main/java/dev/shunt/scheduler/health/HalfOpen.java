package dev.shunt.scheduler.health;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.PathAnswer;
import dev.shunt.scheduler.PathChecks;
import dev.shunt.scheduler.VipPath;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that open a TCP connection half: a SYN goes to the VIP at one server, and a SYN-ACK, a RST
 * or nothing comes back.
 *
 * <p>An answer counts if it has the port and acknowledges the initial sequence number of a check
 * under way, both of which are random, comes from the VIP and port that were asked, and from the
 * Ethernet address that the SYN went to. After everything but a refusal a RST is sent, so that the
 * server holds no half-open connection.
 *
 * <p>Any thread may call. Pure but for the wire: told the time, the randomness and what comes in.
 */
public final class HalfOpen {

  /** The dynamic ports (RFC 6335 section 6), from here to the last. */
  public static final int FIRST_PORT = 49_152;

  /** Under way at once, at most; twice as many as there may be servers. */
  public static final int MAX_CHECKS = 2048;

  private static final int PORTS = 65_536 - FIRST_PORT;

  private static final Logger LOG = LoggerFactory.getLogger(HalfOpen.class);

  private final MacAddress mac;
  private final Wire wire;
  private final RandomGenerator random;
  private final Ticker ticker;
  private final Map<Integer, Pending> pending = new HashMap<>();

  /**
   * @param mac of the interface behind the wire
   * @param random one that nobody can predict
   */
  public HalfOpen(MacAddress mac, Wire wire, RandomGenerator random, Ticker ticker) {
    this.mac = mac;
    this.wire = wire;
    this.random = random;
    this.ticker = ticker;
  }

  /**
   * Sends the SYN of a check.
   *
   * @param source an address of this machine that the server can answer
   * @param server its Ethernet address
   * @throws DataPlaneException if it cannot be sent, or {@value #MAX_CHECKS} are under way
   */
  public PathChecks.Check begin(
      VipPath path, InetAddress source, MacAddress server, PathChecks.Listener listener)
      throws DataPlaneException {
    Pending begun;
    synchronized (pending) {
      if (pending.size() >= MAX_CHECKS) {
        throw new DataPlaneException(
            "checking %s: found %d checks under way, allowed are %d"
                .formatted(path, pending.size(), MAX_CHECKS));
      }
      int port = freePort();
      begun = new Pending(path, source, port, random.nextInt(), server, listener, ticker.nanos());
      pending.put(port, begun);
    }
    try {
      wire.send(begun.segment(Segment.SYN, 0));
    } catch (DataPlaneException e) {
      take(begun);
      throw e;
    }
    return () -> giveUp(begun);
  }

  /** Ends, and soon: at most one in eight is taken. */
  private int freePort() {
    int port;
    do {
      port = FIRST_PORT + random.nextInt(PORTS);
    } while (pending.containsKey(port));
    return port;
  }

  /** Takes a frame that came in, whatever it is. */
  public void receive(ByteBuffer frame) {
    Optional<Received> received = Received.of(frame);
    if (received.isPresent()) {
      receive(received.get());
    }
  }

  private void receive(Received segment) {
    Pending asked;
    synchronized (pending) {
      asked = pending.get(segment.destinationPort());
    }
    if (asked == null || !asked.isAnsweredBy(segment)) {
      return;
    }
    Optional<PathAnswer> answer = asked.answer(segment);
    if (answer.isPresent() && take(asked)) {
      end(asked, answer.get());
    }
  }

  private void giveUp(Pending waiting) {
    if (take(waiting)) {
      end(waiting, PathAnswer.SILENT);
    }
  }

  /** Whether it was under way until now. */
  private boolean take(Pending check) {
    synchronized (pending) {
      return pending.remove(check.port, check);
    }
  }

  private void end(Pending check, PathAnswer answer) {
    if (answer != PathAnswer.REFUSED) {
      try {
        wire.send(check.segment(Segment.RST, 1));
      } catch (DataPlaneException e) {
        LOG.debug("the server has to forget by itself", e);
      }
    }
    check.listener.answered(answer, Duration.ofNanos(ticker.nanos() - check.sinceNanos));
  }

  /** How many are under way. */
  int underWay() {
    synchronized (pending) {
      return pending.size();
    }
  }

  /** A check under way; itself and no other. */
  private final class Pending {
    private final VipPath path;
    private final InetAddress source;
    private final int port;
    private final int sequence;
    private final MacAddress server;
    private final PathChecks.Listener listener;
    private final long sinceNanos;

    Pending(
        VipPath path,
        InetAddress source,
        int port,
        int sequence,
        MacAddress server,
        PathChecks.Listener listener,
        long sinceNanos) {
      this.path = path;
      this.source = source;
      this.port = port;
      this.sequence = sequence;
      this.server = server;
      this.listener = listener;
      this.sinceNanos = sinceNanos;
    }

    /** RFC 9293 section 3.10.7.3: only what acknowledges the SYN can have seen it. */
    private boolean isAnsweredBy(Received segment) {
      return (segment.flags() & Segment.ACK) != 0
          && segment.acknowledged() == sequence + 1
          && segment.source().equals(path.vip())
          && segment.sourcePort() == path.port()
          && segment.destination().equals(source);
    }

    private Optional<PathAnswer> answer(Received segment) {
      boolean refused = (segment.flags() & Segment.RST) != 0;
      if (!refused && (segment.flags() & Segment.SYN) == 0) {
        return Optional.empty();
      }
      if (!segment.from().equals(server)) {
        return Optional.of(PathAnswer.ELSEWHERE);
      }
      return Optional.of(refused ? PathAnswer.REFUSED : PathAnswer.OPEN);
    }

    private byte[] segment(int flags, int later) {
      return new Segment(
              mac,
              server,
              path.label(),
              source,
              port,
              path.vip(),
              path.port(),
              sequence + later,
              flags)
          .frame();
    }
  }
}
