package dev.shunt.scheduler.xdp;

import static org.awaitility.Awaitility.await;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client and two members on a switch, each in a network namespace; the members are processes.
 *
 * <p>Names carry the process id, so that several copies run side by side.
 */
final class LiveNetwork implements AutoCloseable {

  static final String CLIENT = "c";
  static final String SWITCH = "s";

  /** The client behind a router, and that router. */
  static final String FAR = "f";

  private static final String ATTACKER = "x";
  private static final String ROUTER = "r";
  private static final Map<String, Integer> HOSTS = Map.of(CLIENT, 7, "a", 11, "b", 12);
  private static final String NETWORK = "198.51.100.";
  private static final String NETWORK6 = "2001:db8:51::";
  static final String CLIENT_ADDRESS = NETWORK + 7;
  static final String CLIENT_ADDRESS6 = NETWORK6 + 7;
  private static final String FAR_NETWORK = "192.0.2.";
  private static final String FAR_NETWORK6 = "2001:db8:52::";

  private final String prefix = "dp" + ProcessHandle.current().pid() + "-";
  private final Path pass;
  private final Path vlan;
  private final List<Member> members = new ArrayList<>();

  /** A running member. */
  static final class Member {
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final String greeting;

    private Member(Process process) throws IOException {
      this.process = process;
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      String first = out.readLine();
      greeting = first == null ? "nothing; it ended" : first;
    }

    /** What it said when it was ready. */
    String greeting() {
      return greeting;
    }

    String tell(String command) {
      try {
        in.write(command + "\n");
        in.flush();
        return String.valueOf(out.readLine());
      } catch (IOException e) {
        throw new UncheckedIOException(command, e);
      }
    }

    long outcome(String name) {
      return Long.parseLong(tell("outcome " + name));
    }

