package dev.shunt.ops.config;

import dev.shunt.node.RequestIds;
import java.util.List;

/**
 * What servers are told about the client.
 *
 * @param trusted address ranges of proxies in front whose forwarding headers are kept and appended
 *     to, such as {@code 10.0.0.0/8}; from anybody else the headers are replaced
 * @param via whether {@code Via} is added both ways
 * @param requestIds who is told the number under which a request can be explained
 */
public record ForwardingConfig(List<String> trusted, boolean via, RequestIds requestIds) {

  public static final int MAX_TRUSTED = 1024;
  public static final ForwardingConfig DEFAULT =
      new ForwardingConfig(List.of(), false, RequestIds.OFF);

  public ForwardingConfig {
    trusted = List.copyOf(trusted);
  }
}
