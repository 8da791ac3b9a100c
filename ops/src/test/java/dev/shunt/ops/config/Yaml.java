package dev.shunt.ops.config;

import java.nio.file.Path;
import java.util.List;

/** Configurations for tests. */
public final class Yaml {

  /** The smallest there is. */
  public static final String SMALLEST =
      """
      services:
        - name: web
          listen: 127.0.0.1:8080
          servers: [127.0.0.1:9001, 127.0.0.1:9002]
      """;

  /** Everything that can stand there. */
  public static final String FULL =
      """
      array:
        name: demo
        members:
          - {name: m1, address: 10.77.0.11}
          - {name: m2, address: 10.77.0.12, weight: 3}
          - {name: m3, address: 10.77.0.13}
        interface: eth0
        secret_file: secret
        membership_port: 7801
        replication_port: 5702
        timings: {heartbeat: 30ms, lease: 120ms, detection_interval: 40ms, silence: 200ms, verification: 20ms}
        sessions: {max: 65536, opening: 30s, established: 2h, udp: 1m, closing: 10s}
        row_size: 65537
        gone_after: 5s
      node:
        event_loops: 2
        buffered_bytes: 64MiB
        transport: io_uring
        drain_time: 5s
      admin:
        socket: /run/shunt/{member}.sock
        listen: 127.0.0.1:7980
      services:
        - name: web
          vip: 10.77.0.100
          port: 80
          mode: http
          algorithm: maglev
          server_algorithm: least-connections
          servers:
            - {name: s1, address: 10.77.0.21:8080, weight: 2}
            - {name: s2, address: "[fd00::22]:8080"}
            - 10.77.0.23:8080
          health: {type: http, path: /health, host: web.example, status: 200-299, interval: 3s, timeout: 2s, rise: 4, fall: 5}
          limits: {request_line_bytes: 4KiB, header_bytes: 16KiB, header_count: 50, body_bytes: 10MiB, client_connections: 1000, connections_per_client: 50, client_rate: 120, requests_per_connection: 100, pending_per_server: 64, idle_per_server: 8, requests_per_server_connection: 1000, buffered_bytes: 64KiB, attempts: 2}
          timeouts: {header: 5s, idle: 75s, body: 20s, connect: 1s, response: 30s, response_body: 31s, write_stall: 15s, server_idle: 32s, tunnel: 2h, linger: 1s}
          forwarding: {trusted: [10.0.0.0/8, "fd00::/8", 192.0.2.1], via: true, request_id: both}
          admission: {max_sessions: 1000, max_sessions_per_target: 200, new_sessions_per_second: 50, burst: 10, max_response_time: 250ms, refuse: silence}
          stages:
            - cookie: {name: SHUNT, secure: false}
        - name: local
          listen: "[::1]:8081"
          servers: [127.0.0.1:9001]
      """;

  private Yaml() {}

  public static ConfigFile read(String yaml) throws ConfigException {
    return ConfigFile.parse(Path.of("shunt.yaml"), yaml, StageSettings.Check.ANY);
  }

  /** Every error, as the user sees it. */
  static List<String> errors(String yaml) {
    try {
      read(yaml);
      return List.of();
    } catch (ConfigException e) {
      return e.errors().stream().map(ConfigError::toString).toList();
    }
  }

  /** The smallest configuration with more in its service. */
  public static String service(String more) {
    return SMALLEST + more.indent(4);
  }

  /** An array of three with more in it, and one service. */
  static String array(String more) {
    return """
    array:
      name: demo
      secret_env: SECRET
      members:
        - {name: m1, address: 10.77.0.11}
        - {name: m2, address: 10.77.0.12}
        - {name: m3, address: 10.77.0.13}
    """
        + more.indent(2)
        + SMALLEST;
  }
}
