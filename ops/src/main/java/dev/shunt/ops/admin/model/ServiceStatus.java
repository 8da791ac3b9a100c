package dev.shunt.ops.admin.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service: its targets (layer 4) and servers (layer 7).
 *
 * @param mode such as {@code http}
 * @param address what clients use, such as {@code 10.77.0.100:80}
 * @param algorithm how the scheduler chooses a target
 * @param everyone whether every member gets every packet and takes its own share, without a
 *     scheduler
 * @param answers which way they go to the client: {@code direct} or {@code switched}
 * @param serverAlgorithm how a node chooses a server
 * @param connections of clients, open now
 * @param active requests under way now
 * @param requests since the start
 * @param responses by class of status
 * @param latencyMicrosP50 median time of a request
 * @param latencyMicrosP99 the same, 99th percentile
 * @param admission none where the service admits every session, or has no VIP
 * @param goal none where existing sessions are promised nothing
 * @param events of its connections, by name; none of a direct service
 * @param stages what its stages have now, by name: what their tables hold, among others
 * @param targets where new sessions go; empty without a VIP
 */
public record ServiceStatus(
    String name,
    String mode,
    String address,
    String algorithm,
    boolean everyone,
    String answers,
    String serverAlgorithm,
    long connections,
    long active,
    long requests,
    StatusClasses responses,
    long latencyMicrosP50,
    long latencyMicrosP99,
    @Nullable AdmissionStatus admission,
    @Nullable GoalStatus goal,
    SortedMap<String, Long> events,
    SortedMap<String, Long> stages,
    List<TargetStatus> targets,
    List<ServerStatus> servers) {

  public ServiceStatus {
    events = Collections.unmodifiableSortedMap(new TreeMap<>(events));
    stages = Collections.unmodifiableSortedMap(new TreeMap<>(stages));
    targets = List.copyOf(targets);
    servers = List.copyOf(servers);
  }
}
