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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears the session events of the kernel's ring buffer and hands them on in batches. */
final class EventRing implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventRing.class);

  /** A batch is handed on when it has this many events, or when the ring is empty. */
  static final int BATCH = 1024;

  /** How long the thread waits for an event before it looks whether it shall end. */
  private static final int POLL_MILLIS = 100;

  private final Consumer<List<SessionEvent>> listener;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ring;
  private final Thread thread;
  private List<SessionEvent> batch = new ArrayList<>();
  private volatile boolean closed;

  EventRing(BpfMap events, Consumer<List<SessionEvent>> listener) throws DataPlaneException {
    this.listener = listener;
    ring = LibBpf.ringNew(events.fd(), callback());
    if (ring.equals(MemorySegment.NULL)) {
      int errno = Native.errno();
      arena.close();
      throw Native.failure("opening ring buffer", events.name(), errno);
    }
    thread = Thread.ofPlatform().daemon().name("shunt-session-events").start(this::run);
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
      batch.add(EventLayout.get(data.reinterpret(size)));
      if (batch.size() >= BATCH) {
        deliver();
      }
    } catch (RuntimeException e) {
      LOG.error("a session event could not be read", e);
    }
    return 0;
  }

  private void run() {
    while (!closed) {
      int result = LibBpf.ringPoll(ring, POLL_MILLIS);
      if (result < 0 && Native.errno() != LibC.EINTR) {
        LOG.error("polling the session events: {}", LibC.strerror(Native.errno()));
        return;
      }
      deliver();
    }
  }

  private void deliver() {
    if (batch.isEmpty()) {
      return;
    }
    List<SessionEvent> full = batch;
    batch = new ArrayList<>();
    try {
      listener.accept(full);
    } catch (RuntimeException e) {
      LOG.error("the listener failed on {} session events", full.size(), e);
    }
  }

  /**
   * Waits for the batch being delivered; the events still in the ring stay there. Not from the
   * listener.
   */
  @Override
  public void close() {
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
    LibBpf.ringFree(ring);
    arena.close();
  }
}
