package dev.shunt.ops.lab;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all connections of a load client have in common to write down, in bounded memory.
 * Thread-safe.
 */
final class LoadLog {

  static final int MAX_FAILURES = 10_000;
  static final int MAX_FRESH = 10_000;

  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder freshOpened = new LongAdder();
  private final Map<String, Long> errors = new TreeMap<>();
  private final List<LoadReport.Failure> failures = new ArrayList<>();
  private final ArrayDeque<LoadReport.Fresh> fresh = new ArrayDeque<>();

  void answered() {
    requests.increment();
  }

  void freshAnswered(LoadReport.Fresh connection) {
    requests.increment();
    freshOpened.increment();
    synchronized (fresh) {
      if (fresh.size() == MAX_FRESH) {
        fresh.removeFirst();
      }
      fresh.addLast(connection);
    }
  }

  void failed(LoadReport.Use use, int port, IOException failure) {
    failed(use, port, ProbeConnection.kind(failure), String.valueOf(failure.getMessage()));
  }

  void failed(LoadReport.Use use, int port, String kind, String detail) {
    failed.increment();
    synchronized (failures) {
      errors.merge(kind, 1L, Long::sum);
      if (failures.size() < MAX_FAILURES) {
        failures.add(new LoadReport.Failure(Waiting.nowMicros(), use, port, kind, detail));
      }
    }
  }

  LoadReport.Tick tick(int connections, long downloaded) {
    return new LoadReport.Tick(
        Waiting.nowMicros(),
        requests.sum(),
        failed.sum(),
        freshOpened.sum(),
        connections,
        downloaded);
  }

  LoadReport report(List<LoadReport.Connection> connections, List<LoadReport.Download> downloads) {
    List<LoadReport.Fresh> lately;
    synchronized (fresh) {
      lately = List.copyOf(fresh);
    }
    synchronized (failures) {
      return new LoadReport(
          Waiting.nowMicros(),
          requests.sum(),
          failed.sum(),
          freshOpened.sum(),
          Map.copyOf(errors),
          connections,
          downloads,
          lately,
          List.copyOf(failures));
    }
  }
}
