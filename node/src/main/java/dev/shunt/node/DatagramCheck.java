package dev.shunt.node;

import java.util.HexFormat;

/**
 * What a check of a server of datagrams sends, and what has to come back.
 *
 * @param send in hexadecimal digits; none: a datagram without a byte, which RFC 868 for one has for
 *     a question
 * @param expect what an answer begins with, in hexadecimal digits; none: any answer will do
 */
public record DatagramCheck(String send, String expect) {

  public static final int MAX_BYTES = 1024;

  public DatagramCheck {
    Ranges.check("health check, bytes to send", bytes(send).length, 0, MAX_BYTES);
    Ranges.check("health check, bytes to expect", bytes(expect).length, 0, MAX_BYTES);
  }

  public byte[] sent() {
    return bytes(send);
  }

  public byte[] expected() {
    return bytes(expect);
  }

  private static byte[] bytes(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
