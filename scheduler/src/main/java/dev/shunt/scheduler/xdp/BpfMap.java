package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A table in the kernel, by its file descriptor.
 *
 * <p>Keys and values are memory in the layout of the kernel program; arrays of them lie end to end.
 */
final class BpfMap {

  /** {@code BPF_MAP_TYPE_PERCPU_ARRAY}. */
  private static final int PER_CPU_ARRAY = 6;

  private static final int ALIGNMENT = Long.BYTES;

  /** Entries that one scan call asks for; the kernel asks for more if a hash bucket is longer. */
  private static final int SCAN = 4096;

  /** What decides whether an old map can serve a new program. */
  record Shape(int type, int keySize, int valueSize, int maxEntries, int flags) {

    private static final int INFO_BYTES = 88;

    static Shape of(int fd, String name) throws DataPlaneException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment info = arena.allocate(INFO_BYTES, ALIGNMENT);
        MemorySegment length = arena.allocateFrom(JAVA_INT, INFO_BYTES);
        Native.check(LibBpf.objInfo(fd, info, length), "reading the shape of map", name);
        return new Shape(
            info.get(JAVA_INT, 0),
            info.get(JAVA_INT, 8),
            info.get(JAVA_INT, 12),
            info.get(JAVA_INT, 16),
            info.get(JAVA_INT, 20));
      }
    }
  }

  /** Hears each entry of a scan: segments that hold it, and where in them. */
  @FunctionalInterface
  interface Visitor {
    void entry(MemorySegment keys, long key, MemorySegment values, long value);
  }

  private final String name;
  private final int fd;
  private final Shape shape;

  BpfMap(String name, int fd) throws DataPlaneException {
    this.name = name;
    this.fd = fd;
    this.shape = Shape.of(fd, name);
  }

  String name() {
    return name;
  }

  int fd() {
    return fd;
  }

  Shape shape() {
    return shape;
  }

  int maxEntries() {
    return shape.maxEntries;
  }

  /** Sets one entry of an array. */
  void put(int index, MemorySegment value) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      put(arena.allocateFrom(JAVA_INT, index), value);
    }
  }

  void put(MemorySegment key, MemorySegment value) throws DataPlaneException {
    Native.check(LibBpf.mapUpdate(fd, key, value), "writing to map", name);
  }

  /** Reads one entry of an array; of a per-CPU array one value for each possible CPU. */
  MemorySegment get(Arena arena, int index) throws DataPlaneException {
    MemorySegment value = arena.allocate(valueBytes(), ALIGNMENT);
    int result = LibBpf.mapLookup(fd, arena.allocateFrom(JAVA_INT, index), value);
    Native.check(result, "reading from map", name);
    return value;
  }

  /** Adds to the end of a queue; whether there was room. */
  boolean push(MemorySegment value) throws DataPlaneException {
    int result = LibBpf.mapUpdate(fd, MemorySegment.NULL, value);
    if (result < 0 && Native.errno() == LibC.E2BIG) {
      return false;
    }
    Native.check(result, "writing to map", name);
    return true;
  }

  /**
   * Reads one entry into {@code value}.
   *
   * @return whether there was one
   */
  boolean read(MemorySegment key, MemorySegment value) throws DataPlaneException {
    return found(LibBpf.mapLookup(fd, key, value), "reading from map");
  }

  /**
   * Takes one entry out, into {@code value}; the first one of a queue, whose key is {@code NULL}.
   *
   * @return whether there was one
   */
  boolean take(MemorySegment key, MemorySegment value) throws DataPlaneException {
    return found(LibBpf.mapLookupAndDelete(fd, key, value), "taking from map");
  }

  private boolean found(int result, String doing) throws DataPlaneException {
    if (result < 0 && Native.errno() == LibC.ENOENT) {
      return false;
    }
    Native.check(result, doing, name);
    return true;
  }

  /** Whether there was such an entry. */
  boolean remove(MemorySegment key) throws DataPlaneException {
    return found(LibBpf.mapDelete(fd, key), "deleting from map");
  }

  /**
   * Writes {@code count} entries.
   *
   * @return how many of them found no room, because the map is full
   */
  int putAll(MemorySegment keys, MemorySegment values, int count) throws DataPlaneException {
    int refused = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment done = arena.allocate(JAVA_INT);
      for (int at = 0; at < count; at += done.get(JAVA_INT, 0)) {
        done.set(JAVA_INT, 0, count - at);
        int result =
            LibBpf.mapUpdateBatch(
                fd,
                keys.asSlice((long) at * shape.keySize),
                values.asSlice((long) at * shape.valueSize),
                done);
        if (result < 0) {
          if (Native.errno() != LibC.E2BIG) {
            throw Native.failure("writing a batch to map", name, Native.errno());
          }
          // The one after those done found no room; others behind it may be there already.
          refused++;
          at++;
        }
      }
    }
    return refused;
  }

  /** Deletes {@code count} entries; those that are not there are no error. */
  void removeAll(MemorySegment keys, int count) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment done = arena.allocate(JAVA_INT);
      for (int at = 0; at < count; at += done.get(JAVA_INT, 0)) {
        done.set(JAVA_INT, 0, count - at);
        int result = LibBpf.mapDeleteBatch(fd, keys.asSlice((long) at * shape.keySize), done);
        if (result < 0) {
          if (Native.errno() != LibC.ENOENT) {
            throw Native.failure("deleting a batch from map", name, Native.errno());
          }
          at++;
        }
      }
    }
  }

  /**
   * Goes through all entries of a hash map or a trie; those that come or go meanwhile may be
   * missed.
   */
  void scan(Visitor visitor) throws DataPlaneException {
    int room = Math.min(SCAN, shape.maxEntries);
    try (Arena arena = Arena.ofConfined()) {
      // A hash map's cursor is a bucket, a trie's is a key.
      MemorySegment cursor = arena.allocate(Math.max(Long.BYTES, shape.keySize), ALIGNMENT);
      MemorySegment after = MemorySegment.NULL;
      MemorySegment count = arena.allocate(JAVA_INT);
      MemorySegment keys = arena.allocate((long) room * shape.keySize, ALIGNMENT);
      MemorySegment values = arena.allocate((long) room * shape.valueSize, ALIGNMENT);
      while (true) {
        count.set(JAVA_INT, 0, room);
        int result = LibBpf.mapLookupBatch(fd, after, cursor, keys, values, count);
        int errno = result < 0 ? Native.errno() : 0;
        if (errno == LibC.ENOSPC && room < shape.maxEntries) {
          room = Math.min(2 * room, shape.maxEntries);
          keys = arena.allocate((long) room * shape.keySize, ALIGNMENT);
          values = arena.allocate((long) room * shape.valueSize, ALIGNMENT);
          continue;
        }
        if (errno != 0 && errno != LibC.ENOENT) {
          throw Native.failure("scanning map", name, errno);
        }
        int found = count.get(JAVA_INT, 0);
        for (int i = 0; i < found; i++) {
          visitor.entry(keys, (long) i * shape.keySize, values, (long) i * shape.valueSize);
        }
        if (errno == LibC.ENOENT) {
          return;
        }
        after = cursor;
      }
    }
  }

  private long valueBytes() {
    if (shape.type != PER_CPU_ARRAY) {
      return shape.valueSize;
    }
    long stride = (shape.valueSize + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
    return stride * LibBpf.possibleCpus();
  }
}
