package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each connection of this process a port that no other had lately. The kernel's own choice
 * comes back to a port after some hundred connections, and then nobody can tell from a capture
 * which of the two a frame belongs to. Thread-safe.
 */
final class ClientPorts {

  private static final int FIRST = 10_000;
  private static final int COUNT = 55_000;

  // Somewhere: another load client may run beside this one.
  private final AtomicInteger next = new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  /** The next port, free or not. */
  int next() {
    return FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
  }

  /** Binds to the next port that is free. */
  void bind(Socket socket) throws IOException {
    for (int tried = 1; ; tried++) {
      int port = next();
      try {
        socket.bind(new InetSocketAddress(port));
        return;
      } catch (BindException e) {
        if (tried == COUNT) {
          throw e;
        }
      }
    }
  }
}
