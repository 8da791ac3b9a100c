package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.xdp.layout.EventLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the records of one of the kernel's ring buffers and hands them on in batches.
 *
 * @param <T> what a record says
 */
final class EventRing<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventRing.class);

  /** A batch is handed on when it has this many events, or when the ring is empty. */
  static final int BATCH = 1024;

  /** How long the thread waits for an event before it looks whether it shall end. */
  private static final int POLL_MILLIS = 100;

  private final String name;
  private final Function<MemorySegment, T> reader;
  private final Consumer<List<T>> listener;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ring;
  private final Thread thread;
  private List<T> batch = new ArrayList<>();
  private volatile boolean closed;

  /** The ring of session events. */
  static EventRing<SessionEvent> sessions(BpfMap events, Consumer<List<SessionEvent>> listener)
      throws DataPlaneException {
    return new EventRing<>(events, EventLayout::get, listener);
  }

  /**
   * @param reader makes sense of a record, which is the kernel's memory and there only meanwhile
   */
  EventRing(BpfMap events, Function<MemorySegment, T> reader, Consumer<List<T>> listener)
      throws DataPlaneException {
    this.name = events.name();
    this.reader = reader;
    this.listener = listener;
    ring = LibBpf.ringNew(events.fd(), callback());
    if (ring.equals(MemorySegment.NULL)) {
      int errno = Native.errno();
      arena.close();
      throw Native.failure("opening ring buffer", events.name(), errno);
    }
    thread = Thread.ofPlatform().daemon().name("shunt-" + name).start(this::run);
  }

  @SuppressWarnings("restricted") // libbpf hands each record to a function pointer.
  private MemorySegment callback() {
    try {
      MethodHandle accept =
          MethodHandles.lookup()
              .bind(
                  this,
                  "accept",
                  MethodType.methodType(
                      int.class, MemorySegment.class, MemorySegment.class, long.class));
      return Native.LINKER.upcallStub(
          accept, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG), arena);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of this class", e);
    }
  }

  /** Called by libbpf, inside {@link LibBpf#ringPoll} and so on this object's thread. */
  @SuppressWarnings({"unused", "restricted"}) // by method handle; the size is the record's
  private int accept(MemorySegment context, MemorySegment data, long size) {
    // An exception must not cross the border into C.
    try {
      batch.add(reader.apply(data.reinterpret(size)));
      if (batch.size() >= BATCH) {
        deliver();
      }
    } catch (RuntimeException e) {
      LOG.error("a record of {} could not be read", name, e);
    }
    return 0;
  }

  private void run() {
    while (!closed) {
      int result = LibBpf.ringPoll(ring, POLL_MILLIS);
      if (result < 0 && Native.errno() != LibC.EINTR) {
        LOG.error("polling {}: {}", name, LibC.strerror(Native.errno()));
        return;
      }
      deliver();
    }
  }

  private void deliver() {
    if (batch.isEmpty()) {
      return;
    }
    List<T> full = batch;
    batch = new ArrayList<>();
    try {
      listener.accept(full);
    } catch (RuntimeException e) {
      LOG.error("the listener failed on {} records of {}", full.size(), name, e);
    }
  }

  /**
   * Waits for the batch being delivered; the events still in the ring stay there. Not from the
   * listener.
   */
  @Override
  public void close() {
    stop();
    free();
  }

  /** Hands on what is still in the ring, which nobody fills any more, and ends. */
  void finish() {
    stop();
    while (LibBpf.ringPoll(ring, 0) > 0) {
      deliver();
    }
    free();
  }

  private void stop() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void free() {
    LibBpf.ringFree(ring);
    arena.close();
  }
}
