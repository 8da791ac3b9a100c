package dev.shunt.scheduler.edge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Addresses that begin alike.
 *
 * @param address the first of them: what is behind the length is 0
 * @param length how many bits are alike, 0 to 32 for IPv4
 */
public record Prefix(InetAddress address, int length) {

  private static final Pattern IPV4 =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}"); // Never a name to be looked up.

  public Prefix {
    int most = address.getAddress().length * Byte.SIZE;
    if (length < 0 || length > most) {
      throw new IllegalArgumentException(
          "prefix length %d: allowed is 0 to %d".formatted(length, most));
    }
    byte[] bytes = address.getAddress();
    for (int bit = length; bit < most; bit++) {
      if ((bytes[bit / Byte.SIZE] >> (7 - bit % Byte.SIZE) & 1) != 0) {
        throw new IllegalArgumentException(
            "prefix %s/%d: its address has bits behind the length"
                .formatted(address.getHostAddress(), length));
      }
    }
  }

  /**
   * @param text {@code ADDR} or {@code ADDR/LEN}
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    if (!IPV4.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "': allowed is an IPv4 address, or one with /LENGTH");
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      return new Prefix(
          address,
          slash < 0
              ? address.getAddress().length * Byte.SIZE
              : Integer.parseInt(text.substring(slash + 1)));
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "': allowed is an IPv4 address, or one with /LENGTH", e);
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }
}
