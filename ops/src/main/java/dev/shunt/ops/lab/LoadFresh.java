package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * Opens new connections at a rate, whatever becomes of those before; each makes one request, and if
 * it is to stay for a while, one more at its end.
 */
final class LoadFresh implements Runnable {

  private static final int MAX_AT_ONCE = 2_000;
  private static final int MAX_REMEMBERED = 10_000;

  private final LoadOptions options;
  private final LoadLog log;
  private final RandomGenerator random;
  private final Semaphore free = new Semaphore(MAX_AT_ONCE);
  private final ArrayDeque<LoadLife> lives = new ArrayDeque<>();
  private volatile boolean stopped;

  LoadFresh(LoadOptions options, LoadLog log, RandomGenerator random) {
    this.options = options;
    this.log = log;
    this.random = random;
  }

  void stop() {
    stopped = true;
  }

  /** The last of those that stay for a while. */
  List<LoadLife> lives() {
    synchronized (lives) {
      return List.copyOf(lives);
    }
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
    LoadLife life = null;
    try (Socket socket = ProbeConnection.bound()) {
      port = socket.getLocalPort();
      long start = Waiting.nowMicros();
      try (ProbeConnection connection = ProbeConnection.connect(socket, options)) {
        life = begin(port);
        connection.request(seed, options.bytes());
        life.answered();
        log.freshAnswered(new LoadReport.Fresh(port, start, Waiting.nowMicros()));
        if (options.hold().isPositive()) {
          Waiting.pause(options.hold());
          connection.request(seed + 1, options.bytes());
          life.answered();
          log.answered();
        }
        life.end(LoadReport.State.CLOSED);
      }
    } catch (IOException e) {
      if (life != null) {
        life.end(LoadReport.State.LOST);
      }
      log.failed(LoadReport.Use.FRESH, port, e);
    } finally {
      free.release();
    }
  }

  private LoadLife begin(int port) {
    LoadLife life = new LoadLife(port);
    if (options.hold().isPositive()) {
      synchronized (lives) {
        if (lives.size() == MAX_REMEMBERED) {
          lives.removeFirst();
        }
        lives.addLast(life);
      }
    }
    return life;
  }
}
