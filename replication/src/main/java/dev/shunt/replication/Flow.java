package dev.shunt.replication;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The 5-tuple of a packet from client to service.
 *
 * <p>Addresses are held as 128 bits in two longs, IPv4 as IPv4-mapped IPv6 ({@code ::ffff:a.b.c.d},
 * RFC 4291 section 2.5.5.2), so that a flow is five primitives and no array.
 */
public record Flow(
    Protocol protocol,
    long sourceHigh,
    long sourceLow,
    int sourcePort,
    long destinationHigh,
    long destinationLow,
    int destinationPort) {

  private static final long MAPPED_PREFIX = 0x0000_ffffL << 32;
  private static final int MAX_PORT = 65_535;
  private static final int ID_DIGITS = 12;

  public Flow {
    if (sourcePort < 0 || sourcePort > MAX_PORT) {
      throw new IllegalArgumentException("source port " + sourcePort + ": allowed is 0 to 65535");
    }
    if (destinationPort < 0 || destinationPort > MAX_PORT) {
      throw new IllegalArgumentException(
          "destination port " + destinationPort + ": allowed is 0 to 65535");
    }
  }

  public static Flow of(
      Protocol protocol, InetSocketAddress source, InetSocketAddress destination) {
    byte[] from = source.getAddress().getAddress();
    byte[] to = destination.getAddress().getAddress();
    return new Flow(
        protocol,
        high(from),
        low(from),
        source.getPort(),
        high(to),
        low(to),
        destination.getPort());
  }

  /** An IPv4 flow from addresses in host byte order. */
  public static Flow ofIpv4(
      Protocol protocol, int source, int sourcePort, int destination, int destinationPort) {
    return new Flow(
        protocol,
        0,
        MAPPED_PREFIX | Integer.toUnsignedLong(source),
        sourcePort,
        0,
        MAPPED_PREFIX | Integer.toUnsignedLong(destination),
        destinationPort);
  }

  public boolean isIpv4() {
    return isMapped(sourceHigh, sourceLow) && isMapped(destinationHigh, destinationLow);
  }

  public InetSocketAddress source() {
    return new InetSocketAddress(address(sourceHigh, sourceLow), sourcePort);
  }

  public InetSocketAddress destination() {
    return new InetSocketAddress(address(destinationHigh, destinationLow), destinationPort);
  }

  /**
   * A short name, the same on every member: 48 bits of a hash as 12 hex digits. Of 100,000 flows
   * two have the same once in 50,000 times.
   */
  public String id() {
    return HexFormat.of().toHexDigits(hash(), ID_DIGITS);
  }

  /** 64 bits, the same on every member and in every release. */
  public long hash() {
    long ports = ((long) sourcePort << 32) | ((long) destinationPort << 16) | protocol.number();
    return mixed(
        mixed(mixed(mixed(mixed(ports) ^ sourceHigh) ^ sourceLow) ^ destinationHigh)
            ^ destinationLow);
  }

  /** The finalizer of SplitMix64 (G. Steele and others, 2014). */
  static long mixed(long word) {
    long a = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  /** {@code tcp 192.0.2.7:4711 -> 198.51.100.1:80}. */
  @Override
  public String toString() {
    return "%s %s -> %s"
        .formatted(
            protocol.name().toLowerCase(java.util.Locale.ROOT),
            AddressText.of(source()),
            AddressText.of(destination()));
  }

  private static boolean isMapped(long high, long low) {
    return high == 0 && low >>> 32 == 0xffffL;
  }

  private static InetAddress address(long high, long low) {
    try {
      // Java turns a mapped address into an Inet4Address by itself.
      return InetAddress.getByAddress(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an address", e);
    }
  }

  private static long high(byte[] address) {
    return address.length == 4 ? 0 : ByteBuffer.wrap(address).getLong();
  }

  private static long low(byte[] address) {
    return address.length == 4
        ? MAPPED_PREFIX | Integer.toUnsignedLong(ByteBuffer.wrap(address).getInt())
        : ByteBuffer.wrap(address).getLong(8);
  }
}
