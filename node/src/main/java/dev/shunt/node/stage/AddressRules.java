package dev.shunt.node.stage;

import dev.shunt.node.AddressRange;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Ranges of addresses in an order, and for each whether it is allowed. Immutable. */
final class AddressRules {

  private static final int IPV4_BYTES = 4;
  private static final int STRIDE = 4;

  /** Of each range: the two halves of its address, and of the mask. */
  private final long[] ranges;

  private final boolean[] allow;
  private final boolean[] ipv4;
  private final boolean otherwise;

  private AddressRules(Builder from, boolean otherwise) {
    this.otherwise = otherwise;
    int count = from.ranges.size();
    ranges = new long[STRIDE * count];
    allow = new boolean[count];
    ipv4 = new boolean[count];
    for (int i = 0; i < count; i++) {
      AddressRange range = from.ranges.get(i);
      byte[] address = range.address().getAddress();
      ipv4[i] = address.length == IPV4_BYTES;
      allow[i] = from.allow.get(i);
      int prefix = ipv4[i] ? range.prefix() + 32 : range.prefix();
      ranges[STRIDE * i + 2] = mask(prefix);
      ranges[STRIDE * i + 3] = mask(prefix - 64);
      ranges[STRIDE * i] = high(address) & ranges[STRIDE * i + 2];
      ranges[STRIDE * i + 1] = low(address) & ranges[STRIDE * i + 3];
    }
  }

  /** Collects ranges. */
  static final class Builder {
    private final List<AddressRange> ranges = new ArrayList<>();
    private final List<Boolean> allow = new ArrayList<>();

    void add(AddressRange range, boolean allowed) {
      ranges.add(range);
      allow.add(allowed);
    }

    /**
     * @param otherwise whether an address in none of the ranges is allowed
     */
    AddressRules build(boolean otherwise) {
      return new AddressRules(this, otherwise);
    }
  }

  boolean allows(InetAddress client) {
    byte[] address = client.getAddress();
    boolean isIpv4 = address.length == IPV4_BYTES;
    long high = high(address);
    long low = low(address);
    for (int i = 0; i < allow.length; i++) {
      int at = STRIDE * i;
      if (ipv4[i] == isIpv4
          && (high & ranges[at + 2]) == ranges[at]
          && (low & ranges[at + 3]) == ranges[at + 1]) {
        return allow[i];
      }
    }
    return otherwise;
  }

  /** An IPv4 address is in the upper half, below 32 bits that are nothing. */
  private static long high(byte[] address) {
    ByteBuffer bytes = ByteBuffer.wrap(address);
    return address.length == IPV4_BYTES ? bytes.getInt() & 0xFFFF_FFFFL : bytes.getLong();
  }

  private static long low(byte[] address) {
    return address.length == IPV4_BYTES ? 0 : ByteBuffer.wrap(address).getLong(8);
  }

  private static long mask(int bits) {
    return bits <= 0 ? 0 : -1L << (64 - Math.min(bits, 64));
  }
}
