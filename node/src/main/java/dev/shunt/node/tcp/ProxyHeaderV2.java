package dev.shunt.node.tcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The binary form of the PROXY protocol's header. */
final class ProxyHeaderV2 {

  static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  private static final int COMMAND_AT = 12;
  private static final int FAMILY_AT = 13;
  private static final int LENGTH_AT = 14;
  private static final int FIXED = ProxyHeaderReader.FIXED_V2;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int UNSPECIFIED = 0x00;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;

  /** Added to the family: UDP in place of TCP. */
  private static final int DATAGRAMS = 0x01;

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int PORT_BYTES = 2;
  private static final int TYPE_CRC32C = 0x03;
  private static final int TLV_HEAD = 3;
  private static final int CRC_BYTES = 4;

  private ProxyHeaderV2() {}

  /** Whether these may be a header's first bytes. */
  static boolean mayBegin(byte[] bytes, int length) {
    for (int i = 0; i < Math.min(length, SIGNATURE.length); i++) {
      if (bytes[i] != SIGNATURE[i]) {
        return false;
      }
    }
    return true;
  }

  /** The whole header's, out of its fixed beginning, of which the rest is checked here. */
  static int length(byte[] bytes) throws ProxyHeaderException {
    int command = bytes[COMMAND_AT] & 0xFF;
    if (command != LOCAL && command != PROXY) {
      throw new ProxyHeaderException("version and command 0x%02x".formatted(command));
    }
    int length = FIXED + unsignedShort(bytes, LENGTH_AT);
    if (length > ProxyHeaderReader.MAX_V2) {
      throw new ProxyHeaderException(
          "a header of " + length + " bytes; at most " + ProxyHeaderReader.MAX_V2);
    }
    if (length < FIXED + told(addressBytes(bytes))) {
      throw new ProxyHeaderException("a header too short for its addresses");
    }
    return length;
  }

  /** Of one address: 0 where the family is not told. */
  private static int addressBytes(byte[] bytes) throws ProxyHeaderException {
    int family = bytes[FAMILY_AT] & 0xFF;
    return switch (family) {
      case UNSPECIFIED -> 0;
      case TCP4 -> IPV4_BYTES;
      case TCP6 -> IPV6_BYTES;
      default -> throw new ProxyHeaderException("family and transport 0x%02x".formatted(family));
    };
  }

  /** Of both addresses and ports. */
  private static int told(int address) {
    return address == 0 ? 0 : 2 * (address + PORT_BYTES);
  }

  /**
   * @param length as {@link #length} said
   */
  static Optional<ConnectionEnds> parse(byte[] bytes, int length) throws ProxyHeaderException {
    int address = addressBytes(bytes);
    // Of an unspecified family whatever follows is to be ignored: it may be no TLVs.
    if (address > 0) {
      checkExtensions(bytes, FIXED + told(address), length);
    }
    if (bytes[COMMAND_AT] == LOCAL || address == 0) {
      return Optional.empty();
    }
    int ports = FIXED + 2 * address;
    return Optional.of(
        new ConnectionEnds(
            new InetSocketAddress(address(bytes, FIXED, address), unsignedShort(bytes, ports)),
            new InetSocketAddress(
                address(bytes, FIXED + address, address),
                unsignedShort(bytes, ports + PORT_BYTES))));
  }

  /** That they fill the header, and that a checksum is right. */
  private static void checkExtensions(byte[] bytes, int from, int length)
      throws ProxyHeaderException {
    boolean checked = false;
    int at = from;
    while (at < length) {
      if (length - at < TLV_HEAD || length - at - TLV_HEAD < unsignedShort(bytes, at + 1)) {
        throw new ProxyHeaderException("an extension longer than the header");
      }
      int size = unsignedShort(bytes, at + 1);
      if (bytes[at] == TYPE_CRC32C) {
        if (checked || size != CRC_BYTES || !isRight(bytes, at + TLV_HEAD, length)) {
          throw new ProxyHeaderException("a wrong checksum");
        }
        checked = true;
      }
      at += TLV_HEAD + size;
    }
  }

  /** The checksum is over the whole header with zeros in its own place. */
  private static boolean isRight(byte[] bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, at);
    crc.update(new byte[CRC_BYTES], 0, CRC_BYTES);
    crc.update(bytes, at + CRC_BYTES, length - at - CRC_BYTES);
    return (int) crc.getValue() == ByteBuffer.wrap(bytes).getInt(at);
  }

  private static InetAddress address(byte[] bytes, int at, int length) {
    byte[] address = new byte[length];
    System.arraycopy(bytes, at, address, 0, length);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are an address", e);
    }
  }

  private static int unsignedShort(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  /** Of nobody: the connection is this node's own. */
  static byte[] renderLocal() {
    return ByteBuffer.allocate(FIXED)
        .put(SIGNATURE)
        .put((byte) LOCAL)
        .put((byte) UNSPECIFIED)
        .putShort((short) 0)
        .array();
  }

  /**
   * @param datagrams whether it stands before a datagram, and not a connection
   * @param source as many bytes as {@code destination}: 4 or 16
   */
  static byte[] render(
      boolean datagrams, byte[] source, int sourcePort, byte[] destination, int destinationPort) {
    int family = source.length == IPV4_BYTES ? TCP4 : TCP6;
    int told = told(source.length);
    return ByteBuffer.allocate(FIXED + told)
        .put(SIGNATURE)
        .put((byte) PROXY)
        .put((byte) (datagrams ? family + DATAGRAMS : family))
        .putShort((short) told)
        .put(source)
        .put(destination)
        .putShort((short) sourcePort)
        .putShort((short) destinationPort)
        .array();
  }
}
