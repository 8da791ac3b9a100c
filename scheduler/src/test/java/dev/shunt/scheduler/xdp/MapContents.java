package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a map of whatever kind holds, read without a change; and taken out of it again. A kind
 * that this class does not know is an error, so that no new map is overlooked.
 */
final class MapContents implements AutoCloseable {

  private static final int HASH = 1;
  private static final int ARRAY = 2;
  private static final int PER_CPU_ARRAY = 6;
  private static final int LRU_HASH = 9;
  private static final int QUEUE = 22;
  private static final int RING = 27;
  private static final int MMAPABLE = 1 << 10;

  private static final long PAGE = 4096;

  /** To compare with: as much as stays in a processor's cache. */
  private static final MemorySegment ZEROS = Arena.global().allocate(64 * 1024);

  private static final HexFormat HEX = HexFormat.of();

  /** What an array's entry begins at a multiple of. */
  private static final int STRIDE = Long.BYTES;

  private final BpfMap map;
  private final BpfMap.Shape shape;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment shared;
  private final MemorySegment values;
  private final MemorySegment initial;
  private final int bytes;

  /**
   * @param map as loading made it: what an array has now is what it begins with
   */
  MapContents(BpfMap map) throws DataPlaneException {
    this.map = map;
    shape = BpfMap.Shape.of(map.fd(), map.name());
    int places = shape.type() == PER_CPU_ARRAY ? LibBpf.possibleCpus() : 1;
    bytes = places == 1 && !isMapped() ? shape.valueSize() : stride() * places;
    shared = shared();
    long room = isArray() ? (long) bytes * shape.maxEntries() : 0;
    values = arena.allocate(isMapped() ? 0 : room, STRIDE);
    initial = arena.allocate(room, STRIDE);
    if (isArray()) {
      initial.copyFrom(image());
    }
  }

  String name() {
    return map.name();
  }

