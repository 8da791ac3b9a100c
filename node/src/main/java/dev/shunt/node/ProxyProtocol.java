package dev.shunt.node;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whom a service believes, and what it tells, about who a connection's client is (HAProxy's PROXY
 * protocol, versions 1 and 2).
 *
 * @param from proxies whose connections must begin with a header; anybody else's must not
 * @param timeout from the accepted connection to the end of the header; beyond: closed
 * @param toServers the version of the header that connections to servers begin with; absent: none
 */
public record ProxyProtocol(
    List<AddressRange> from, Duration timeout, Optional<Version> toServers) {

  /** Text, or binary. */
  public enum Version {
    V1,
    V2
  }

  public static final int MAX_FROM = 1024;
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
  public static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  public static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);

  /** No header either way. */
  public static final ProxyProtocol NONE =
      new ProxyProtocol(List.of(), DEFAULT_TIMEOUT, Optional.empty());

  public ProxyProtocol {
    from = List.copyOf(from);
    Ranges.check("proxy protocol, from", from.size(), 0, MAX_FROM);
    Ranges.check("proxy protocol, timeout", timeout, MIN_TIMEOUT, MAX_TIMEOUT);
  }

  /** Whether a connection from there begins with a header. */
  public boolean isFrom(InetAddress peer) {
    for (AddressRange range : from) {
      if (range.contains(peer)) {
        return true;
      }
    }
    return false;
  }

  /** The same, believing these. */
  public ProxyProtocol from(AddressRange... changed) {
    return new ProxyProtocol(List.of(changed), timeout, toServers);
  }

  /** The same, waiting so long. */
  public ProxyProtocol within(Duration changed) {
    return new ProxyProtocol(from, changed, toServers);
  }

  /** The same, telling servers. */
  public ProxyProtocol toServers(Version version) {
    return new ProxyProtocol(from, timeout, Optional.of(version));
  }
}
