package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.lab.ArrayContender;
import dev.shunt.ops.lab.Contender;
import dev.shunt.ops.lab.FailoverFault;
import dev.shunt.ops.lab.FailoverTrial;
import dev.shunt.ops.lab.FailoverTrial.Seen;
import dev.shunt.ops.lab.KeepalivedPair;
import dev.shunt.ops.lab.LabException;
import dev.shunt.ops.lab.LabPaths;
import dev.shunt.ops.lab.LabTools;
import dev.shunt.ops.lab.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * {@code bench failover}: what a failover costs, as a distribution over many, on an array in a lab
 * and on a pair of hosts with keepalived in a lab of the same kind.
 *
 * <p>The faults come in turn, so that what the machine does by itself befalls all of them. One
 * thread runs it; {@link #report} may be asked at any time.
 */
public final class FailoverBench {

  public static final String NAME = "failover";

  /** About what a run takes, its mending included, in seconds. */
  private static final Map<FailoverFault, Integer> SECONDS =
      Map.of(
          FailoverFault.KILL, 45,
          FailoverFault.FREEZE, 16,
          FailoverFault.CUT, 16,
          FailoverFault.HANDOVER, 12);

  private static final int PEER_SECONDS = 15;
  private static final int BUILD_SECONDS = 45;
  private static final Duration WHOLE_LIMIT = Duration.ofSeconds(60);
  private static final int MAX_KEPT = 20;
  private static final int MAX_REBUILT = 3;

  /**
   * What an array is held against.
   *
   * @param advert from one advertisement to the next
   */
  private record Peer(String name, Duration advert) {}

  private static final List<Peer> PEERS =
      List.of(
          new Peer("keepalived-1s", Duration.ofSeconds(1)),
          new Peer("keepalived-0.1s", Duration.ofMillis(100)));

  /**
   * What to measure.
   *
   * @param name of the labs, and of the directory where runs are kept that were outside of limits
   * @param runs of each fault on the array
   * @param peerRuns of each fault on each peer; 0 for none
   * @param newPerSecond connections that are opened each second
   * @param limit no run begins after so long
   */
  public record Plan(
      String name,
      Set<FailoverFault> faults,
      int runs,
      int peerRuns,
      int newPerSecond,
      Duration limit) {

    /** About how long it takes. */
    public Duration estimate() {
      int round = faults.stream().mapToInt(SECONDS::get).sum();
      int peers = PEERS.size() * (BUILD_SECONDS / 3 + faults.size() * peerRuns * PEER_SECONDS);
      int array = runs == 0 ? 0 : BUILD_SECONDS + runs * round;
      Duration all = Duration.ofSeconds(array + (peerRuns == 0 ? 0 : peers));
      return all.compareTo(limit) < 0 ? all : limit;
    }
  }

  private final Ticker ticker;
  private final Consumer<String> progress;
  private final Plan plan;
  private final Path evidence;
  private final List<FailoverTally> tallies = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private final Machine.Time begun = Machine.time();
  private final long start;
  private boolean whole;

  /**
   * @param ticker what times are taken with
   * @param progress hears what goes on, a line at a time
   */
  public FailoverBench(Ticker ticker, Consumer<String> progress, Plan plan) {
    this.ticker = ticker;
    this.progress = progress;
    this.plan = plan;
    this.evidence = LabPaths.KEPT.resolve(plan.name());
    this.start = ticker.nanos();
  }

  /**
   * Measures.
   *
   * @throws BenchException if something is missing here
   */
  public FailoverReport run() throws BenchException {
    progress.accept(
        "takes about %d minutes; what was measured so far is printed when it is interrupted"
            .formatted(plan.estimate().plusSeconds(59).toMinutes()));
    if (plan.peerRuns() > 0) {
      LabTools.require(KeepalivedPair.PROGRAMS, progress);
    }
    if (plan.runs() > 0) {
      rounds("", plan.runs(), () -> ArrayContender.up(plan.name(), progress));
    }
    if (plan.peerRuns() > 0) {
      int number = 0;
      for (Peer peer : PEERS) {
        String lab = plan.name() + "k" + ++number;
        rounds(peer.name(), plan.peerRuns(), () -> KeepalivedPair.up(lab, peer.advert(), progress));
      }
    }
    synchronized (this) {
      whole = tallies.stream().allMatch(tally -> tally.done() >= wanted(tally));
    }
    return report();
  }

  private int wanted(FailoverTally tally) {
    return tally.name().contains("/") ? plan.peerRuns() : plan.runs();
  }

  /** What was found until now. */
  public synchronized FailoverReport report() {
    return new FailoverReport(
        NAME,
        Machine.describe(),
        Math.round(Machine.time().othersSince(begun) * 100) / 100.0,
        Duration.ofNanos(ticker.nanos() - start).toSeconds(),
        whole,
        tallies.stream().filter(tally -> tally.done() > 0).map(FailoverTally::row).toList(),
        List.copyOf(failures),
        List.copyOf(kept));
  }

  /** All runs on one contender, which is built again when it is not whole after a fault. */
  private void rounds(String peer, int runs, Supplier<Contender> builder) throws BenchException {
    List<FailoverTally> mine = new ArrayList<>();
    for (FailoverFault fault : plan.faults()) {
      mine.add(new FailoverTally(peer, fault));
    }
    synchronized (this) {
      tallies.addAll(mine);
    }
    for (int built = 0; remaining(mine, runs); built++) {
      if (built > MAX_REBUILT) {
        throw new BenchException("not whole again for the %dth time".formatted(built));
      }
      try (Contender contender = builder.get()) {
        while (remaining(mine, runs)) {
          if (!round(contender, mine, runs)) {
            break;
          }
        }
      }
    }
  }

  private boolean remaining(List<FailoverTally> mine, int runs) {
    boolean time = ticker.nanos() - start < plan.limit().toNanos();
    return time && mine.stream().anyMatch(tally -> tally.done() < runs);
  }

  /** One run of each; false if the contender is of no use any more. */
  private boolean round(Contender contender, List<FailoverTally> mine, int runs) {
    for (FailoverTally tally : mine) {
      if (tally.done() >= runs || !remaining(mine, runs)) {
        continue;
      }
      String run = "%s-%d".formatted(tally.name().replace('/', '-'), tally.done() + 1);
      if (!awaitWhole(contender, tally, run)) {
        return false;
      }
      String holder = contender.holder();
      try {
        Seen seen =
            new FailoverTrial(contender, plan.newPerSecond())
                .run(tally.fault(), evidence.resolve(run), one -> worthKeeping(tally, one));
        add(tally, run, seen);
      } catch (LabException e) {
        fail(tally, run, e.getMessage() + "; kept: " + evidence.resolve(run));
      }
      contender.mend(tally.fault(), holder);
    }
    return awaitWhole(contender, mine.getLast(), "end");
  }

  private boolean awaitWhole(Contender contender, FailoverTally tally, String run) {
    if (Waiting.attempt(WHOLE_LIMIT, contender::whole)) {
      return true;
    }
    contender.lab().collectEvidence(evidence.resolve(run + "-not-whole"));
    fail(
        tally,
        run,
        "not whole after %d s: %s; kept: %s"
            .formatted(
                WHOLE_LIMIT.toSeconds(), contender.state(), evidence.resolve(run + "-not-whole")));
    return false;
  }

  private synchronized boolean worthKeeping(FailoverTally tally, Seen seen) {
    return !tally.good(seen) && kept.size() < MAX_KEPT;
  }

  private synchronized void add(FailoverTally tally, String run, Seen seen) {
    boolean keep = worthKeeping(tally, seen);
    tally.add(seen);
    String line = "%3d  %s".formatted(tally.done(), tally.line(seen));
    progress.accept(line);
    if (keep) {
      kept.add(line.strip() + "; kept: " + evidence.resolve(run));
      seen.failures().stream().limit(3).forEach(failure -> progress.accept("       " + failure));
    }
  }

  private synchronized void fail(FailoverTally tally, String run, String why) {
    tally.failed();
    failures.add(run + ": " + why);
    progress.accept("no result of " + run + ": " + why);
  }
}