    /** As kill -9 does. */
    void kill() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  LiveNetwork(Path folder) throws IOException {
    pass = folder.resolve("pass.bpf.o");
    Files.write(pass, BpfObject.resource("pass.bpf.o"));
    vlan = folder.resolve("vlan.bpf.o");
    Files.write(vlan, BpfObject.resource("vlan.bpf.o"));
    try {
      build();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void build() {
    namespace(SWITCH);
    ip(SWITCH, "link", "add", "br0", "type", "bridge");
    ip(SWITCH, "link", "set", "br0", "up");
    for (Map.Entry<String, Integer> host : HOSTS.entrySet()) {
      plug(host.getKey(), host.getValue());
    }
    for (String member : List.of("a", "b")) {
      ip(member, "address", "add", World.VIP + "/32", "dev", "lo");
      ip(member, "address", "add", World.VIP6 + "/128", "dev", "lo", "preferred_lft", "0");
      in(
          member,
          "sysctl",
          "-qw",
          "net.ipv4.conf.all.arp_ignore=1",
          "net.ipv4.conf.all.arp_announce=2",
          "net.ipv4.conf.all.rp_filter=0");
    }
    toVips(CLIENT);
    awaitSwitch();
  }

  /** The kernel looks at new links once a second: before that the switch drops what they send. */
  private void awaitSwitch() {
    await().until(() -> !in(SWITCH, "bridge", "link").contains("state disabled"));
  }

  /** Puts a router on the switch and a client behind it, on a link that takes less from there. */
  void addFarClient(int mtu) {
    plug(ROUTER, 1);
    namespace(FAR);
    ip(ROUTER, "link", "add", "far", "type", "veth", "peer", "name", "eth0", "netns", prefix + FAR);
    for (String end : List.of("1 " + ROUTER + " far", "7 " + FAR + " eth0")) {
      String[] words = end.split(" ", -1);
      ip(words[1], "address", "add", FAR_NETWORK + words[0] + "/24", "dev", words[2]);
      ip(words[1], "address", "add", FAR_NETWORK6 + words[0] + "/64", "dev", words[2], "nodad");
      ip(words[1], "link", "set", words[2], "up");
      in(words[1], "ethtool", "-K", words[2], "tx", "off", "tso", "off", "gso", "off");
    }
    ip(ROUTER, "link", "set", "far", "mtu", Integer.toString(mtu));
    in(
        ROUTER,
        "sysctl",
        "-qw",
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv4.conf.all.rp_filter=0");
    toVips(ROUTER);
    ip(FAR, "route", "add", "default", "via", FAR_NETWORK + 1);
    ip(FAR, "route", "add", "default", "via", FAR_NETWORK6 + 1);
    for (String member : List.of("a", "b")) {
      ip(member, "route", "add", FAR_NETWORK + "0/24", "via", NETWORK + 1);
      ip(member, "route", "add", FAR_NETWORK6 + "/64", "via", NETWORK6 + 1);
    }
  }

  /**
   * Takes client and member a into VLAN 7, or 7 within the provider's 100, as a sub-interface
   * would; others see the tags in the frames.
   *
   * @param hidden whether a card puts the outermost tag on, and not the kernel before it
   */
  void enterVlan(int tags, boolean hidden) {
    for (String host : HOSTS.keySet()) {
      showTags(SWITCH, "p" + host);
    }
    for (String host : List.of(CLIENT, "a")) {
      if (!hidden) {
        showTags(host, "eth0");
      }
      in(host, "tc", "qdisc", "add", "dev", "eth0", "clsact");
      filter(host, "egress", tags == 1 ? "one" : "two");
      filter(host, "ingress", "out");
    }
  }

  private void showTags(String host, String device) {
    in(host, "ethtool", "-K", device, "txvlan", "off", "tx-vlan-stag-hw-insert", "off");
  }

  private void filter(String host, String point, String section) {
    List<String> command =
        new ArrayList<>(List.of("tc", "filter", "add", "dev", "eth0", point, "prio", "1"));
    command.addAll(List.of("bpf", "da", "obj", vlan.toString(), "sec", section));
    in(host, command.toArray(String[]::new));
  }

  /** Client and member a send nothing longer to each other or the VIPs, without a label. */
  void limit(int mtu) {
    String most = Integer.toString(mtu);
    for (String host : List.of(CLIENT, "a")) {
      for (String network : List.of(NETWORK + "0/24", NETWORK6 + "/64")) {
        ip(host, "route", "replace", network, "dev", "eth0", "mtu", "lock", most);
      }
    }
    ip(CLIENT, "route", "replace", World.VIP + "/32", "dev", "eth0", "mtu", "lock", most);
    ip(CLIENT, "route", "replace", World.VIP6 + "/128", "dev", "eth0", "mtu", "lock", most);
  }

  /** No port of the switch takes more than an MTU of 1500 allows. */
  void narrow() {
    HOSTS.keySet().forEach(host -> ip(SWITCH, "link", "set", "p" + host, "mtu", "1500"));
    ip(SWITCH, "link", "set", "br0", "mtu", "1500");
  }

  /** Puts a host on the switch that floods whom it is told to, and makes it ready. */
  Member addAttacker(String victim) throws IOException {
    plug(ATTACKER, 66);
    awaitSwitch();
    return start(ATTACKER, FloodProcess.class, mac(victim).toString(), mac(ATTACKER).toString());
  }

  /** Moves member b behind a router: no Ethernet frame of the switch reaches it any more. */
  void moveBehindRouter() {
    ip(SWITCH, "link", "delete", "pb");
    plug(ROUTER, 1);
    ip(
        ROUTER,
        "link",
        "add",
        "far",
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "address",
        mac("b").toString(),
        "netns",
        prefix + "b");
    for (String end : List.of("1 " + ROUTER + " far", "12 b eth0")) {
      String[] words = end.split(" ", -1);
      ip(words[1], "address", "add", FAR_NETWORK + words[0] + "/24", "dev", words[2]);
      ip(words[1], "address", "add", FAR_NETWORK6 + words[0] + "/64", "dev", words[2], "nodad");
      ip(words[1], "link", "set", words[2], "up");
      in(
          words[1], "ethtool", "-K", words[2], "gro", "off", "tx", "off", "tso", "off", "gso",
          "off");
    }
    ip(ROUTER, "link", "set", "dev", "far", "xdp", "obj", pass.toString(), "sec", "xdp");
    in(
        ROUTER,
        "sysctl",
        "-qw",
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv4.conf.all.rp_filter=0");
    ip("b", "route", "add", "default", "via", FAR_NETWORK + 1);
    ip("b", "route", "add", "default", "via", FAR_NETWORK6 + 1);
    ip("a", "route", "add", FAR_NETWORK + "0/24", "via", NETWORK + 1);
    ip("a", "route", "add", FAR_NETWORK6 + "/64", "via", NETWORK6 + 1);
  }

  /** What the router's far link takes from now on. */
  void narrow(int mtu) {
    ip(ROUTER, "link", "set", "far", "mtu", Integer.toString(mtu));
  }

  /** The router gets another Ethernet address on the switch, and tells so, as a stand-in does. */
  void replaceRouter(MacAddress mac) {
    ip(ROUTER, "link", "set", "eth0", "address", mac.toString());
    in(ROUTER, "arping", "-q", "-c", "1", "-A", "-I", "eth0", NETWORK + 1);
  }

  static String dataAddress(String member, boolean ipv6) {
    if (member.equals("a")) {
      return (ipv6 ? NETWORK6 : NETWORK) + 11;
    }
    return (ipv6 ? FAR_NETWORK6 : FAR_NETWORK) + 12;
  }

  /** Starts a member whose labels go in UDP. */
  Member startFar(String member, boolean ipv6) throws IOException {
    return start(
        member,
        MemberProcess.class,
        member,
        pins(member).toString(),
        "a=" + dataAddress("a", ipv6),
        "b=" + dataAddress("b", ipv6));
  }

  /** Starts member a, for which b is a direct server. */
  Member startBeforeServer(boolean ipv6) throws IOException {
    return start(
        "a",
        MemberProcess.class,
        "a",
        pins("a").toString(),
        "a=" + dataAddress("a", ipv6),
        "b=server:" + dataAddress("b", ipv6));
  }

  /** The router sends nothing longer to the switch; it reaches the VIPs as clients do. */
  void narrowBack(int mtu) {
    for (String network : List.of(NETWORK + "0/24", NETWORK6 + "/64")) {
      String most = Integer.toString(mtu);
      ip(ROUTER, "route", "replace", network, "dev", "eth0", "mtu", "lock", most);
    }
    toVips(ROUTER);
  }

  private void toVips(String host) {
    ip(host, "route", "add", World.VIP + "/32", "dev", "eth0");
    ip(host, "route", "add", World.VIP6 + "/128", "dev", "eth0");
  }

  private void plug(String host, int number) {
    namespace(host);
    String port = "p" + host;
    ip(
        SWITCH,
        "link",
        "add",
        port,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "address",
        mac(host).toString(),
        "netns",
        prefix + host);
    // The switch is never the one for which something is too big (its netfilter looks at IP).
    ip(SWITCH, "link", "set", port, "mtu", "1504", "master", "br0", "up");
    ip(host, "address", "add", NETWORK + number + "/24", "dev", "eth0");
    ip(host, "address", "add", NETWORK6 + number + "/64", "dev", "eth0", "nodad");
    ip(host, "link", "set", "lo", "up");
    ip(host, "link", "set", "eth0", "up");
    // A veth leaves checksums to hardware that is not there, and XDP_TX would pass them on.
    in(host, "ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off");
    // Segments that the switch joins and cuts again would lose their checksums likewise.
    in(SWITCH, "ethtool", "-K", port, "gro", "off", "tx", "off", "tso", "off", "gso", "off");
    // A veth takes frames from its peer's XDP_TX only if it runs a program itself.
    ip(SWITCH, "link", "set", "dev", port, "xdp", "obj", pass.toString(), "sec", "xdp");
  }

  static MacAddress mac(String host) {
    return new MacAddress(0x02_00_00_00_01_00L + HOSTS.getOrDefault(host, 0));
  }

  Path pins(String member) {
    return PinDirectory.ROOT.resolve("shunt-test-" + prefix + member);
  }

  /** Starts a member's process, or starts it again. */
  Member start(String member) throws IOException {
    return start(
        member,
        MemberProcess.class,
        member,
        pins(member).toString(),
        "a=" + mac("a"),
        "b=" + mac("b"));
  }

  /** Starts a class of these tests on a host. */
  Member start(String host, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(enter(host));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx64m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Member started = new Member(process);
    members.add(started);
    return started;
  }

  /** A request from the client: the name of the member that answered, and how many bytes came. */
  String request(int bytes) {
    return request(World.VIP, bytes);
  }

  String request(String vip, int bytes) {
    return request(CLIENT, vip, bytes, 0);
  }

  /** The request itself is at least {@code width} bytes long. */
  String request(String host, String vip, int bytes, int width) {
    String script =
        ("exec 3<>/dev/tcp/%s/%d && printf '%%%ds\\n' %d >&3 && read -r name <&3"
                + " && echo \"$name $(wc -c <&3)\"")
            .formatted(vip, World.HTTP_PORT, Math.max(1, width), bytes);
    return in(host, "timeout", "15", "bash", "-c", script).strip();
  }

  /** A datagram from the client: the name of the member that answered, and how many bytes came. */
  String datagram(String vip, int bytes) {
    String script =
        "exec 3<>/dev/udp/%s/%d && head -c %d /dev/zero >&3 && head -n 1 <&3"
            .formatted(vip, World.DNS_PORT, bytes);
    return in(CLIENT, "timeout", "10", "bash", "-c", script).strip();
  }

  String in(String host, String... command) {
    List<String> words = new ArrayList<>(enter(host));
    words.addAll(List.of(command));
    return Command.run(words.toArray(String[]::new));
  }

  /** Not by "ip netns exec", which mounts /sys anew and so hides the pins. */
  List<String> enter(String host) {
    return List.of("nsenter", "--net=/run/netns/" + prefix + host);
  }

  String ip(String host, String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", prefix + host));
    command.addAll(List.of(words));
    return Command.run(command.toArray(String[]::new));
  }

  private void namespace(String name) {
    Command.run("ip", "netns", "add", prefix + name);
  }

  @Override
  public void close() {
    members.forEach(Member::kill);
    for (String member : HOSTS.keySet()) {
      if (Files.exists(pins(member))) {
        try (PinDirectory left = PinDirectory.open(pins(member))) {
          left.clear();
          left.delete();
        } catch (DataPlaneException e) {
          System.err.println("clean-up: " + e.getMessage());
        }
      }
    }
    for (String name : List.of(CLIENT, "a", "b", FAR, ROUTER, ATTACKER, SWITCH)) {
      Command.tried("ip", "netns", "delete", prefix + name);
    }
  }
}
