package dev.shunt.scheduler.edge;

import dev.shunt.replication.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Addresses that begin alike.
 *
 * @param address the first of them: what is behind the length is 0
 * @param length how many bits are alike, 0 to 32 for IPv4, to 128 for IPv6
 */
public record Prefix(InetAddress address, int length) {

  /** Never a name to be looked up: that has no colon. */
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*");

  private static final String ALLOWED = "': allowed is an IP address, or one with /LENGTH";

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
                .formatted(AddressText.of(address), length));
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
    if (!LITERAL.matcher(host).matches()) {
      throw new IllegalArgumentException("'" + text + ALLOWED);
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      return new Prefix(
          address,
          slash < 0
              ? address.getAddress().length * Byte.SIZE
              : Integer.parseInt(text.substring(slash + 1)));
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + ALLOWED, e);
    }
  }

  @Override
  public String toString() {
    return AddressText.of(address) + "/" + length;
  }
}
