package dev.shunt.ops.lab;

import dev.shunt.scheduler.Encap;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the {@code shunt.yaml} of a lab's array. */
final class LabConfig {

  private LabConfig() {}

  static String yaml(LabTopology topology, Path directory, Encap encap) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("array:\n  name: ").append(topology.name()).append("\n  members:\n");
    for (LabHost member : topology.memberHosts()) {
      yaml.append("    - {name: %s, address: %s}\n".formatted(member.name(), member.address()));
    }
    yaml.append("  interface: eth0\n  secret_file: secret\n  sessions: {max: 65536}\n");
    yaml.append("  encap: ").append(encap.name().toLowerCase(Locale.ROOT)).append('\n');
    yaml.append(
        "admin: {socket: \"%s/{member}.sock\", listen: 127.0.0.1:7980}\n".formatted(directory));
    yaml.append("services:\n");
    String vip = LabTopology.VIP;
    service(yaml, topology, "web", vip, LabTopology.WEB_PORT, "    labels: on\n");
    String stages = "    stages: [cookie: {name: SHUNT}]\n";
    service(yaml, topology, "shop", vip, LabTopology.SHOP_PORT, stages);
    service(yaml, topology, "web6", "'" + LabTopology.VIP6 + "'", LabTopology.WEB_PORT, "");
    return yaml.toString();
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
