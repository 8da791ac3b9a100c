package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/**
 * A download that takes as long as it is told to, because it is read no faster than at a rate,
 * until it is told to finish. Every byte is checked.
 */
final class LoadDownload implements Runnable {

  static final long MAX_BYTES = 1L << 36;

  private static final int BLOCK = 16_384;
  // Small, so that the sender is held back by the reader and not merely buffered.
  private static final int RECEIVE_BUFFER = 65_536;

  private final LoadOptions options;
  private final LoadLog log;
  private final long seed;
  private final long size;
  private final long rate;
  private final BlackoutMeter meter = new BlackoutMeter(Waiting.nowMicros());
  private final long opened = Waiting.nowMicros();
  private final CompletableFuture<Integer> connected = new CompletableFuture<>();
  private volatile LoadReport.State state = LoadReport.State.OPEN;
  private volatile boolean finishing;
  private volatile boolean cancelled;
  private volatile boolean complete;
  private volatile int port;
  private volatile long received;
  private volatile long ended;

  LoadDownload(LoadOptions options, LoadLog log, long seed, long size, long rate) {
    this.options = options;
    this.log = log;
    this.seed = seed;
    this.size = size;
    this.rate = rate;
  }

  /** The client's port, as soon as the first bytes are here. */
  CompletableFuture<Integer> connected() {
    return connected;
  }

  int port() {
    return port;
  }

  /** Reads the rest as fast as it comes. */
  void finish() {
    finishing = true;
  }

  void cancel() {
    cancelled = true;
  }

  long received() {
    return received;
  }

  LoadReport.Download report() {
    long until = state == LoadReport.State.OPEN ? Waiting.nowMicros() : ended;
    return new LoadReport.Download(port, state, opened, received, complete, meter.gaps(until));
  }

  @Override
  public void run() {
    try (Socket socket = ProbeConnection.bound()) {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      port = socket.getLocalPort();
      try (ProbeConnection connection = ProbeConnection.connect(socket, options)) {
        connection.ask(seed, size);
        read(connection);
      }
      complete = received == size;
      end(LoadReport.State.CLOSED);
    } catch (IOException e) {
      log.failed(LoadReport.Use.DOWNLOAD, port, e);
      end(LoadReport.State.LOST);
      connected.completeExceptionally(e);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One writer; others only read.
  private void read(ProbeConnection connection) throws IOException {
    byte[] block = new byte[BLOCK];
    long start = System.nanoTime();
    for (int count = connection.read(block); count >= 0; count = connection.read(block)) {
      meter.answered(Waiting.nowMicros());
      int wrong = Content.mismatch(seed, received, block, count);
      if (wrong >= 0) {
        throw new ProbeConnection.WrongAnswer("content", "wrong byte at " + (received + wrong));
      }
      received += count;
      connected.complete(port);
      if (cancelled) {
        return;
      }
      long due = start + (long) (received * 1e9 / rate);
      if (!finishing && due - System.nanoTime() > 0) {
        Waiting.pause(java.time.Duration.ofNanos(due - System.nanoTime()));
      }
    }
  }

  private void end(LoadReport.State how) {
    ended = Waiting.nowMicros();
    state = how;
  }
}
