package dev.shunt.ops.config;

import java.util.List;

/**
 * What servers are told about the client.
 *
 * @param trusted address ranges of proxies in front whose forwarding headers are kept and appended
 *     to, such as {@code 10.0.0.0/8}; from anybody else the headers are replaced
 * @param via whether {@code Via} is added both ways
 */
public record ForwardingConfig(List<String> trusted, boolean via) {

  public static final int MAX_TRUSTED = 1024;
  public static final ForwardingConfig DEFAULT = new ForwardingConfig(List.of(), false);

  public ForwardingConfig {
    trusted = List.copyOf(trusted);
  }
}
