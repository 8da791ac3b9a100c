package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.lab.Shell;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.FloodWire;
import dev.shunt.scheduler.xdp.FloodWire.Program;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench flood}: what a SYN flood at full speed does to established sessions, against what
 * the same flood does to a program that only swaps MAC addresses.
 *
 * <p>Packets of sessions are sent as fast as they come through, without and with the flood; by how
 * much they get slower is the figure. Rounds go over both programs and both places of the flood.
 */
public final class FloodBench {

  public static final String NAME = "flood";

  /** Throughput within 10 %, as a ratio of slowdowns. */
  static final double LIMIT = 1 / 0.9;

  private static final String REFERENCE = "mac-swap";
  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 101;
  private static final Duration SAMPLE = Duration.ofMillis(250);

  /** Packets that a thread has sent by one call. */
  private static final int BURST = 64_000;

  /**
   * Of a CPU: the kernel lets a call wait at its end, for tens of milliseconds; others send then.
   */
  private static final int SENDERS = 4;

  /** Of the flood's SYNs, answered by cookies: the first ones of a flood are not. */
  private static final double MOST = 0.9;

  private static final String NEAR = "shunt-bench0";
  private static final String FAR = "shunt-bench1";

  private final Ticker ticker;
  private final Consumer<String> progress;

  /** Where the flood arrives. */
  private record Case(String name, String what, int floodCpu, int sessionCpu) {}

  /** Nanoseconds between two packets that came back. */
  private record Rate(double session, double syn) {}

  /** By how much sessions get slower, and nanoseconds that a SYN takes. */
  private record Effect(double slowdown, double syn) {}

  /** A case's figures. */
  private static final class Figures {
    final Series slowdown = new Series();
    final Series flood = new Series();
  }

  /**
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   * @param progress hears what goes on, a line at a time
   */
  public FloodBench(Ticker ticker, Consumer<String> progress) {
    this.ticker = ticker;
    this.progress = progress;
  }

  /**
   * Takes about so long, longer where the least number of rounds does.
   *
   * @throws BenchException if the kernel refuses, or the flood went another way than was to be
   *     timed
   */
  public BenchReport run(int seconds) throws BenchException {
    Machine.Time start = Machine.time();
    long end = ticker.nanos() + Duration.ofSeconds(seconds).toNanos();
    List<Case> cases = cases(Runtime.getRuntime().availableProcessors());
    List<Figures> figures = cases.stream().map(_ -> new Figures()).toList();
    createLink();
    try (FloodWire wire = FloodWire.open(NEAR, FAR, ticker)) {
      progress.accept(
          "%d established sessions, %d rows".formatted(FloodWire.SESSIONS, cases.size()));
      for (int round = 0; round <= MOST_ROUNDS; round++) {
        if (round > LEAST_ROUNDS && ticker.nanos() - end > 0) {
          break;
        }
        for (int i = 0; i < cases.size(); i++) {
          round(wire, cases.get(i), round > 0 ? figures.get(i) : new Figures());
        }
      }
    } catch (DataPlaneException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    } finally {
      Shell.run("ip", "link", "delete", NEAR);
    }
    double others = Math.round(Machine.time().othersSince(start) * 100) / 100.0;
    return new BenchReport(
        NAME, Machine.describe(), others, seconds, rows(cases, figures), List.of());
  }

  private static List<Case> cases(int cpus) {
    Case beside = new Case("beside", "sessions on the CPU that the flood is on", 0, 0);
    return cpus < 2
        ? List.of(beside)
        : List.of(new Case("apart", "sessions on another CPU than the flood", 0, 1), beside);
  }

