package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.health.Wire;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A packet socket (packet(7)) on an interface: sends frames as they are, and hands those that the
 * {@link AnswerFilter} lets through to a thread of its own. Any thread may send and close.
 */
final class PacketSocket implements Wire, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PacketSocket.class);

  /** How often the thread looks whether it shall end: closing would not wake it. */
  private static final long PATIENCE_MICROS = TimeUnit.MILLISECONDS.toMicros(200);

  private final int socket;
  private final int interfaceIndex;
  private final Thread receiver;
  private Consumer<ByteBuffer> receive = _ -> {};
  private volatile boolean closed;

  /**
   * @throws DataPlaneException without CAP_NET_RAW, above all
   */
  PacketSocket(DataInterface on) throws DataPlaneException {
    interfaceIndex = on.index();
    // Protocol 0: nothing comes in before the filter is there.
    socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
    Native.check(socket, "opening", "a packet socket (it takes CAP_NET_RAW)");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment patience = arena.allocate(2 * Long.BYTES, Long.BYTES);
      patience.set(JAVA_LONG, Long.BYTES, PATIENCE_MICROS);
      set(LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, patience);
      set(LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, AnswerFilter.program(arena));
      set(LibC.SOL_PACKET, LibC.PACKET_IGNORE_OUTGOING, arena.allocateFrom(JAVA_INT, 1));
      byte[] address = LinkAddress.everything(interfaceIndex);
      int bound = LibC.bind(socket, arena.allocateFrom(JAVA_BYTE, address));
      Native.check(bound, "binding a packet socket to", on.name());
    } catch (DataPlaneException e) {
      LibC.close(socket);
      throw e;
    }
    receiver = Thread.ofPlatform().name("shunt-answers").daemon().unstarted(this::run);
  }

  private void set(int level, int option, MemorySegment value) throws DataPlaneException {
    int result = LibC.setsockopt(socket, level, option, value);
    Native.check(result, "setting up", "a packet socket, option %d".formatted(option));
  }

  /**
   * Once.
   *
   * @param receive gets each frame on the thread of this socket; it must not block
   */
  void start(Consumer<ByteBuffer> receive) {
    this.receive = receive;
    receiver.start();
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(AnswerFilter.SNAP_BYTES);
      while (!closed) {
        int bytes = LibC.recv(socket, buffer);
        if (bytes > 0) {
          receive.accept(ByteBuffer.wrap(buffer.asSlice(0, bytes).toArray(JAVA_BYTE)));
        } else if (bytes < 0 && Native.errno() != LibC.EAGAIN && Native.errno() != LibC.EINTR) {
          // An interface that went down is told once; then there is silence until it is up again.
          LOG.debug("receiving answers: {}", LibC.strerror(Native.errno()));
        }
      }
    } finally {
      LibC.close(socket);
    }
  }

  @Override
  public synchronized void send(byte[] frame) throws DataPlaneException {
    if (closed) {
      // The number may be another file's by now.
      throw new DataPlaneException("sending a frame: the packet socket is closed");
    }
    try (Arena arena = Arena.ofConfined()) {
      byte[] address = LinkAddress.of(interfaceIndex, frame);
      MemorySegment to = arena.allocateFrom(JAVA_BYTE, address);
      int sent = LibC.sendto(socket, arena.allocateFrom(JAVA_BYTE, frame), to);
      Native.check(sent, "sending", "a frame");
    }
  }

  /** Returns when the thread has ended. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      receiver.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
