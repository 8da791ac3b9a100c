package dev.shunt.node;

import java.net.InetAddress;

/**
 * Addresses with a prefix in common, such as {@code 10.0.0.0/8}.
 *
 * @param address one of them
 * @param prefix how many leading bits they share
 */
public record AddressRange(InetAddress address, int prefix) {

  public AddressRange {
    Ranges.check("prefix of " + address, prefix, 0, address.getAddress().length * 8L);
  }

  /**
   * Reads {@code address} or {@code address/prefix}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int bits = address.getAddress().length * 8;
      return new AddressRange(
          address, slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "address range: found '" + text + "', allowed is such as 10.0.0.0/8 or 2001:db8::/32", e);
    }
  }

  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] its = other.getAddress();
    if (mine.length != its.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit += 8) {
      int mask = prefix - bit >= 8 ? 0xFF : 0xFF << (8 - (prefix - bit)) & 0xFF;
      if (((mine[bit / 8] ^ its[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
