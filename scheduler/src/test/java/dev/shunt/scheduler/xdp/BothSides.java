package dev.shunt.scheduler.xdp;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.xdp.model.Changes;
import dev.shunt.scheduler.xdp.model.FuzzWorld;
import dev.shunt.scheduler.xdp.model.ModelControl;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Changes the kernel's tables, by the classes that the daemon uses, and the model's alike. */
final class BothSides implements Changes.Sink {

  /** Far from the bound of the kernel's table, which forgets in an order of its own there. */
  private static final int MOST_DATAGRAMS = 8000;

  private final FuzzKernel kernel;
  private final ModelControl model;
  private boolean begun;
  private boolean leaving;
  private String done = "";

  BothSides(FuzzKernel kernel, ModelControl model) {
    this.kernel = kernel;
    this.model = model;
  }

  /** A call that the kernel may refuse. */
  @FunctionalInterface
  private interface Call {
    void run() throws DataPlaneException;
  }

  private static void call(Call call) {
    try {
      call.run();
    } catch (DataPlaneException e) {
      throw new AssertionError("the kernel refused a change", e);
    }
  }

  private static void same(Object expected, Object actual, String what) {
    if (!expected.equals(actual)) {
      throw new AssertionError(
          "%s: the model has %s, the kernel has %s".formatted(what, expected, actual));
    }
  }

  /** Events that were looked at leave the ring, unless they are to stay. */
  void readEvents() {
    if (!leaving) {
      kernel.ring.free();
      model.eventsRead();
    }
  }

  /** Called before each change. */
  void stopLeaving() {
    leaving = false;
  }

  /** What the last change was. */
  String done() {
    return done;
  }

  @Override
  public void apply(DispatchTable table) {
    done = "apply " + table;
    call(() -> {
      DispatchWriter.Changes changes = kernel.writer.apply(table);
      kernel.sessions.relabel(changes);
      if (changes.ended()) {
        kernel.sessions.removeUnless(kernel.writer::serves);
      }
    });
    model.apply(table, kernel.writer::indexOf);
  }

  @Override
  public void put(Session session) {
    done = "put " + session;
    boolean put = true;
    try {
      kernel.sessions.put(List.of(session));
    } catch (DataPlaneException e) {
      put = false;
    }
    same(model.put(session), put, "room for a session");
  }

  @Override
  public void remove(List<Flow> flows) {
    done = "remove " + flows;
    call(() -> {
      int removed = kernel.sessions.remove(flows).size();
      same(model.remove(flows), removed, "sessions that ended");
    });
  }

  @Override
  public void lease(long untilNanos) {
    done = "lease until " + untilNanos;
    call(() -> kernel.kernel.lease(untilNanos, 1));
    model.lease(untilNanos);
  }

  @Override
  public void offer() {
    int[] fresh = begun ? new int[0] : IntStream.range(0, FuzzWorld.OWN_PAIRS).toArray();
    begun = true;
    int[] pairs = model.offer(fresh);
    done = "offer " + Arrays.toString(pairs);
    call(() -> same(pairs.length, kernel.pool.offer(pairs), "pairs offered"));
  }

  @Override
  public void drain() {
    done = "drain";
    call(() -> {
      int[] drained = kernel.pool.drain();
      same(Arrays.toString(model.drain()), Arrays.toString(drained), "pairs drained");
    });
  }

  @Override
  public void recount() {
    done = "recount";
    call(() -> kernel.loads.recount(new BitSet()));
    model.recount();
  }

  @Override
  public void leaveEvents() {
    done = "leave events in the ring";
    leaving = true;
  }

  /** Before there are so many that the kernel would forget some by itself. */
  void boundDatagrams() {
    if (model.datagrams() > MOST_DATAGRAMS) {
      call(kernel::forgetDatagrams);
      model.forgetDatagrams();
    }
  }
}
