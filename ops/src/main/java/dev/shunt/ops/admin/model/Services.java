package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * The services, in the order of the configuration; counts are those of the member that answers.
 *
 * @param member the one that answers
 */
public record Services(String member, List<ServiceStatus> services) {

  public Services {
    services = List.copyOf(services);
  }
}
