package dev.shunt.ops.metrics;

import static dev.shunt.ops.metrics.Family.counter;
import static dev.shunt.ops.metrics.Family.gauge;

import java.util.List;

/** Every metric of the array: what is exported, and under which name. */
final class Families {

  static final Family BUILD =
      gauge("shunt_build", "Always 1; the labels say what runs: array, member, version.");
  static final Family UPTIME = gauge("shunt_uptime_seconds", "Time since the daemon's start.");
  static final Family WARNINGS =
      gauge("shunt_warnings", "How many things an operator should look at.");

  static final Family SCHEDULER =
      gauge("shunt_scheduler", "1 while this member is scheduler, else 0.");
  static final Family WITNESS =
      gauge("shunt_witness", "1 where this member only votes and carries no traffic, else 0.");
  static final Family ELIGIBLE =
      gauge("shunt_eligible", "1 while this member may become scheduler, else 0.");
  static final Family LEASE =
      gauge("shunt_lease_remaining_seconds", "How long this member's lease still lasts.");
  static final Family PRESENT =
      gauge("shunt_members_present", "Members that are reached, this one included.");
  static final Family CONFIGURED = gauge("shunt_members_configured", "Members of the array.");

  static final Family COMPLETE =
      gauge("shunt_replication_complete", "1 while this member's tables hold everything, else 0.");
  static final Family SESSIONS = gauge("shunt_sessions", "Sessions in the shared table.");
  static final Family SENT =
      counter("shunt_replication_sent_entries", "Entries the shared table acknowledged.");
  static final Family RECEIVED =
      counter("shunt_replication_received_entries", "Entries from other members.");
  static final Family OVERFLOWED =
      counter(
          "shunt_replication_overflowed_entries",
          "Writes that stayed local because the queue was full.");
  static final Family FAILED =
      counter("shunt_replication_failed_entries", "Writes that were refused and tried again.");
  static final Family QUEUED =
      gauge("shunt_replication_queued_entries", "Entries that wait to be sent.");
  static final Family LAG_P50 =
      gauge(
          "shunt_replication_lag_p50_seconds", "Median time of an entry from its writer to here.");
  static final Family LAG_P99 =
      gauge("shunt_replication_lag_p99_seconds", "99th percentile of the same.");
  static final Family STALLED =
      gauge("shunt_replication_stalled_seconds", "How long the oldest batch has been waiting.");

  static final Family MENDED =
      counter(
          "shunt_replication_mended_entries",
          "Entries in which this member's copy and the shared table differed.");
  static final Family PROVED =
      gauge(
          "shunt_replication_proved_seconds",
          "How long ago the copy was proved to be equal to the shared table; -1 if never yet.");

  static final Family ATTACHED =
      gauge("shunt_data_plane_attached", "1 while the kernel program is on the interface, else 0.");
  static final Family PACKETS =
      counter("shunt_data_plane_packets", "Packets by what became of them, since loaded.");

  static final Family LABEL_PAIRS =
      gauge("shunt_label_pairs", "Pairs of session labels that this member gives out, by state.");
  static final Family POOL_EMPTY =
      counter("shunt_label_pool_empty", "Sessions that found no free pair of labels.");

  static final Family NODE_CONNECTIONS =
      gauge("shunt_node_connections", "Client connections open now.");
  static final Family NODE_BUFFERED =
      gauge(
          "shunt_node_buffered_bytes",
          "What waits in memory for slow sides of all of the node's connections.");
  static final Family NODE_BUFFERED_LIMIT =
      gauge("shunt_node_buffered_bytes_limit", "What that may be.");

  static final Family SERVICE_CONNECTIONS =
      gauge("shunt_service_connections", "Client connections of a service open now.");
  static final Family SERVICE_ACTIVE =
      gauge("shunt_service_active_requests", "Requests of a service under way now.");
  static final Family SERVICE_REQUESTS =
      counter("shunt_service_requests", "Requests of a service.");
  static final Family SERVICE_RESPONSES =
      counter("shunt_service_responses", "Responses of a service by class of status.");
  static final Family SERVICE_EVENTS =
      counter(
          "shunt_service_events",
          "What happened to a service's connections, TLS and HTTP/2 among them.");
  static final Family SERVICE_STAGES =
      gauge("shunt_service_stages", "What the stages of a service have now, in their tables.");
  static final Family SERVICE_P50 =
      gauge("shunt_service_latency_p50_seconds", "Median time of a request since the start.");
  static final Family SERVICE_P99 =
      gauge("shunt_service_latency_p99_seconds", "99th percentile of the same.");

