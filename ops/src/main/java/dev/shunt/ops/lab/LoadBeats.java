package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * Sends small datagrams at a steady pace, from its sockets in turn, whatever becomes of those
 * before. Each is a number, one more than the one before; which of them arrive, and when, is for
 * captures to see. Answers are read and forgotten.
 */
final class LoadBeats {

  /** From a datagram to the next. */
  static final Duration INTERVAL = Duration.ofMillis(1);

  private static final int MOST = 256;
  private static final int TRIES = 1_000;

  private final String host;
  private final ClientPorts ports = new ClientPorts();
  private final List<DatagramChannel> channels = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;
  private boolean started;

  LoadBeats(String host) {
    this.host = host;
  }

  /**
   * Adds sockets.
   *
   * @param starter starts a thread
   * @return their ports
   */
  List<Integer> add(int port, int count, BiConsumer<String, Runnable> starter) throws IOException {
    if (count < 1 || channels.size() + count > MOST) {
      throw new LabException("%d more beats: allowed are %d in all".formatted(count, MOST));
    }
    List<Integer> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DatagramChannel channel = open();
      channel.connect(new InetSocketAddress(host, port));
      added.add(((InetSocketAddress) channel.getLocalAddress()).getPort());
      channels.add(channel);
    }
    if (!started) {
      started = true;
      starter.accept("beats", this::run);
    }
    return added;
  }

  private DatagramChannel open() throws IOException {
    for (int i = 0; ; i++) {
      DatagramChannel channel = DatagramChannel.open();
      try {
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(ports.next()));
        return channel;
      } catch (BindException e) {
        channel.close();
        if (i == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Ends all but these. */
  void keep(List<Integer> kept) throws IOException {
    for (DatagramChannel channel : List.copyOf(channels)) {
      if (!kept.contains(((InetSocketAddress) channel.getLocalAddress()).getPort())) {
        channels.remove(channel);
        channel.close();
      }
    }
  }

  void stop() {
    stopped = true;
  }

  private void run() {
    ByteBuffer number = ByteBuffer.allocateDirect(Integer.BYTES);
    ByteBuffer answer = ByteBuffer.allocateDirect(128);
    int count = 0;
    long next = System.nanoTime();
    while (!stopped) {
      number.putInt(0, count);
      Object[] now = channels.toArray();
      if (now.length > 0) {
        beat((DatagramChannel) now[Math.floorMod(count, now.length)], number.clear(), answer);
      }
      count++;
      next += INTERVAL.toNanos();
      long left = next - System.nanoTime();
      if (left > 0) {
        Waiting.pause(Duration.ofNanos(left));
      } else {
        // The machine stood still: what was not sent then is not sent now.
        next -= left;
      }
    }
  }

  private static void beat(DatagramChannel channel, ByteBuffer number, ByteBuffer answer) {
    try {
      channel.write(number);
      while (channel.read(answer.clear()) > 0) {
        answer.clear();
      }
    } catch (IOException e) {
      // Refused, unreachable or closed: the next one may not be.
    }
  }
}
