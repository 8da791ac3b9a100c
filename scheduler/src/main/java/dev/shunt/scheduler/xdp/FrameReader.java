package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.PacketSummary;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the headers of a frame, of which there may be the first bytes only, and damaged ones. */
final class FrameReader {

  private static final int ETHERNET_BYTES = 14;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int MPLS = 0x8847;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int ARP = 0x0806;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;

  /** What TCP calls them, from the lowest bit on, as tcpdump prints them. */
  private static final String FLAGS = "FSRP.UEW";

  private final ByteBuffer bytes;
  private OptionalInt vlan = OptionalInt.empty();
  private OptionalInt label = OptionalInt.empty();
  private String protocol = "";
  private Optional<InetSocketAddress> source = Optional.empty();
  private Optional<InetSocketAddress> destination = Optional.empty();
  private String flags = "";

  private FrameReader(byte[] frame) {
    bytes = ByteBuffer.wrap(frame);
  }

  /**
   * What it says as far as it goes.
   *
   * @param frame an Ethernet header at least
   */
  static PacketSummary read(byte[] frame) {
    FrameReader reader = new FrameReader(frame);
    reader.readLink();
    return new PacketSummary(
        MacAddress.of(Arrays.copyOfRange(frame, 6, 12)),
        MacAddress.of(Arrays.copyOfRange(frame, 0, 6)),
        reader.vlan,
        reader.label,
        reader.protocol,
        reader.source,
        reader.destination,
        reader.flags);
  }

  private void readLink() {
    int at = ETHERNET_BYTES;
    int type = u16(at - 2);
    while ((type == VLAN || type == SERVICE_VLAN) && has(at, 4)) {
      if (vlan.isEmpty()) {
        vlan = OptionalInt.of(u16(at) & 0xfff);
      }
      type = u16(at + 2);
      at += 4;
    }
    boolean bottom = type != MPLS;
    while (!bottom && has(at, 4)) {
      int shim = bytes.getInt(at);
      if (label.isEmpty()) {
        label = OptionalInt.of(shim >>> 12);
      }
      bottom = (shim & 0x100) != 0;
      at += 4;
    }
    if (type == MPLS && has(at, 1)) {
      type = bytes.get(at) >> 4 == 4 ? IPV4 : IPV6;
    }
    switch (type) {
      case ARP -> readArp(at);
      case IPV4 -> readIpv4(at);
      case IPV6 -> readIpv6(at);
      default -> protocol = "ethertype-%04x".formatted(type);
    }
  }

  private void readArp(int at) {
    protocol = "arp";
    if (has(at, 28)) {
      source = end(at + 14, 4, 0);
      destination = end(at + 24, 4, 0);
    }
  }

  private void readIpv4(int at) {
    protocol = "ip";
    if (!has(at, 20)) {
      return;
    }
    boolean first = (u16(at + 6) & 0x1fff) == 0;
    int header = (bytes.get(at) & 0xf) * 4;
    readTransport(bytes.get(at + 9) & 0xff, first ? at + header : bytes.capacity(), at + 12, 4);
  }

  private void readIpv6(int at) {
    protocol = "ip6";
    if (has(at, 40)) {
      readTransport(bytes.get(at + 6) & 0xff, at + 40, at + 8, 16);
    }
  }

  /**
   * @param at where its header begins
   * @param addresses where the source's address is, and the destination's behind it
   */
  private void readTransport(int number, int at, int addresses, int addressBytes) {
    protocol =
        switch (number) {
          case TCP -> "tcp";
          case UDP -> "udp";
          case ICMP -> "icmp";
          case ICMPV6 -> "icmp6";
          default -> "ip-" + number;
        };
    boolean ports = (number == TCP || number == UDP) && has(at, 4);
    source = end(addresses, addressBytes, ports ? u16(at) : 0);
    destination = end(addresses + addressBytes, addressBytes, ports ? u16(at + 2) : 0);
    if (number == TCP && has(at, 14)) {
      flags = flags(bytes.get(at + 13) & 0xff);
    }
  }

  private static String flags(int bits) {
    StringBuilder text = new StringBuilder();
    for (int i : new int[] {1, 0, 2, 3, 5, 6, 7, 4}) {
      if ((bits & (1 << i)) != 0) {
        text.append(FLAGS.charAt(i));
      }
    }
    return text.toString();
  }

  private Optional<InetSocketAddress> end(int at, int addressBytes, int port) {
    try {
      byte[] address = Arrays.copyOfRange(bytes.array(), at, at + addressBytes);
      return Optional.of(new InetSocketAddress(InetAddress.getByAddress(address), port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(addressBytes + " bytes are an address", e);
    }
  }

  private boolean has(int at, int count) {
    return at >= 0 && at + count <= bytes.capacity();
  }

  private int u16(int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }
}
