package dev.shunt.scheduler;

import java.net.InetAddress;

/** A virtual IP address: every member has it on its loopback, the scheduler answers for it. */
public record Vip(InetAddress address) {

  @Override
  public String toString() {
    return address.getHostAddress();
  }
}
