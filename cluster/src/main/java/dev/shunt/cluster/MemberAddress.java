package dev.shunt.cluster;

import java.net.InetAddress;

/**
 * Where a configured member is reached by the others.
 *
 * @param id the member
 * @param address its address on the data interface; heartbeats and votes travel there, so that a
 *     member whose data interface is dead cannot stay scheduler
 * @param witness whether it only votes: it carries no traffic and is never scheduler, whatever it
 *     says of itself
 */
public record MemberAddress(MemberId id, InetAddress address, boolean witness) {

  /** One that carries traffic. */
  public MemberAddress(MemberId id, InetAddress address) {
    this(id, address, false);
  }
}
