package dev.shunt.scheduler.xdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The hash by which the kernel program remembers whose a label is, as {@code hash.h} has it. */
final class FlowMark {

  private static final long FIRST = 0x9e3779b97f4a7c15L;
  private static final long NEXT = 0xd6e8feb86659fd93L;

  private FlowMark() {}

  /**
   * The upper half of the mark.
   *
   * @param key a flow as a key of a session table
   */
  static int owner(MemorySegment key) {
    return (int) (of(key) >>> Integer.SIZE);
  }

  /** The whole mark; its last bits find the bucket of an embryo. */
  static long of(MemorySegment key) {
    long mark = word(key, 0) * FIRST;
    for (long at = Long.BYTES; at < key.byteSize(); at += Long.BYTES) {
      mark = (mark ^ (mark >>> Integer.SIZE) ^ word(key, at)) * NEXT;
    }
    mark = (mark ^ (mark >>> Integer.SIZE)) * NEXT;
    return mark ^ (mark >>> Integer.SIZE);
  }

  private static long word(MemorySegment key, long at) {
    return key.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
  }
}
