package dev.shunt.ops.admin.model;

import java.util.List;
import java.util.Optional;

/**
 * What is kept of responses.
 *
 * @param member the one that answers
 * @param caches one for each service that keeps responses and each member that was asked, by
 *     service and then by member
 * @param missing members that were asked and not heard, and why not
 */
public record CacheReport(String member, List<CacheStatus> caches, List<Missing> missing) {

  /** A member of which nothing is known. */
  public record Missing(String member, String why) {}

  public CacheReport {
    caches = List.copyOf(caches);
    missing = List.copyOf(missing);
  }

  /** Of one service alone. */
  public CacheReport of(String service) {
    return new CacheReport(
        member, caches.stream().filter(c -> c.service().equals(service)).toList(), missing);
  }

  /** A sentence for who asked for a service that is not here, or for any where there is none. */
  public String lacks(Optional<String> service) {
    List<String> known = caches.stream().map(CacheStatus::service).distinct().toList();
    if (known.isEmpty() || service.isEmpty()) {
      return "no service keeps responses";
    }
    return "no service '%s' that keeps responses; those that do: %s"
        .formatted(service.get(), String.join(", ", known));
  }
}