  static final Family SERVICE_SESSIONS =
      gauge("shunt_service_sessions", "Live sessions of a service with limits.");
  static final Family SERVICE_SHED =
      gauge("shunt_service_shed_ratio", "Part of a service's new sessions refused by load.");
  static final Family SERVICE_REFUSED =
      counter("shunt_service_refused_sessions", "New sessions of a service refused, by reason.");

  static final Family SERVICE_EXISTING_P99 =
      gauge(
          "shunt_service_existing_latency_p99_seconds",
          "99th percentile of the time to respond to existing sessions, in the last window.");
  static final Family SERVICE_NEW_LIMITED =
      gauge(
          "shunt_service_new_sessions_limited",
          "1 while a service refuses new sessions for existing ones' sake, else 0.");
  static final Family SERVICE_NEW_RATE =
      gauge(
          "shunt_service_new_sessions_per_second_limit",
          "New sessions per second that are admitted while they are limited.");

  static final Family CACHE_REQUESTS =
      counter(
          "shunt_cache_requests",
          "Requests of a service that keeps responses, by how they were answered.");
  static final Family CACHE_STORED = counter("shunt_cache_stored", "Responses that were kept.");
  static final Family CACHE_REFUSED =
      counter("shunt_cache_refused", "Responses to misses that may not be kept or are too large.");
  static final Family CACHE_EVICTED =
      counter("shunt_cache_evicted", "Kept responses that made room for others.");
  static final Family CACHE_PURGED =
      counter("shunt_cache_purged", "Kept responses that a purge or an unsafe request dropped.");
  static final Family CACHE_ENTRIES = gauge("shunt_cache_entries", "Responses held now.");
  static final Family CACHE_BYTES =
      gauge("shunt_cache_bytes", "What these take, heads and keys included.");
  static final Family CACHE_BYTES_LIMIT = gauge("shunt_cache_bytes_limit", "What they may take.");

  static final Family TARGET_UP =
      gauge("shunt_target_up", "1 while a target takes new sessions of a service, else 0.");
  static final Family TARGET_SHARE =
      gauge("shunt_target_share_ratio", "A target's share of new sessions of a service.");

  static final Family SERVER_UP =
      gauge("shunt_server_up", "1 while a server takes new requests, else 0.");
  static final Family SERVER_ACTIVE =
      gauge("shunt_server_active_requests", "Requests to a server under way now.");
  static final Family SERVER_CONNECTIONS =
      gauge("shunt_server_connections", "Connections to a server open now.");
  static final Family SERVER_REQUESTS = counter("shunt_server_requests", "Requests to a server.");
  static final Family SERVER_ERRORS =
      counter("shunt_server_errors", "Requests to a server without a good response.");

  static final Family SERVER_EJECTED =
      gauge("shunt_server_ejected", "1 while a server is ejected for failing, else 0.");
  static final Family SERVER_EJECTIONS =
      counter("shunt_server_ejections", "Times that a server was ejected for failing.");

  static final Family SERIES_DROPPED =
      gauge("shunt_metrics_dropped_series", "Series that are not exported because of the bound.");

  static final List<Family> ALL =
      List.of(
          BUILD,
          UPTIME,
          WARNINGS,
          SCHEDULER,
          WITNESS,
          ELIGIBLE,
          LEASE,
          PRESENT,
          CONFIGURED,
          COMPLETE,
          SESSIONS,
          SENT,
          RECEIVED,
          OVERFLOWED,
          FAILED,
          QUEUED,
          LAG_P50,
          LAG_P99,
          STALLED,
          MENDED,
          PROVED,
          ATTACHED,
          PACKETS,
          LABEL_PAIRS,
          POOL_EMPTY,
          NODE_CONNECTIONS,
          NODE_BUFFERED,
          NODE_BUFFERED_LIMIT,
          SERVICE_CONNECTIONS,
          SERVICE_ACTIVE,
          SERVICE_REQUESTS,
          SERVICE_EVENTS,
          SERVICE_STAGES,
          SERVICE_RESPONSES,
          SERVICE_P50,
          SERVICE_P99,
          SERVICE_SESSIONS,
          SERVICE_SHED,
          SERVICE_REFUSED,
          SERVICE_EXISTING_P99,
          SERVICE_NEW_LIMITED,
          SERVICE_NEW_RATE,
          CACHE_REQUESTS,
          CACHE_STORED,
          CACHE_REFUSED,
          CACHE_EVICTED,
          CACHE_PURGED,
          CACHE_ENTRIES,
          CACHE_BYTES,
          CACHE_BYTES_LIMIT,
          TARGET_UP,
          TARGET_SHARE,
          SERVER_UP,
          SERVER_ACTIVE,
          SERVER_CONNECTIONS,
          SERVER_REQUESTS,
          SERVER_ERRORS,
          SERVER_EJECTED,
          SERVER_EJECTIONS,
          SERIES_DROPPED);

  private Families() {}
}
