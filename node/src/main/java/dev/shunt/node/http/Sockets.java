package dev.shunt.node.http;

import dev.shunt.node.NodeException;
import java.net.InetSocketAddress;
import java.util.List;

/** Where a service's clients reach it. */
interface Sockets {

  /**
   * @throws NodeException when an address cannot be had; what was opened is to be closed
   */
  void open() throws NodeException;

  /** Where it listens, in the order of the configuration. */
  List<InetSocketAddress> addresses();

  /** Takes nobody new; whoever is there goes on. */
  void refuse();

  /** Once more is not wrong. */
  void close();
}
