package dev.shunt.scheduler;

import dev.shunt.replication.AddressText;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A packet that is asked about, as a client would send it.
 *
 * @param source the client; a port of 0 where the kind has none
 * @param destination usually a VIP and a port of it
 * @param label that it comes with, if any
 * @param vlan identifier of the tag that it comes with, if any
 * @param length of the whole frame, Ethernet header included, in bytes; 0: as short as can be
 */
public record Probe(
    Kind kind,
    InetSocketAddress source,
    InetSocketAddress destination,
    OptionalInt label,
    OptionalInt vlan,
    int length) {

  /** What kind of packet. */
  public enum Kind {
    /** TCP that opens a connection. */
    SYN,
    /** TCP within a connection. */
    ACK,
    /** TCP that ends one. */
    FIN,
    /** TCP that breaks one off. */
    RST,
    /** UDP. */
    DATAGRAM,
    /** ICMP echo request, without ports. */
    ECHO,
    /** ICMP "too big" about what the destination sent to the source by TCP. */
    ERROR;

    public boolean isTcp() {
      return this == SYN || this == ACK || this == FIN || this == RST;
    }

    public boolean isIcmp() {
      return this == ECHO || this == ERROR;
    }
  }

  /** A longer frame fits no test run. */
  public static final int MAX_LENGTH = 3500;

  private static final int MAX_LABEL = (1 << 20) - 1;
  private static final int MAX_VLAN = 4094;

  public Probe {
    if (source.getAddress().getAddress().length != destination.getAddress().getAddress().length) {
      throw new IllegalArgumentException(
          "source and destination: found IPv4 and IPv6, allowed are two of the same");
    }
    check("label", label.orElse(0), 0, MAX_LABEL);
    check("vlan", vlan.orElse(1), 1, MAX_VLAN);
    check("length", length, 0, MAX_LENGTH);
  }

  private static void check(String name, int found, int least, int most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "%s: found %d, allowed is %d to %d".formatted(name, found, least, most));
    }
  }

  /** {@code tcp syn 192.0.2.7:4711 -> 198.51.100.1:80}. */
  @Override
  public String toString() {
    String protocol = kind.isTcp() ? "tcp " : kind.isIcmp() ? "icmp " : "";
    return protocol
        + (kind == Kind.DATAGRAM ? "udp" : kind.name().toLowerCase(Locale.ROOT))
        + " "
        + end(source)
        + " -> "
        + end(destination)
        + (label.isPresent() ? ", label " + label.getAsInt() : "")
        + (vlan.isPresent() ? ", VLAN " + vlan.getAsInt() : "")
        + (length > 0 ? ", " + length + " bytes" : "");
  }

  private String end(InetSocketAddress end) {
    return kind == Kind.ECHO ? AddressText.of(end.getAddress()) : AddressText.of(end);
  }
}
