package dev.shunt.scheduler.xdp.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

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

  /** Lets an address through. */
  public static void add(MemorySegment filter, InetAddress address) {
    int bit = (folded(address) * MULTIPLIER) >>> SHIFT;
    int word = bit / Long.SIZE;
    long before = filter.getAtIndex(Fields.U64, word);
    filter.setAtIndex(Fields.U64, word, before | (1L << (bit % Long.SIZE)));
  }

  /** The sum of the address's one or four words. */
  private static int folded(InetAddress address) {
    IntBuffer words = ByteBuffer.wrap(address.getAddress()).asIntBuffer();
    int sum = 0;
    while (words.hasRemaining()) {
      sum += words.get();
    }
    return sum;
  }
}
