package dev.shunt.scheduler;

import java.util.regex.Pattern;

/**
 * An Ethernet address, the "port" of the label switching table.
 *
 * @param bits the six bytes in network order in the lower 48 bits
 */
public record MacAddress(long bits) {

  private static final Pattern PATTERN = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException("a MAC address has 48 bits");
    }
  }

  /**
   * @param text six pairs of hexadecimal digits separated by colons
   */
  public static MacAddress parse(String text) {
    if (!PATTERN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "MAC address '" + text + "': allowed is aa:bb:cc:dd:ee:ff");
    }
    return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
  }

  public static MacAddress of(byte[] six) {
    if (six.length != 6) {
      throw new IllegalArgumentException("a MAC address has 6 bytes, found " + six.length);
    }
    long bits = 0;
    for (byte b : six) {
      bits = (bits << 8) | (b & 0xffL);
    }
    return new MacAddress(bits);
  }

  /** Six new bytes in network order. */
  public byte[] bytes() {
    byte[] six = new byte[6];
    for (int i = 0; i < 6; i++) {
      six[i] = (byte) (bits >>> (40 - 8 * i));
    }
    return six;
  }

  @Override
  public String toString() {
    byte[] b = bytes();
    return "%02x:%02x:%02x:%02x:%02x:%02x".formatted(b[0], b[1], b[2], b[3], b[4], b[5]);
  }
}
