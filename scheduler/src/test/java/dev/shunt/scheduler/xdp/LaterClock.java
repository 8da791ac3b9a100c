package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What another CPU noted, whose clock is a tick ahead of the one that the next packet comes to:
 * each looks at the time at an instant of its own, see {@code clock.h}.
 */
final class LaterClock {

  /** Where an embryo's time begins in its word, and how long it is. */
  private static final int TIME_SHIFT = 16;

  private static final long TIME_MASK = 0xffffL << TIME_SHIFT;

  /** {@code struct datagram}, whose first field is its time. */
  private static final int DATAGRAM_BYTES = 24;

  /** More than a tick, so that it is ahead whenever the next packet comes. */
  private static final long AHEAD = TimeUnit.SECONDS.toNanos(10);

  private LaterClock() {}

  /** The usual flow's embryo was made just after a new quarter of a second began. */
  static void embryo(World world) throws DataPlaneException {
    BpfMap embryos = world.kernel.map("embryos");
    try (Arena arena = Arena.ofConfined()) {
      int bucket = World.embryoBucket(arena.allocate(Flow4Layout.LAYOUT), World.flow());
      MemorySegment words = embryos.get(arena, bucket);
      for (int way = 0; way < SharedLayouts.EMBRYO_WAYS; way++) {
        long word = words.getAtIndex(JAVA_LONG, way);
        if (word != 0) {
          long next = (word + (1L << TIME_SHIFT)) & TIME_MASK;
          words.setAtIndex(JAVA_LONG, way, (word & ~TIME_MASK) | next);
        }
      }
      embryos.put(bucket, words);
    }
  }

  /** The first fragments of all datagrams came later than what comes next. */
  static void datagrams(World world) throws DataPlaneException {
    BpfMap datagrams = world.kernel.map("datagrams");
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> entries = new ArrayList<>();
      datagrams.scan((keys, key, values, value) -> {
        entries.add(copy(arena, keys.asSlice(key, datagrams.shape().keySize())));
        entries.add(copy(arena, values.asSlice(value, DATAGRAM_BYTES)));
      });
      for (int i = 0; i < entries.size(); i += 2) {
        entries.get(i + 1).set(JAVA_LONG, 0, System.nanoTime() + AHEAD);
        datagrams.put(entries.get(i), entries.get(i + 1));
      }
    }
  }

  private static MemorySegment copy(Arena arena, MemorySegment of) {
    return arena.allocate(of.byteSize(), Long.BYTES).copyFrom(of);
  }
}
