package dev.shunt.node.stage;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Lines on their way from one event loop to the writer: bytes in a ring, of which one thread writes
 * and another reads, without a lock. A line that finds no room is dropped and counted.
 */
final class LineRing {

  /** Where lines go. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes whole lines that lie in two pieces.
     *
     * @return how many bytes it took, at least one
     */
    long write(ByteBuffer[] pieces) throws IOException;
  }

  private static final VarHandle WRITTEN = handle("written");
  private static final VarHandle READ = handle("read");
  private static final VarHandle DROPPED = handle("dropped");

  private final ByteBuffer bytes;
  private final ByteBuffer[] pieces;
  private final int capacity;

  // By the event loop.
  @SuppressWarnings("unused") // By its handle.
  private long written;

  @SuppressWarnings("unused") // By its handle.
  private long dropped;

  private long readSeen;

  // By the writer.
  @SuppressWarnings("unused") // By its handle.
  private long read;

  /**
   * @param capacity in bytes, a power of two
   */
  LineRing(int capacity) {
    this.capacity = capacity;
    this.bytes = ByteBuffer.allocateDirect(capacity);
    this.pieces = new ByteBuffer[] {bytes.duplicate(), bytes.duplicate()};
  }

  /** Takes a line, or drops it; whether the ring is more than half full then. */
  boolean offer(byte[] line, int length) {
    long at = (long) WRITTEN.get(this);
    if (at + length - readSeen > capacity / 2) {
      // What was seen before may be long ago: the reader would be hurried for each line.
      readSeen = (long) READ.getAcquire(this);
      if (at + length - readSeen > capacity) {
        DROPPED.setOpaque(this, (long) DROPPED.getOpaque(this) + 1);
        return true;
      }
    }
    int from = (int) (at & (capacity - 1));
    int first = Math.min(length, capacity - from);
    bytes.put(from, line, 0, first);
    bytes.put(0, line, first, length - first);
    WRITTEN.setRelease(this, at + length);
    return at + length - readSeen > capacity / 2;
  }

  /** Lines that found no room. */
  long dropped() {
    return (long) DROPPED.getOpaque(this);
  }

  /** Gives the sink all that is there; whether there was anything. */
  boolean drain(Sink to) throws IOException {
    long from = (long) READ.get(this);
    long end = (long) WRITTEN.getAcquire(this);
    boolean any = from < end;
    while (from < end) {
      int start = (int) (from & (capacity - 1));
      int first = (int) Math.min(end - from, capacity - start);
      pieces[0].limit(start + first).position(start);
      pieces[1].limit((int) (end - from - first)).position(0);
      long taken = to.write(pieces);
      from += taken;
      READ.setRelease(this, from);
    }
    return any;
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(LineRing.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
