package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Keeps one keep-alive connection busy with probes, one after the other, and opens another in its
 * place when it is lost.
 */
final class LoadProber implements Runnable {

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(20);
  private static final int MAX_REMEMBERED = 1_000;

  private final LoadOptions options;
  private final LoadLog log;
  private final RandomGenerator random;
  private final List<LoadLife> lives = new ArrayList<>();
  private volatile boolean stopped;

  LoadProber(LoadOptions options, LoadLog log, RandomGenerator random) {
    this.options = options;
    this.log = log;
    this.random = random;
  }

  void stop() {
    stopped = true;
  }

  boolean open() {
    synchronized (lives) {
      return !lives.isEmpty() && lives.getLast().open();
    }
  }

  /** Its connections, the last one last. */
  List<LoadLife> lives() {
    synchronized (lives) {
      return List.copyOf(lives);
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      if (!live()) {
        Waiting.pause(PAUSE_AFTER_FAILURE);
      }
    }
  }

  /** Opens a connection and uses it to its end; false if that was a failure. */
  private boolean live() {
    int port = 0;
    LoadLife life = null;
    try (Socket socket = ProbeConnection.bound()) {
      port = socket.getLocalPort();
      try (ProbeConnection connection = ProbeConnection.connect(socket, options)) {
        life = begin(port);
        probe(connection, life);
        life.end(LoadReport.State.CLOSED);
        return true;
      }
    } catch (IOException e) {
      if (life != null) {
        life.end(LoadReport.State.LOST);
      }
      log.failed(LoadReport.Use.KEEP_ALIVE, port, e);
      return false;
    }
  }

  private LoadLife begin(int port) {
    LoadLife life = new LoadLife(port);
    synchronized (lives) {
      if (lives.size() == MAX_REMEMBERED) {
        lives.removeFirst();
      }
      lives.add(life);
    }
    return life;
  }

  private void probe(ProbeConnection connection, LoadLife life) throws IOException {
    long interval = options.interval().toNanos();
    while (!stopped && !connection.closing()) {
      long next = System.nanoTime() + interval;
      connection.request(random.nextLong(Long.MAX_VALUE), options.bytes());
      life.answered();
      log.answered();
      long left = next - System.nanoTime();
      if (left > 0) {
        Waiting.pause(Duration.ofNanos(left));
      }
    }
  }
}
