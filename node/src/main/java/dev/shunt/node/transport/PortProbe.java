package dev.shunt.node.transport;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Asks the system whether an address is free, for sockets that will then share it ({@code
 * SO_REUSEPORT}) and would share it with a second process's too, unnoticed.
 *
 * <p>A plain socket, which listens to nobody and is closed when its close returns. A channel of
 * Netty's accepts clients as long as it is open, and with io_uring its end is the kernel's to find.
 */
public final class PortProbe {

  private static final int IPPROTO_IP = 0;

  /** {@code ip(7)}; IPv6 sockets have it too. */
  private static final int IP_FREEBIND = 15;

  private PortProbe() {}

  /**
   * Binds a socket to the address and closes it. Any thread, where a transport works that {@link
   * Transport#sharesPorts}.
   *
   * @param datagrams whether it is for UDP, else for TCP
   * @param freeBind whether the host need not have the address
   * @return the address, with the port that the system chose where 0 was asked for
   * @throws IOException when it cannot be had
   */
  public static InetSocketAddress free(
      InetSocketAddress address, boolean datagrams, boolean freeBind) throws IOException {
    Socket socket = datagrams ? Socket.newSocketDgram() : Socket.newSocketStream();
    try {
      if (!datagrams) {
        socket.setReuseAddress(true); // What is left of former connections is no objection.
      }
      if (freeBind) {
        socket.setIntOpt(IPPROTO_IP, IP_FREEBIND, 1);
      }
      socket.bind(address);
      return socket.localAddress();
    } finally {
      socket.close();
    }
  }
}
