package dev.shunt.node.http;

import dev.shunt.node.Ejection;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import dev.shunt.node.choice.EjectionCeiling;
import dev.shunt.node.choice.EjectionJudge;
import dev.shunt.node.choice.Outcomes;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ejects the servers of a service that fail too many requests, and lets them in again. Everything
 * happens on the one event loop it is given; counters are for any thread.
 */
final class Ejector {

  private static final Logger LOG = LoggerFactory.getLogger(Ejector.class);

  private final Ejection config;
  private final ServiceRuntime runtime;
  private final List<ServiceLoop> loops;
  private final EventLoop eventLoop;
  private final EjectionCeiling ceiling;
  private final List<EjectionJudge> judges;
  private final AtomicLongArray ejections;
  private final AtomicLong held = new AtomicLong();
  private volatile boolean closed;

  Ejector(
      Ejection config,
      ServiceRuntime runtime,
      List<ServiceLoop> loops,
      EventLoop eventLoop,
      RandomGenerator random) {
    this.config = config;
    this.runtime = runtime;
    this.loops = List.copyOf(loops);
    this.eventLoop = eventLoop;
    this.ceiling = new EjectionCeiling(config.maxPercent(), runtime.groups());
    int servers = runtime.config().servers().size();
    this.judges =
        IntStream.range(0, servers).mapToObj(_ -> new EjectionJudge(config, random)).toList();
    this.ejections = new AtomicLongArray(servers);
  }

  void start(Outcomes outcomes) {
    outcomes.onTooMany(server -> {
      try {
        eventLoop.execute(() -> eject(server, config.failures() + " failures in a row"));
      } catch (RejectedExecutionException e) {
        LOG.debug("the node is closing", e);
      }
    });
    long slice = config.window().toNanos() / EjectionJudge.SLICES;
    var _ = eventLoop.scheduleWithFixedDelay(this::look, slice, slice, TimeUnit.NANOSECONDS);
    long due = Math.min(slice, config.time().toNanos() / 2);
    var _ = eventLoop.scheduleWithFixedDelay(this::readmitDue, due, due, TimeUnit.NANOSECONDS);
  }

  void close() {
    closed = true;
  }

  /** How often a server was ejected. */
  long ejections(int server) {
    return ejections.get(server);
  }

  /** How often a server was not ejected, because too many others are or it is the last one. */
  long held() {
    return held.get();
  }

  private void look() {
    for (int i = 0; i < judges.size() && !closed; i++) {
      if (judges.get(i).record(answered(i), sum(i, ServerCount.FAILED))) {
        eject(i, config.errorPercent() + " % of its requests or more failed");
      }
    }
  }

  private void eject(int server, String why) {
    EjectionJudge judge = judges.get(server);
    ServerPool pool = runtime.pool();
    if (closed || judge.ejected() || !pool.server(server).healthy()) {
      return;
    }
    if (!ceiling.allows(pool, server)) {
      held.incrementAndGet();
      return;
    }
    Duration time = judge.eject(now());
    ejections.incrementAndGet(server);
    runtime.changePool(current -> current.withEjected(server, true));
    log(server, "ejected for " + time.toMillis() + " ms: " + why);
  }

  /** Ends the ejections whose time is over, and those of servers that there is no other for. */
  private void readmitDue() {
    for (int i = 0; i < judges.size() && !closed; i++) {
      ServerPool pool = runtime.pool();
      if (judges.get(i).isDue(now())) {
        readmit(i, "let in again");
      } else if (pool.server(i).ejected() && ceiling.isNeeded(pool, i)) {
        readmit(i, "let in again, for there is no other");
      }
    }
  }

  private void readmit(int server, String what) {
    judges.get(server).readmit(now(), answered(server), sum(server, ServerCount.FAILED));
    runtime.cameBack(server, now());
    runtime.changePool(current -> current.withEjected(server, false));
    log(server, what);
  }

  private void log(int server, String what) {
    Server of = runtime.config().servers().get(server);
    LOG.info(
        "service {}: server {} at {} is {}",
        runtime.config().name(),
        of.name(),
        of.address(),
        what);
  }

  private long answered(int server) {
    return sum(server, ServerCount.SUCCEEDED) + sum(server, ServerCount.FAILED);
  }

  private long sum(int server, ServerCount counter) {
    return loops.stream().mapToLong(loop -> loop.slot(server).counters.get(counter)).sum();
  }

  private long now() {
    return loops.getFirst().worker.now();
  }
}
