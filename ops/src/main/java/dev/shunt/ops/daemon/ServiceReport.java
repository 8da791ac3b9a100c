package dev.shunt.ops.daemon;

import dev.shunt.node.Node;
import dev.shunt.node.NodeStats;
import dev.shunt.node.ServerStats;
import dev.shunt.node.ServiceStats;
import dev.shunt.ops.admin.model.AdmissionStatus;
import dev.shunt.ops.admin.model.GoalStatus;
import dev.shunt.ops.admin.model.OcspReport;
import dev.shunt.ops.admin.model.ServerStatus;
import dev.shunt.ops.admin.model.ServiceStatus;
import dev.shunt.ops.admin.model.StatusClasses;
import dev.shunt.ops.admin.model.TargetStatus;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.DirectServer;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the admin API says about services: the node's counters and the scheduler's rows. */
final class ServiceReport {

  private final ArrayConfig config;
  private final Node node;
  private final Optional<LayerFour> layerFour;

  ServiceReport(ArrayConfig config, Node node, Optional<LayerFour> layerFour) {
    this.config = config;
    this.node = node;
    this.layerFour = layerFour;
  }

  List<ServiceStatus> all() {
    Map<String, ServiceStats> stats = new HashMap<>();
    node.stats().services().forEach(s -> stats.put(s.service(), s));
    Map<String, AdmissionStatus> admissions =
        layerFour.map(ServiceReport::admissions).orElse(Map.of());
    List<ServiceStatus> all = new ArrayList<>();
    for (ServiceConfig service : config.services()) {
      ServiceStats counted = stats.get(service.name());
      AdmissionStatus admission = admissions.get(service.name());
      all.add(counted == null ? direct(service, admission) : report(service, counted, admission));
    }
    return all;
  }

  /** How services with limits admit new sessions, by their names. */
  static Map<String, AdmissionStatus> admissions(LayerFour layerFour) {
    Map<String, AdmissionStatus> byName = new HashMap<>();
    layerFour
        .admissions()
        .forEach((service, state) -> byName.put(service.name(), AdmissionStatus.of(state)));
    return byName;
  }

  /** How it stands with the OCSP responses of certificates. */
  static List<OcspReport> ocsp(NodeStats of) {
    return of.services().stream()
        .flatMap(stats -> stats.tls().ocsp().stream().map(s -> OcspReport.of(stats.service(), s)))
        .toList();
  }

  /** A service whose connections no node sees. */
  private ServiceStatus direct(ServiceConfig service, @Nullable AdmissionStatus admission) {
    return new ServiceStatus(
        service.name(),
        keyword(service.mode()),
        service.frontend().toString(),
        keyword(service.algorithm()),
        service.everyone(),
        keyword(service.answers()),
        "none",
        0,
        0,
        0,
        StatusClasses.NONE,
        0,
        0,
        admission,
        null,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        layerFour.map(l4 -> targets(service, l4.table())).orElse(List.of()),
        List.of());
  }

  static StatusClasses classes(ServiceStats s) {
    return new StatusClasses(
        s.status1xx(), s.status2xx(), s.status3xx(), s.status4xx(), s.status5xx());
  }

  private ServiceStatus report(
      ServiceConfig service, ServiceStats stats, @Nullable AdmissionStatus admission) {
    return new ServiceStatus(
        service.name(),
        keyword(service.mode()),
        service.frontend().toString(),
        keyword(service.algorithm()),
        service.everyone(),
        keyword(service.answers()),
        keyword(service.serverAlgorithm()),
        stats.connections(),
        stats.active(),
        stats.requests(),
        classes(stats),
        stats.latency().p50(),
        stats.latency().p99(),
        admission,
        stats.policy().admission().map(GoalStatus::of).orElse(null),
        ServiceEvents.of(service, stats),
        stats.stages().gauges(),
        layerFour.map(l4 -> targets(service, l4.table())).orElse(List.of()),
        stats.servers().stream().map(ServiceReport::server).toList());
  }

  private static List<TargetStatus> targets(ServiceConfig service, DispatchTable table) {
    DispatchRow row =
        table.rows().entrySet().stream()
            .filter(e -> e.getKey().name().equals(service.name()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(DispatchRow.EMPTY);
    Map<Integer, Integer> shares = row.shares();
    Set<String> names =
        service.servers().stream()
            .map(server -> DirectServer.targetName(service.name(), server.name()))
            .collect(Collectors.toSet());
    return table.targets().stream()
        .filter(t -> service.isDirect() ? names.contains(t.name()) : t.name().indexOf('/') < 0)
        .map(t -> target(t, shares.getOrDefault(t.label(), 0), row.size()))
        .toList();
  }

  private static TargetStatus target(Target target, int buckets, int size) {
    return new TargetStatus(
        target.name(),
        target.label(),
        keyword(target.state()),
        target.weight(),
        size == 0 ? 0 : (double) buckets / size);
  }

  private static ServerStatus server(ServerStats s) {
    return new ServerStatus(
        s.server().name(),
        AddressText.of(s.server().address()),
        s.server().weight(),
        keyword(s.server().state()),
        s.active(),
        s.connections(),
        s.requests(),
        s.errors(),
        s.ejections());
  }

  /** As it is written in the configuration. */
  private static String keyword(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
