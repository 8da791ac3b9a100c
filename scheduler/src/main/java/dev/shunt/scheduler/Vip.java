package dev.shunt.scheduler;

import dev.shunt.replication.AddressText;
import java.net.InetAddress;

/** A virtual IP address: every member has it on its loopback, the scheduler answers for it. */
public record Vip(InetAddress address) {

  @Override
  public String toString() {
    return AddressText.of(address);
  }
}
