package dev.shunt.ops.lab;

import dev.shunt.scheduler.Encap;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes the {@code shunt.yaml} of a lab's array. */
final class LabConfig {

  /** Of the health checks: not all lab servers have an edge, so labels would not arrive. */
  private static final String SERVER = "server";

  private LabConfig() {}

  static String yaml(LabTopology topology, Path directory, Encap encap) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("array:\n  name: ").append(topology.name()).append("\n  members:\n");
    for (LabHost member : topology.memberHosts()) {
      String never = member.isFar() ? ", scheduler: false" : "";
      yaml.append(
          "    - {name: %s, address: %s%s}\n".formatted(member.name(), member.address(), never));
    }
    for (LabHost witness : topology.witnessHosts()) {
      yaml.append(
          "    - {name: %s, address: %s, witness: true}\n"
              .formatted(witness.name(), witness.address()));
    }
    yaml.append("  interface: eth0\n  secret_file: secret\n  sessions: {max: 65536, udp: 10s}\n");
    yaml.append("  encap: ").append(encap.name().toLowerCase(Locale.ROOT)).append('\n');
    yaml.append(
        "admin: {socket: \"%s/{member}.sock\", listen: 127.0.0.1:7980}\n".formatted(directory));
    yaml.append("services:\n");
    String vip = LabTopology.VIP;
    service(yaml, topology, "web", vip, LabTopology.WEB_PORT, "    labels: on\n");
    String shop =
        "    stages:\n"
            + "      - access-log: {file: access.log}\n"
            + "      - headers: {response: [\"set X-Seen {client} {server}\"]}\n"
            + "      - session-id\n"
            + "      - cookie: {name: SHUNT}\n"
            + "      - hash-groups: {key: \"header:X-Client\"}\n"
            + "    forwarding: {request_id: both}\n"
            + "    rules:\n"
            + "      - {path: {prefix: /bytes/}, servers: [%s]}\n"
                .formatted(topology.serverHosts().getLast().name())
            + "    server_algorithm: hash\n    hash: {by: header, name: X-User}\n"
            + "    ejection: {failures: 3, error_percent: 0, time: 4s}\n";
    service(yaml, topology, "shop", vip, LabTopology.SHOP_PORT, shop);
    admitting(yaml, topology);
    service(yaml, topology, "web6", "'" + LabTopology.VIP6 + "'", LabTopology.WEB_PORT, "");
    service(yaml, topology, "sum3", vip, LabTopology.SUM3_PORT, "    algorithm: sum3\n");
    service(yaml, topology, "sum5", vip, LabTopology.SUM5_PORT, "    algorithm: sum5\n");
    String secure = "    tls: {certificates: [{certificate: secure.pem, key: secure.key}]}\n";
    service(yaml, topology, "secure", vip, LabTopology.SECURE_PORT, secure);
    String cdn =
        "    stages: [{cache: {}}, {cdn: {hosts: [\"http://%s:%d\"]}}]\n"
            .formatted(topology.cdn().address(), LabTopology.SERVER_PORT);
    service(yaml, topology, "pages", vip, LabTopology.PAGES_PORT, cdn);
    relayed(yaml, topology);
    streams(yaml, topology);
    datagrams(yaml, topology);
    int port = LabTopology.SERVER_PORT;
    String via = encap == Encap.ETHERNET ? "vip" : SERVER;
    List<LabHost> near = topology.nearServerHosts();
    direct(yaml, near, "plain", LabTopology.PLAIN_VIP, port, "", via);
    port = LabTopology.DATAGRAM_PORT;
    direct(yaml, near, "datagrams", LabTopology.PLAIN_VIP, port, "    protocol: udp\n", SERVER);
    labelled(yaml, topology);
    if (encap == Encap.ETHERNET) {
      onOneSegment(yaml, topology);
    }
    return yaml.toString();
  }

  /** What does not take every new session, for the sake of those that there are. */
  private static void admitting(StringBuilder yaml, LabTopology topology) {
    String vip = LabTopology.VIP;
    String narrow =
        "    labels: on\n    algorithm: round-robin\n    admission: {max_sessions: %d}\n"
            .formatted(LabTopology.NARROW_SESSIONS);
    service(yaml, topology, "narrow", vip, LabTopology.NARROW_PORT, narrow);
    String brisk = "    admission: {max_response_time: 100ms}\n";
    service(yaml, topology, "brisk", vip, LabTopology.BRISK_PORT, brisk);
    String promised =
        """
            stages: [{cookie: {name: KEPT}}]
            admission: {p99: 150ms, window: 200ms, min_rate: 1}
        """;
    service(yaml, topology, "promised", vip, LabTopology.PROMISED_PORT, promised);
  }

  /** What nodes do not look into: bytes, and others' TLS but for the name it asks for. */
  private static void relayed(StringBuilder yaml, LabTopology topology) {
    String told = "    proxy_protocol: v2\n    access_log: on\n";
    tcp(yaml, topology, "relayed", LabTopology.RELAYED_PORT, LabTopology.BYTES_PORT, told);
    StringBuilder names = new StringBuilder("    sni:\n");
    for (LabHost server : topology.serverHosts()) {
      names.append(
          "      - {names: [%s], servers: [%s]}\n".formatted(server.tlsName(), server.name()));
    }
    int port = LabTopology.TLS_PORT;
    tcp(yaml, topology, "named", LabTopology.NAMED_PORT, port, names.toString());
  }

  /** Whose servers speak HTTP/2; there are none unless a test starts them. */
  private static void streams(StringBuilder yaml, LabTopology topology) {
    String http2 = "    mode: http\n    server_protocol: h2c\n";
    int port = LabTopology.STREAMS_PORT;
    behind(yaml, topology, "streams", LabTopology.VIP, port, LabTopology.HTTP2_PORT, http2);
    yaml.append("    health: {type: none}\n");
  }

  /** Relayed by nodes; nobody answers questions of DNS unless a test starts who does. */
  private static void datagrams(StringBuilder yaml, LabTopology topology) {
    int port = LabTopology.ECHO_PORT;
    echoed(yaml, topology, "echoed", LabTopology.VIP, port, "    access_log: on\n");
    echoed(yaml, topology, "echoed6", "'" + LabTopology.VIP6 + "'", port, "");
    port = LabTopology.LABELLED_ECHO_PORT;
    echoed(yaml, topology, "echoed-labels", LabTopology.VIP, port, "    labels: on\n");
    port = LabTopology.DNS_PORT;
    String dns = "    mode: udp\n    responses: 1\n    access_log: on\n    timeouts: {idle: 10s}\n";
    behind(yaml, topology, "names", LabTopology.VIP, port, port, dns);
  }

  /** From servers that send back what comes. */
  private static void echoed(
      StringBuilder yaml, LabTopology topology, String name, String vip, int port, String more) {
    String check =
        "    health: {type: udp, send: 3f, expect: 73, interval: 500ms, timeout: 500ms, rise: 2, fall: 2}\n";
    String udp = "    mode: udp\n" + more + check;
    behind(yaml, topology, name, vip, port, LabTopology.ECHO_SERVER_PORT, udp);
  }

  private static void tcp(
      StringBuilder yaml,
      LabTopology topology,
      String name,
      int port,
      int serverPort,
      String more) {
    behind(yaml, topology, name, LabTopology.VIP, port, serverPort, "    mode: tcp\n" + more);
    yaml.append("    health: {type: tcp, interval: 500ms, timeout: 500ms, rise: 2, fall: 2}\n");
  }

  private static void behind(
      StringBuilder yaml,
      LabTopology topology,
      String name,
      String vip,
      int port,
      int serverPort,
      String more) {
    yaml.append("  - name: ").append(name).append('\n');
    yaml.append("    vip: ").append(vip).append('\n');
    yaml.append("    port: ").append(port).append('\n');
    yaml.append(more).append("    servers:\n");
    for (LabHost server : topology.serverHosts()) {
      yaml.append(
          "      - {name: %s, address: %s:%d}\n"
              .formatted(server.name(), server.address(), serverPort));
    }
  }

  /** What needs labels in Ethernet frames, or every member to get every frame. */
  private static void onOneSegment(StringBuilder yaml, LabTopology topology) {
    String switched = "    labels: on\n    return: switched\n";
    service(yaml, topology, "switched", LabTopology.VIP, LabTopology.SWITCHED_PORT, switched);
    String every = "    algorithm: sum5\n    everyone: true\n";
    service(yaml, topology, "every", LabTopology.EVERY_VIP, LabTopology.WEB_PORT, every);
    int port = LabTopology.SWITCHED_ECHO_PORT;
    echoed(yaml, topology, "echoed-switched", LabTopology.VIP, port, switched);
    port = LabTopology.ECHO_PORT;
    echoed(yaml, topology, "echoed-every", LabTopology.EVERY_VIP, port, every);
  }

  private static void labelled(StringBuilder yaml, LabTopology topology) {
    String labels = "    labels: on\n";
    List<LabHost> all = topology.serverHosts();
    int port = LabTopology.SERVER_PORT;
    direct(yaml, all, "labelled", LabTopology.LABELLED_VIP, port, labels, SERVER);
    String vip6 = "'" + LabTopology.LABELLED_VIP6 + "'";
    direct(yaml, all, "labelled6", vip6, port, labels, SERVER);
  }

  private static void direct(
      StringBuilder yaml,
      List<LabHost> servers,
      String name,
      String vip,
      int port,
      String more,
      String via) {
    yaml.append("  - name: ").append(name).append('\n');
    yaml.append("    vip: ").append(vip).append('\n');
    yaml.append("    port: ").append(port).append('\n');
    yaml.append("    mode: direct\n").append(more).append("    servers:\n");
    for (LabHost server : servers) {
      yaml.append("      - {name: %s, address: %s}\n".formatted(server.name(), server.address()));
    }
    yaml.append("    health: {type: tcp, via: ").append(via);
    yaml.append(", port: ").append(LabTopology.SERVER_PORT);
    yaml.append(", interval: 500ms, timeout: 500ms, rise: 2, fall: 2}\n");
  }

  private static void service(
      StringBuilder yaml, LabTopology topology, String name, String vip, int port, String more) {
    yaml.append("  - name: ").append(name).append('\n');
    yaml.append("    vip: ").append(vip).append('\n');
    yaml.append("    port: ").append(port).append('\n');
    yaml.append("    mode: http\n").append(more).append("    servers:\n");
    for (LabHost server : topology.serverHosts()) {
      yaml.append(
          "      - {name: %s, address: %s:%d}\n"
              .formatted(server.name(), server.address(), LabTopology.SERVER_PORT));
    }
    yaml.append(
        "    health: {type: http, path: /health, interval: 500ms, timeout: 500ms, rise: 2, fall: 2}\n");
  }
}
