package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.xdp.layout.Outcome;
import org.jspecify.annotations.Nullable;

/** What is known of the packet at hand, filled in layer by layer. */
final class Packet {

  enum Part {
    ALL,
    FIRST,
    LATER
  }

  // The link.
  int link;
  int type;
  long clientMac;

  /** A label that no table knew and that was taken off; 0: none. */
  int came;

  /** Of the frame, when the label was off. */
  int bytes;

  // IP.
  boolean ipv4;
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int ttl;
  int protocol;
  Part part = Part.ALL;
  int datagram;
  int offset;
  int headers;

  // TCP or UDP.
  int sourcePort;
  int destinationPort;
  boolean opens;
  boolean continues;
  boolean closes;
  boolean resets;

  @Nullable Flow flow;
  long mark;

  /** If it is for a VIP and cannot be balanced. */
  @Nullable Outcome otherwise;

  void reset() {
    came = 0;
    part = Part.ALL;
    headers = 0;
    datagram = 0;
    offset = 0;
    protocol = 0;
    opens = false;
    continues = false;
    closes = false;
    resets = false;
    flow = null;
    otherwise = null;
  }

  boolean isTcp() {
    return protocol == Rules.TCP;
  }

  /** A SYN alone; what opens otherwise is UDP, where any packet may. */
  boolean isSyn() {
    return opens && isTcp();
  }

  Flow flow() {
    Flow known = flow;
    if (known == null) {
      throw new IllegalStateException("the packet's ports are not known");
    }
    return known;
  }

  /** Names the flow that this packet is of or about. */
  void setFlow() {
    Flow named =
        new Flow(
            Protocol.of(protocol),
            sourceHigh,
            sourceLow,
            sourcePort,
            destinationHigh,
            destinationLow,
            destinationPort);
    flow = named;
    mark = FlowMarks.mark(named, ipv4);
  }
}
