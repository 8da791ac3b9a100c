package dev.shunt.scheduler;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything the kernel needs to forward: an immutable whole, equal on every member that knows the
 * same facts, but for {@link Target#local}.
 *
 * @param targets all targets, ordered by label
 * @param rows for each service where its new sessions go
 */
public record DispatchTable(List<Target> targets, Map<Service, DispatchRow> rows) {

  /** No services: every packet passes to the stack. */
  public static final DispatchTable EMPTY = new DispatchTable(List.of(), Map.of());

  public DispatchTable {
    targets = targets.stream().sorted((a, b) -> Integer.compare(a.label(), b.label())).toList();
    rows = Map.copyOf(rows);
  }

  public Optional<Target> target(int label) {
    return targets.stream().filter(t -> t.label() == label).findFirst();
  }

  /**
   * When the service's SYNs are answered by cookies: never while a target that its new sessions may
   * go to does not take them.
   */
  public SynCookies cookies(Service service) {
    Set<Integer> without =
        targets.stream().filter(t -> !t.cookies()).map(Target::label).collect(Collectors.toSet());
    return row(service).shares().keySet().stream().noneMatch(without::contains)
        ? service.cookies()
        : SynCookies.OFF;
  }

  /** Where the service's new sessions go; empty for a service that is not known. */
  public DispatchRow row(Service service) {
    return rows.getOrDefault(service, DispatchRow.EMPTY);
  }
}
