package dev.shunt.ops.config;

import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.Vip;
import java.net.InetSocketAddress;

/** Where clients reach a service. */
public sealed interface Frontend {

  int port();

  /** An address of the host itself; needs neither an array nor a privilege. */
  record Listen(InetSocketAddress address) implements Frontend {
    @Override
    public int port() {
      return address.getPort();
    }

    @Override
    public String toString() {
      return AddressText.of(address);
    }
  }

  /** A virtual IP of the array; nodes serve the port on their own address too. */
  record Virtual(Vip vip, int port) implements Frontend {
    @Override
    public String toString() {
      return AddressText.of(vip.address(), port);
    }
  }
}
