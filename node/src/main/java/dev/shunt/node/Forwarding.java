package dev.shunt.node;

import java.util.List;

/**
 * What servers are told about the client: {@code X-Forwarded-For}, {@code -Proto} and {@code
 * -Host}.
 *
 * @param trusted proxies in front of this node: what they say of the client is kept and their own
 *     address is appended. From anybody else these headers are replaced, and whatever else servers
 *     take for word of a proxy is removed: every {@code X-Forwarded-*}, {@code Forwarded}, {@code
 *     X-Real-IP} and others; with underscores for hyphens from everybody.
 * @param via whether {@code Via: 1.1 shunt} is added both ways
 * @param requestIds who is told the request's number
 */
public record Forwarding(List<AddressRange> trusted, boolean via, RequestIds requestIds) {

  public static final int MAX_TRUSTED = 1024;

  /** Trusts nobody, adds no {@code Via}, tells no numbers. */
  public static final Forwarding DEFAULT = new Forwarding(List.of(), false, RequestIds.OFF);

  public Forwarding {
    trusted = List.copyOf(trusted);
    Ranges.check("trusted proxies", trusted.size(), 0, MAX_TRUSTED);
  }
}
