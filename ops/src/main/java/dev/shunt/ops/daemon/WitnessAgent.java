package dev.shunt.ops.daemon;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A witness's place in the array: it takes part in the election, says that it cannot be scheduler,
 * and follows who is. The membership does all of the voting.
 */
public final class WitnessAgent implements Membership.Listener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WitnessAgent.class);

  /** Lines that wait for a log that does not take them; older ones make room. */
  private static final int WAITING_LINES = 64;

  private final Membership membership;
  private final Map<String, String> attributes;
  private final LongSupplier wallClockMillis;

  /** The membership's thread never waits, and a log may. */
  private final ThreadPoolExecutor logger =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_LINES),
          Thread.ofPlatform().name("witness").daemon(true).factory(),
          new ThreadPoolExecutor.DiscardOldestPolicy());

  private volatile Leadership leadership = Leadership.UNKNOWN;
  private volatile long schedulerSinceMillis;
  private List<MemberId> present = List.of();

  /**
   * @param attributes what it tells the others of itself
   * @param wallClockMillis milliseconds since the epoch
   */
  public WitnessAgent(
      Membership membership, Map<String, String> attributes, LongSupplier wallClockMillis) {
    this.membership = membership;
    this.attributes = Map.copyOf(attributes);
    this.wallClockMillis = wallClockMillis;
  }

  /** Joins the array. */
  public void start() throws IOException {
    membership.start(this);
    membership.publish(false, attributes);
  }

  MemberView view() {
    return membership.view();
  }

  Leadership leadership() {
    return leadership;
  }

  /** When the present scheduler took office, milliseconds since the epoch; 0 while nobody has. */
  long schedulerSinceMillis() {
    return schedulerSinceMillis;
  }

  @Override
  public void onView(MemberView view) {
    List<MemberId> now = view.present().stream().map(Member::id).toList();
    if (!now.equals(present)) {
      present = now;
      logger.execute(() ->
          log.info(
              "members present: {}{}", now, view.hasMajority() ? "" : ", which is no majority"));
    }
  }

  @Override
  public void onLeadership(Leadership now) {
    if (!now.scheduler().equals(leadership.scheduler())) {
      schedulerSinceMillis = now.scheduler().isPresent() ? wallClockMillis.getAsLong() : 0;
    }
    leadership = now;
    logger.execute(() ->
        log.info(
            "term {}: {}",
            now.term(),
            now.scheduler().map(id -> id + " is scheduler").orElse("no scheduler")));
  }

  /** It never holds one. */
  @Override
  public void onLease(Lease lease) {}

  @Override
  public void close() {
    membership.close();
    logger.shutdown();
  }
}