  /** Writes into it what no program would, wherever it ends. */
  void soil() throws DataPlaneException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment dirt =
          call.allocate(Math.max(bytes, shape.keySize()), STRIDE).fill((byte) 0x5a);
      switch (shape.type()) {
        case ARRAY, PER_CPU_ARRAY -> {
          map.put(0, dirt);
          map.put(shape.maxEntries() - 1, dirt);
        }
        case HASH, LRU_HASH -> map.put(dirt, dirt);
        case QUEUE -> map.push(dirt);
        // Only a program writes into a ring.
        case RING -> {}
        default -> throw unknown();
      }
    }
  }

  private boolean isArray() {
    return shape.type() == ARRAY || shape.type() == PER_CPU_ARRAY;
  }

  private boolean isMapped() {
    return shape.type() == ARRAY && (shape.flags() & MMAPABLE) != 0;
  }

  private int stride() {
    return (shape.valueSize() + STRIDE - 1) / STRIDE * STRIDE;
  }

  private MemorySegment shared() throws DataPlaneException {
    if (!isMapped() && shape.type() != RING) {
      return MemorySegment.NULL;
    }
    long size = shape.type() == RING ? PAGE : (long) stride() * shape.maxEntries();
    MemorySegment memory = LibC.mmap(map.fd(), (size + PAGE - 1) / PAGE * PAGE);
    if (memory.equals(MemorySegment.NULL)) {
      throw Native.failure("mapping into memory the map", map.name(), Native.errno());
    }
    return memory;
  }

  /** An array's entries, end to end. */
  private MemorySegment image() throws DataPlaneException {
    if (isMapped()) {
      return shared.asSlice(0, initial.byteSize());
    }
    try (Arena call = Arena.ofConfined()) {
      MemorySegment cursor = call.allocate(JAVA_LONG);
      MemorySegment found = call.allocate(4L * shape.maxEntries(), STRIDE);
      MemorySegment count = call.allocateFrom(JAVA_INT, shape.maxEntries());
      int result =
          LibBpf.mapLookupBatch(map.fd(), MemorySegment.NULL, cursor, found, values, count);
      if (result < 0 && Native.errno() != LibC.ENOENT) {
        throw Native.failure("reading all of map", map.name(), Native.errno());
      }
      if (count.get(JAVA_INT, 0) != shape.maxEntries()) {
        throw new AssertionError("a part of " + map.name() + " cannot be read");
      }
    }
    return values;
  }

  /** Its entries by their keys, both in hexadecimal digits; of an array those that are not 0. */
  SortedMap<String, String> contents() throws DataPlaneException {
    SortedMap<String, String> found = new TreeMap<>();
    switch (shape.type()) {
      case ARRAY, PER_CPU_ARRAY -> {
        MemorySegment image = image();
        for (int entry : filled(image)) {
          found.put(HEX.toHexDigits(entry), hex(image, (long) entry * bytes, bytes));
        }
      }
      case HASH, LRU_HASH ->
          map.scan((at, key, all, value) ->
              found.put(hex(at, key, shape.keySize()), hex(all, value, shape.valueSize())));
      case QUEUE -> {
        for (MemorySegment value : emptied()) {
          found.put(HEX.toHexDigits(found.size()), hex(value, 0, shape.valueSize()));
          map.push(value);
        }
      }
      case RING -> {
        long unread = produced() - shared.get(JAVA_LONG, 0);
        if (unread != 0) {
          found.put("unread", unread + " bytes");
        }
      }
      default -> throw unknown();
    }
    return found;
  }

  /** Which entries of two arrays are not the same. */
  private List<Integer> differing(MemorySegment one, MemorySegment other) {
    List<Integer> entries = new ArrayList<>();
    long size = one.byteSize();
    for (long from = 0; from < size; ) {
      long at = MemorySegment.mismatch(one, from, size, other, from, size);
      if (at < 0) {
        break;
      }
      long entry = (from + at) / bytes;
      entries.add((int) entry);
      from = (entry + 1) * bytes;
    }
    return entries;
  }

  /** Which of an array's entries are not 0. */
  private List<Integer> filled(MemorySegment image) {
    List<Integer> entries = new ArrayList<>();
    long size = image.byteSize();
    for (long from = 0; from < size; ) {
      long length = Math.min(size - from, ZEROS.byteSize());
      long at = MemorySegment.mismatch(image, from, from + length, ZEROS, 0, length);
      if (at < 0) {
        from += length;
      } else {
        long entry = (from + at) / bytes;
        entries.add((int) entry);
        from = (entry + 1) * bytes;
      }
    }
    return entries;
  }

  private static String hex(MemorySegment segment, long at, int bytes) {
    return HEX.formatHex(segment.asSlice(at, bytes).toArray(JAVA_BYTE));
  }

  /** Makes it what it was at first, and looks whether it is. */
  void clear() throws DataPlaneException {
    switch (shape.type()) {
      case ARRAY, PER_CPU_ARRAY -> clearArray();
      case HASH, LRU_HASH -> clearHash();
      case QUEUE -> emptied();
      case RING -> shared.set(JAVA_LONG, 0, produced());
      default -> throw unknown();
    }
    if (!isArray() && !contents().isEmpty()) {
      throw notAsNew(contents());
    }
  }

  private void clearHash() throws DataPlaneException {
    List<byte[]> all = new ArrayList<>();
    map.scan((at, key, _, _) -> all.add(at.asSlice(key, shape.keySize()).toArray(JAVA_BYTE)));
    try (Arena call = Arena.ofConfined()) {
      for (byte[] key : all) {
        map.remove(call.allocateFrom(JAVA_BYTE, key));
      }
    }
  }

  /** Writes and reads again what has changed alone: most of a big array never does. */
  private void clearArray() throws DataPlaneException {
    for (int entry : differing(image(), initial)) {
      MemorySegment first = initial.asSlice((long) entry * bytes, bytes);
      try (Arena call = Arena.ofConfined()) {
        map.put(entry, first);
        MemorySegment now = map.get(call, entry);
        if (now.mismatch(first.asSlice(0, now.byteSize())) >= 0) {
          throw notAsNew(hex(now, 0, bytes));
        }
      }
    }
  }

  private AssertionError notAsNew(Object left) {
    return new AssertionError(
        "map %s was cleared and is not as new: %s".formatted(map.name(), left));
  }

  /** What a queue has held, the first first. */
  private List<MemorySegment> emptied() throws DataPlaneException {
    List<MemorySegment> all = new ArrayList<>();
    MemorySegment value = Arena.ofAuto().allocate(shape.valueSize());
    while (map.take(MemorySegment.NULL, value)) {
      all.add(value);
      value = Arena.ofAuto().allocate(shape.valueSize());
    }
    return all;
  }

  /** Where a ring's next record will be, counted from its beginning. */
  private long produced() {
    MemorySegment page = RingMemory.producer(map.fd(), PAGE);
    try {
      return page.get(JAVA_LONG, 0);
    } finally {
      LibC.munmap(page);
    }
  }

  private AssertionError unknown() {
    return new AssertionError(
        "map %s is of kind %d, which cannot be cleared yet".formatted(map.name(), shape.type()));
  }

  @Override
  public void close() {
    if (!shared.equals(MemorySegment.NULL)) {
      LibC.munmap(shared);
    }
    arena.close();
  }
}
