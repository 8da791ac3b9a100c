package dev.shunt.cluster;

import java.net.InetAddress;

/**
 * Where a configured member is reached by the others.
 *
 * @param id the member
 * @param address its address on the data interface; heartbeats and votes travel there, so that a
 *     member whose data interface is dead cannot stay scheduler
 */
public record MemberAddress(MemberId id, InetAddress address) {}