  private static List<BenchRow> rows(List<Case> cases, List<Figures> figures) {
    List<BenchRow> rows = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Case one = cases.get(i);
      Figures of = figures.get(i);
      rows.add(of.slowdown.row("sessions-" + one.name, one.what, "times slower", REFERENCE, LIMIT));
      rows.add(
          of.flood.row(
              "syn-" + one.name,
              "a SYN of that flood, sending it included",
              Series.NANOS,
              REFERENCE,
              null));
    }
    return rows;
  }

  /** A link that leads nowhere else, with a queue for each CPU. */
  private static void createLink() {
    String cpus = Integer.toString(Runtime.getRuntime().availableProcessors());
    Shell.run(
        ("ip link add "
                + NEAR
                + " numrxqueues N numtxqueues N type veth peer name "
                + FAR
                + " numrxqueues N numtxqueues N")
            .replace("N", cpus)
            .split(" ", -1));
    for (String end : List.of(NEAR, FAR)) {
      Shell.run("ip", "link", "set", end, "addrgenmode", "none");
      Shell.run("ip", "link", "set", end, "up");
    }
  }

  private void round(FloodWire wire, Case one, Figures figures)
      throws DataPlaneException, BenchException {
    Effect swap = effect(wire, one, Program.SWAP);
    Effect shunt = effect(wire, one, Program.SHUNT);
    figures.slowdown.add(shunt.slowdown, swap.slowdown);
    figures.flood.add(shunt.syn, swap.syn);
  }

  private Effect effect(FloodWire wire, Case one, Program program)
      throws DataPlaneException, BenchException {
    wire.run(program);
    Rate calm = sample(wire, one, false);
    long answers = wire.synsBack();
    long cookies = wire.count(Outcome.SYN_COOKIE);
    Rate flooded = sample(wire, one, true);
    if (program == Program.SHUNT) {
      check(wire, wire.count(Outcome.SYN_COOKIE) - cookies, wire.synsBack() - answers);
    }
    return new Effect(flooded.session / calm.session, flooded.syn);
  }

  private static void check(FloodWire wire, long cookies, long answers)
      throws DataPlaneException, BenchException {
    if (cookies < MOST * answers || answers == 0) {
      throw new BenchException(
          "of a flood %d SYNs or answers came back and %d were answered by a cookie; all outcomes: %s"
              .formatted(answers, cookies, wire.counts()));
    }
  }

  private Rate sample(FloodWire wire, Case one, boolean flood)
      throws DataPlaneException, BenchException {
    AtomicBoolean over = new AtomicBoolean();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      if (flood) {
        workers.add(new Worker(one.floodCpu, over, wire::sendSyns));
      }
      workers.add(new Worker(one.sessionCpu, over, wire::sendSessions));
    }
    workers.forEach(worker -> worker.thread.start());
    workers.forEach(Worker::awaitBegun);
    long sessions = wire.sessionsBack();
    long syns = wire.synsBack();
    long start = ticker.nanos();
    try {
      // It goes on for longer than that, unless it fails.
      workers.getFirst().thread.join(SAMPLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long nanos = ticker.nanos() - start;
    sessions = wire.sessionsBack() - sessions;
    syns = wire.synsBack() - syns;
    over.set(true);
    for (Worker worker : workers) {
      worker.end();
    }
    return new Rate((double) nanos / Math.max(1, sessions), (double) nanos / Math.max(1, syns));
  }

  /** Sends bursts from one CPU until it is over. */
  private static final class Worker {

    /** Sends so many packets. */
    interface Sender {
      void send(int count) throws DataPlaneException;
    }

    final Thread thread;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable DataPlaneException failure;

    Worker(int cpu, AtomicBoolean over, Sender sender) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .unstarted(() -> {
                try {
                  FloodWire.stayOn(cpu);
                  while (!over.get()) {
                    sender.send(BURST);
                    begun.countDown();
                  }
                } catch (DataPlaneException e) {
                  failure = e;
                } finally {
                  begun.countDown();
                }
              });
    }

    /** Returns when it has sent its first burst. */
    void awaitBegun() {
      try {
        begun.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void end() throws BenchException {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      DataPlaneException e = failure;
      if (e != null) {
        throw new BenchException(String.valueOf(e.getMessage()), e);
      }
    }
  }
}
