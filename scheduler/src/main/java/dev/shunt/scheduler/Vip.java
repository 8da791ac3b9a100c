package dev.shunt.scheduler;

import dev.shunt.replication.AddressText;
import java.net.InetAddress;

/**
 * A virtual IP address: every member has it on its loopback, and the scheduler answers for it, or
 * every member does.
 */
public record Vip(InetAddress address) {

  private static final int GROUP_FIRST = 0x03;
  private static final int GROUP_SECOND = 0x53;
  private static final int TAIL = 4;

  /**
   * The Ethernet address under which every member gets its packets: 03:53 and its last four bytes,
   * a group address that is locally administered (IEEE 802 section 8.2).
   */
  public MacAddress groupMac() {
    byte[] bytes = address.getAddress();
    byte[] mac = {GROUP_FIRST, GROUP_SECOND, 0, 0, 0, 0};
    System.arraycopy(bytes, bytes.length - TAIL, mac, mac.length - TAIL, TAIL);
    return MacAddress.of(mac);
  }

  @Override
  public String toString() {
    return AddressText.of(address);
  }
}
