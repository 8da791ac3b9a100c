package dev.shunt.scheduler.xdp.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct vip_filter}: a Bloom filter of one hash, by which the program tells most addresses
 * from the VIPs without a look-up.
 */
public final class VipFilterLayout {

  /** {@code VIP_FILTER_WORDS}. */
  public static final int WORDS = 4;

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(WORDS, Fields.U64).withName("words"))
          .withName("vip_filter");

  /** The golden ratio of 32 bits, as {@code may_be_vip()} has it. */
  private static final int MULTIPLIER = 0x9e3779b1;

  /** Of the product, the uppermost eight bits: one of the filter's 256. */
  private static final int SHIFT = 24;

  private VipFilterLayout() {}

  /** Lets an IPv4 address through. */
  public static void add(MemorySegment filter, int address) {
    int bit = (address * MULTIPLIER) >>> SHIFT;
    int word = bit / Long.SIZE;
    long before = filter.getAtIndex(Fields.U64, word);
    filter.setAtIndex(Fields.U64, word, before | (1L << (bit % Long.SIZE)));
  }
}
