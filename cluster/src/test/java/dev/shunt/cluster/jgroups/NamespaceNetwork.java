package dev.shunt.cluster.jgroups;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A switch and a host per member, each a network namespace of its own, so that a cable can be cut.
 *
 * <p>The names carry the process id of this test, so that several can run side by side, and one
 * that was killed is cleaned up by the next.
 */
final class NamespaceNetwork implements AutoCloseable {

  private static final String PREFIX = "shunt-cl-";
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String base =
      PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet() + "-";
  private final List<String> members;

  private NamespaceNetwork(List<String> members) {
    this.members = members;
  }

  /**
   * @throws IOException if this process may not make a namespace, with the reason
   */
  static NamespaceNetwork create(List<String> members) throws IOException, InterruptedException {
    removeLeftovers();
    NamespaceNetwork network = new NamespaceNetwork(members);
    ip("netns", "add", network.switchName());
    try {
      network.build();
      return network;
    } catch (IOException e) {
      network.close();
      throw new UncheckedIOException(e);
    }
  }

  private void build() throws IOException, InterruptedException {
    ip("-n", switchName(), "link", "add", "name", "bridge0", "type", "bridge");
    ip("-n", switchName(), "link", "set", "bridge0", "up");
    for (String member : members) {
      ip("netns", "add", base + member);
      ip(
          "-n",
          switchName(),
          "link",
          "add",
          port(member),
          "type",
          "veth",
          "peer",
          "name",
          "eth0",
          "netns",
          base + member);
      ip("-n", switchName(), "link", "set", port(member), "master", "bridge0", "up");
      ip("-n", base + member, "addr", "add", address(member) + "/24", "dev", "eth0");
      ip("-n", base + member, "link", "set", "eth0", "up");
      ip("-n", base + member, "link", "set", "lo", "up");
    }
  }

  List<String> prefix(String member) {
    return List.of("ip", "netns", "exec", base + member);
  }

  String address(String member) {
    return "10.77.0." + (members.indexOf(member) + 1);
  }

  /** Pulls the cable at the switch; returns the instant at which it was out at the latest. */
  long cut(String member) throws IOException, InterruptedException {
    ip("-n", switchName(), "link", "set", port(member), "down");
    return System.nanoTime();
  }

  void heal(String member) throws IOException, InterruptedException {
    ip("-n", switchName(), "link", "set", port(member), "up");
  }

  @Override
  public void close() {
    members.forEach(member -> delete(base + member));
    delete(switchName());
  }

  private String switchName() {
    return base + "sw";
  }

  private static String port(String member) {
    return "p-" + member;
  }

  private static void delete(String namespace) {
    try {
      if (Files.exists(NAMESPACES.resolve(namespace))) {
        ip("netns", "del", namespace);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeLeftovers() throws IOException {
    if (!Files.isDirectory(NAMESPACES)) {
      return;
    }
    try (Stream<Path> names = Files.list(NAMESPACES)) {
      names
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.startsWith(PREFIX) && !alive(name))
          .forEach(NamespaceNetwork::delete);
    }
  }

  private static boolean alive(String name) {
    long pid = Long.parseLong(name.substring(PREFIX.length()).split("-")[0]);
    return ProcessHandle.of(pid).isPresent();
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    MemberProcess.run(command);
  }
}
