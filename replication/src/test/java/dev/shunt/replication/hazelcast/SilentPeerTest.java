package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A member's address that accepts connections while nobody there speaks: it starts, or it hangs.
 */
class SilentPeerTest {

  private static final Duration WINDOW = Duration.ofSeconds(1);

  @Test
  void aPeerThatAcceptsButDoesNotSpeakKeepsNoThreadBusy() throws Exception {
    try (TestTables tables = new TestTables(2);
        ServerSocket silent = new ServerSocket()) {
      InetSocketAddress address =
          new InetSocketAddress(tables.config(2).ownAddress().address(), tables.config(2).port());
      silent.bind(address);
      tables.start(1);
      try (Socket connected = silent.accept()) {
        long from = System.nanoTime();
        long busy = senderNanos();
        until(() -> System.nanoTime() - from > WINDOW.toNanos());

        assertThat(connected.isConnected()).isTrue();
        // A thread that runs in circles takes all of it, unless the machine has other things to do.
        assertThat(senderNanos() - busy).isLessThan(WINDOW.toNanos() / 4);
      }
    }
  }

  /** Processor time of the threads that send, so far. */
  private static long senderNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nanos = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().contains("IO.thread-out")) {
        nanos += Math.max(threads.getThreadCpuTime(id), 0);
      }
    }
    return nanos;
  }
}
