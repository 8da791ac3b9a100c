package dev.shunt.scheduler.xdp.model;

/** Network order and the Internet checksum (RFC 1071) on an array. */
final class Sums {

  private Sums() {}

  static void put16(byte[] to, int at, int value) {
    to[at] = (byte) (value >>> 8);
    to[at + 1] = (byte) value;
  }

  static int get16(byte[] from, int at) {
    return ((from[at] & 0xff) << 8) | (from[at + 1] & 0xff);
  }

  /** The folded sum of an even range on top of another. */
  static int range(byte[] of, int at, int count, int before) {
    long sum = before;
    for (int i = 0; i < count; i += 2) {
      sum += get16(of, at + i);
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }
}
