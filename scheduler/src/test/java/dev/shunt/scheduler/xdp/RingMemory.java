package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.model.ModelEvent;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** The ring of session events as shared memory, read by the thread that runs the packets. */
final class RingMemory implements AutoCloseable {

  /** A record as it lies there, its header of eight bytes included. */
  static final int RECORD = 72;

  private static final int HEADER = 8;
  private static final long PAGE = 4096;
  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;
  private static final SessionEvent.Kind[] KINDS = SessionEvent.Kind.values();
  private static final MethodHandle MMAP =
      Native.function(
          Native.LINKER.defaultLookup(),
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

  private final MemorySegment consumer;
  private final MemorySegment producer;
  private final long size;
  private long read;

  RingMemory(BpfMap ring) throws DataPlaneException {
    size = ring.maxEntries();
    consumer = LibC.mmap(ring.fd(), PAGE);
    producer = readOnly(ring.fd(), PAGE + 2 * size);
    if (consumer.equals(MemorySegment.NULL)) {
      throw Native.failure("mapping into memory the map", ring.name(), Native.errno());
    }
  }

  @SuppressWarnings("restricted") // The kernel knows the size: it is the one asked for.
  private static MemorySegment readOnly(int fd, long bytes) {
    try {
      MemorySegment at =
          (MemorySegment)
              MMAP.invokeExact(
                  Native.state(), MemorySegment.NULL, bytes, PROT_READ, MAP_SHARED, fd, PAGE);
      if (at.address() == -1) {
        throw new AssertionError("the ring cannot be mapped: errno " + Native.errno());
      }
      return at.reinterpret(bytes);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  /** What came since the last call; it stays in the ring. */
  List<ModelEvent> look() {
    long written = producer.get(JAVA_LONG, 0);
    if (written == read) {
      return List.of();
    }
    List<ModelEvent> events = new ArrayList<>();
    for (; read < written; read += RECORD) {
      events.add(event(producer.asSlice(PAGE + read % size + HEADER, RECORD - HEADER)));
    }
    return events;
  }

  private static ModelEvent event(MemorySegment at) {
    return new ModelEvent(
        KINDS[at.get(JAVA_INT, 44)],
        Flow6Layout.get(at, 0),
        at.get(JAVA_INT, 40),
        at.get(JAVA_INT, 48),
        MacAddress.of(at.asSlice(52, 6).toArray(JAVA_BYTE)).bits(),
        at.get(JAVA_BYTE, 58) != 0);
  }

  /** Makes room: what was looked at leaves the ring. */
  void free() {
    consumer.set(JAVA_LONG, 0, read);
  }

  @Override
  public void close() {
    LibC.munmap(consumer);
    LibC.munmap(producer);
  }
}
