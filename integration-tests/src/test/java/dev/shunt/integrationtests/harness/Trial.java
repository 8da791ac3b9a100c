package dev.shunt.integrationtests.harness;

import static org.awaitility.Awaitility.await;

import dev.shunt.ops.lab.LoadHandle;
import dev.shunt.ops.lab.LoadOptions;
import dev.shunt.ops.lab.LoadReport;
import dev.shunt.ops.lab.Losses;
import dev.shunt.ops.lab.ServedBy;
import dev.shunt.ops.lab.Witness;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Load on an array with at least one connection on every member, a fault, and what was lost.
 *
 * <p>Who serves a connection is read off the wire. New connections are served before the fault too.
 */
public final class Trial implements AutoCloseable {

  private static final int SERVED_AFTERWARDS = 20;
  private static final int MAX_EXTRA_CONNECTIONS = 40;

  private final TestArray array;
  private final Witness witness;
  private final LoadHandle load;
  private long from;
  private long struck;

  public Trial(TestArray array) {
    this.array = array;
    array.awaitWarm();
    witness = Witness.start(array.lab());
    load = array.lab().load(LoadOptions.standard());
    await().atMost(TestArray.PATIENCE).until(() -> open(load.report()).size() >= 12);
    for (int i = 0; i < MAX_EXTRA_CONNECTIONS && !everyMemberServes(); i++) {
      int before = open(load.report()).size();
      load.addConnections(1);
      await().atMost(TestArray.PATIENCE).until(() -> open(load.report()).size() > before);
    }
    awaitFresh(nowMicros());
  }

  /** Does something to the array and goes on until new connections are served in spite of it. */
  public Losses after(Runnable fault) {
    from = nowMicros();
    fault.run();
    struck = nowMicros();
    awaitFresh(struck);
    return losses();
  }

  /** What was lost from the fault until now. */
  public Losses losses() {
    return Losses.between(load.report(), servedBy(), from, struck, nowMicros());
  }

  /** When the fault began, microseconds of the machine's monotonic clock. */
  public long fromMicros() {
    return from;
  }

  /** Waits until so many connections that were opened after the instant have been served. */
  public void awaitFresh(long sinceMicros) {
    await().atMost(TestArray.PATIENCE).until(() -> fresh(sinceMicros).size() >= SERVED_AFTERWARDS);
  }

  /** New connections that began after the instant and were served. */
  public List<LoadReport.Fresh> fresh(long sinceMicros) {
    return load.report().fresh().stream().filter(f -> f.startMicros() >= sinceMicros).toList();
  }

  public ServedBy servedBy() {
    return witness.servedBy();
  }

  public LoadHandle load() {
    return load;
  }

  /** The clock that load and faults share; captures have the epoch's. */
  public static long nowMicros() {
    return System.nanoTime() / Duration.ofNanos(1_000).toNanos();
  }

  @Override
  public void close() {
    load.close();
    witness.close();
  }

  private boolean everyMemberServes() {
    ServedBy servedBy = servedBy();
    Set<String> serving =
        open(load.report()).stream()
            .flatMap(c -> servedBy.member(c.port()).stream())
            .collect(Collectors.toSet());
    return serving.containsAll(array.members());
  }

  private static List<LoadReport.Connection> open(LoadReport report) {
    return report.connections().stream().filter(c -> c.state() == LoadReport.State.OPEN).toList();
  }
}
