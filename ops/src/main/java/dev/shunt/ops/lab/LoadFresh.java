package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/** Opens new connections at a rate, whatever becomes of those before; each makes one request. */
final class LoadFresh implements Runnable {

  private static final int MAX_AT_ONCE = 2_000;

  private final LoadOptions options;
  private final LoadLog log;
  private final RandomGenerator random;
  private final Semaphore free = new Semaphore(MAX_AT_ONCE);
  private volatile boolean stopped;

  LoadFresh(LoadOptions options, LoadLog log, RandomGenerator random) {
    this.options = options;
    this.log = log;
    this.random = random;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    long interval = 1_000_000_000L / options.freshPerSecond();
    long next = System.nanoTime();
    try (ExecutorService attempts = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!stopped) {
        next += interval;
        if (free.tryAcquire()) {
          long seed = random.nextLong(Long.MAX_VALUE);
          attempts.execute(() -> attempt(seed));
        } else {
          log.failed(LoadReport.Use.FRESH, 0, "other", MAX_AT_ONCE + " connections hang already");
        }
        long left = next - System.nanoTime();
        if (left > 0) {
          Waiting.pause(Duration.ofNanos(left));
        }
      }
    }
  }

  private void attempt(long seed) {
    int port = 0;
    try (Socket socket = ProbeConnection.bound()) {
      port = socket.getLocalPort();
      long start = Waiting.nowMicros();
      try (ProbeConnection connection = ProbeConnection.connect(socket, options)) {
        connection.request(seed, options.bytes());
        log.freshAnswered(new LoadReport.Fresh(port, start, Waiting.nowMicros()));
      }
    } catch (IOException e) {
      log.failed(LoadReport.Use.FRESH, port, e);
    } finally {
      free.release();
    }
  }
}
