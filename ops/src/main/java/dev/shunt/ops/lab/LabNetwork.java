package dev.shunt.ops.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Builds a lab's network: one namespace per host and one for the switch, which is a bridge; every
 * host has an {@code eth0} whose other end is the switch's port of the host's name. Hosts behind a
 * router are plugged into a second bridge, and the router, with a namespace of its own, into both.
 */
final class LabNetwork {

  private static final String PASS_PROGRAM = "/dev/shunt/scheduler/xdp/pass.bpf.o";
  private static final String NEAR = "br0";
  private static final String FAR = "br1";
  private static final String BRIDGE =
      "link add %s type bridge stp_state 0 forward_delay 0 mcast_snooping 0";
  private static final int ROUTER = LabTopology.ROUTER;
  private static final Path BPF_FILE_SYSTEM = Path.of("/sys/fs/bpf");

  private final LabTopology topology;

  LabNetwork(LabTopology topology) {
    this.topology = topology;
  }

  /** Builds all of it; the members' switch ports get the program that passes everything. */
  void create(Path passProgram) {
    Shell.run(List.of("ip", "-batch", "-"), namespaceBatch());
    bash(topology.switchNamespace(), switchScript(passProgram));
    if (topology.far().any()) {
      bash(topology.routerNamespace(), routerScript());
    }
    try (ExecutorService hosts = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              topology.hosts().stream()
                  .map(host ->
                      CompletableFuture.runAsync(
                          () -> bash(host.namespace(), hostScript(host)), hosts))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }

  String namespaceBatch() {
    StringBuilder batch = new StringBuilder();
    topology.namespaces().forEach(name -> batch.append("netns add ").append(name).append('\n'));
    return batch.toString();
  }

  String switchScript(Path passProgram) {
    List<String> batch = new ArrayList<>();
    batch.add(BRIDGE.formatted(NEAR));
    if (topology.far().any()) {
      batch.add(BRIDGE.formatted(FAR));
    }
    for (LabHost host : topology.hosts()) {
      batch.add(
          "link add %s type veth peer name eth0 address %s netns %s"
              .formatted(host.name(), host.mac(), host.namespace()));
      batch.add("link set %s master %s up".formatted(host.name(), host.isFar() ? FAR : NEAR));
    }
    batch.add("link set %s up".formatted(NEAR));
    List<String> plain = new ArrayList<>(topology.hosts().stream().map(LabHost::name).toList());
    if (topology.far().any()) {
      router(batch);
      plain.addAll(List.of("near", "far"));
    }
    StringBuilder script = new StringBuilder("set -e\n");
    // The switch speaks no IP: nothing of its own may show in captures.
    script.append("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6\n");
    script.append("ip -batch - <<'END'\n").append(String.join("\n", batch)).append("\nEND\n");
    for (LabHost member : topology.memberHosts()) {
      // What a member sends with XDP_TX arrives only where the other end runs a program as well.
      script.append(
          "ip link set dev %s xdpdrv obj '%s' sec xdp\n".formatted(member.name(), passProgram));
    }
    for (String port : plain) {
      script.append("ethtool -K %s gro off tso off gso off > /dev/null\n".formatted(port));
    }
    return script.append(LinkFilter.BASE).toString();
  }

  /** A second bridge, and a port of the router's on each. */
  private void router(List<String> batch) {
    batch.add("link set %s up".formatted(FAR));
    String port = "link add %s type veth peer name %s netns " + topology.routerNamespace();
    batch.add(port.formatted("near", "eth0"));
    batch.add(port.formatted("far", "eth1"));
    batch.add("link set near master %s up".formatted(NEAR));
    batch.add("link set far master %s up".formatted(FAR));
  }

  /** It forwards IP of both versions, and knows no label. */
  String routerScript() {
    StringBuilder script = new StringBuilder("set -e\n");
    script.append("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad\n");
    // What is behind it answers with VIPs as source, which are on the other side.
    sysctl(script, "rp_filter", 0);
    script.append("ip -batch - <<'END'\n");
    script.append("link set lo up\n");
    for (String end : List.of("eth0", "eth1")) {
      boolean far = end.equals("eth1");
      script.append(
          "addr add %s%d/%d dev %s\n"
              .formatted(
                  far ? LabTopology.FAR_NETWORK : LabTopology.NETWORK,
                  ROUTER,
                  LabTopology.PREFIX_LENGTH,
                  end));
      script.append(
          "addr add %s%d/%d dev %s nodad\n"
              .formatted(
                  far ? LabTopology.FAR_NETWORK6 : LabTopology.NETWORK6,
                  ROUTER,
                  LabTopology.PREFIX_LENGTH6,
                  end));
      script.append("link set %s up\n".formatted(end));
    }
    script.append("END\necho 1 > /proc/sys/net/ipv4/ip_forward\n");
    script.append("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding\n");
    for (String end : List.of("eth0", "eth1")) {
      script.append("ethtool -K %s tx off tso off gso off gro off > /dev/null\n".formatted(end));
    }
    return script.toString();
  }

  String hostScript(LabHost host) {
    StringBuilder script = new StringBuilder("set -e\n");
    script.append("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad\n");
    if (host.role() != LabHost.Role.CLIENT && host.role() != LabHost.Role.WITNESS) {
      // Only the data plane answers for a VIP.
      sysctl(script, "arp_ignore", 1);
      sysctl(script, "arp_announce", 2);
    }
    if (host.role() == LabHost.Role.MEMBER) {
      // Replies may leave another way than they came.
      sysctl(script, "rp_filter", 0);
    }
    script.append("ip -batch - <<'END'\n");
    script.append("link set lo up\n");
    if (host.role() == LabHost.Role.SERVER) {
      script.append("addr add %s/32 dev lo\n".formatted(LabTopology.PLAIN_VIP));
      script.append("addr add %s/32 dev lo\n".formatted(LabTopology.LABELLED_VIP));
      // Never the source of what the host itself begins.
      script.append(
          "addr add %s/128 dev lo nodad preferred_lft 0\n".formatted(LabTopology.LABELLED_VIP6));
    }
    script.append("addr add %s/%d dev eth0\n".formatted(host.address(), LabTopology.PREFIX_LENGTH));
    script.append(
        "addr add %s/%d dev eth0 nodad\n".formatted(host.address6(), LabTopology.PREFIX_LENGTH6));
    script.append("link set eth0 up\n");
    routes(script, host);
    script.append("END\n");
    // A veth leaves checksums and segmentation to a card that never comes; labelled frames keep the
    // gap.
    script.append("ethtool -K eth0 tx off tso off gso off gro off > /dev/null\n");
    return script.toString();
  }

  private void routes(StringBuilder script, LabHost host) {
    if (host.isFar()) {
      script.append("route add default via %s%d\n".formatted(LabTopology.FAR_NETWORK, ROUTER));
      script.append("route add default via %s%d\n".formatted(LabTopology.FAR_NETWORK6, ROUTER));
    } else if (topology.far().any()) {
      script.append(
          "route add %s0/%d via %s%d\n"
              .formatted(
                  LabTopology.FAR_NETWORK, LabTopology.PREFIX_LENGTH, LabTopology.NETWORK, ROUTER));
      script.append(
          "route add %s/%d via %s%d\n"
              .formatted(
                  LabTopology.FAR_NETWORK6,
                  LabTopology.PREFIX_LENGTH6,
                  LabTopology.NETWORK6,
                  ROUTER));
    }
  }

  private static void sysctl(StringBuilder script, String key, int value) {
    for (String device : List.of("all", "default")) {
      script.append("echo %d > /proc/sys/net/ipv4/conf/%s/%s\n".formatted(value, device, key));
    }
  }

  /** Copies the bare-pass program out of the class path, so that {@code ip} can load it. */
  static Path extractPassProgram(Path directory) {
    Path file = directory.resolve("pass.bpf.o");
    try (InputStream in = LabNetwork.class.getResourceAsStream(PASS_PROGRAM)) {
      if (in == null) {
        throw new LabException(PASS_PROGRAM + " is not on the class path");
      }
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
  }

  /** Members pin their maps there; on some machines nobody has mounted it. */
  static void mountBpfFileSystem() {
    if (!Shell.run("stat", "-f", "-c", "%T", BPF_FILE_SYSTEM.toString()).startsWith("bpf")) {
      Shell.run("mount", "-t", "bpf", "bpf", BPF_FILE_SYSTEM.toString());
    }
  }

  private static void bash(String namespace, String script) {
    Shell.run(Shell.inNamespace(namespace, List.of("bash", "-s")), script);
  }
}
