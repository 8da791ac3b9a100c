package dev.shunt.scheduler;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the headers of a frame say.
 *
 * @param from Ethernet source
 * @param to Ethernet destination
 * @param vlan identifier of the outer tag, if there is one
 * @param label the top one of the MPLS stack, if there is one
 * @param protocol {@code tcp}, {@code udp}, {@code icmp}, {@code arp}, {@code ip-47} or {@code
 *     ethertype-88cc}
 * @param source of IP and ARP packets; its port is 0 where there is none
 * @param destination likewise
 * @param flags of TCP as tcpdump writes them, such as {@code S} and {@code P.}; else empty
 */
public record PacketSummary(
    MacAddress from,
    MacAddress to,
    OptionalInt vlan,
    OptionalInt label,
    String protocol,
    Optional<InetSocketAddress> source,
    Optional<InetSocketAddress> destination,
    String flags) {}
