package dev.shunt.ops.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A running {@code shunt edge} on a host of a lab, for {@link LabTopology#LABELLED_VIP} and {@link
 * LabTopology#LABELLED_VIP6}. One caller at a time.
 */
public final class LabEdge implements AutoCloseable {

  private final LabHosts hosts;
  private final LabHost host;
  private final LabPaths paths;
  private final List<String> tunnels;
  private Process process;

  private LabEdge(LabHosts hosts, LabHost host, LabPaths paths, List<String> tunnels)
      throws IOException {
    this.hosts = hosts;
    this.host = host;
    this.paths = paths;
    this.tunnels = tunnels;
    this.process = launch();
  }

  /**
   * @param tunnels arguments about labels in UDP, as {@link #tunnelsTo} makes them; none of a host
   *     that gets labels in Ethernet frames
   */
  static LabEdge start(LabHosts hosts, LabHost host, LabPaths paths, List<String> tunnels) {
    try {
      return new LabEdge(hosts, host, paths, tunnels);
    } catch (IOException e) {
      throw new LabException("starting the edge of %s: %s".formatted(host.name(), e), e);
    }
  }

  /** What the edge of a server is told of where labels in UDP come to, and from whom. */
  static List<String> tunnelsTo(LabHost server, List<LabHost> members) {
    List<String> arguments = new ArrayList<>(List.of("--data-address", server.address()));
    members.forEach(member -> arguments.addAll(List.of("--member", member.address())));
    return arguments;
  }

  /** As {@code kill -9} does: labels go on in the kernel. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts it again; it takes over what the kernel has. */
  public void restart() {
    try {
      process = launch();
    } catch (IOException e) {
      throw new LabException("starting the edge of %s: %s".formatted(host.name(), e), e);
    }
  }

  /** Ends it and takes its programs out of the kernel. */
  @Override
  public void close() {
    kill();
    Shell.run(hosts.small(host.name(), arguments("remove")), "");
  }

  /** Answers when labels are taken off and put on. */
  private Process launch() throws IOException {
    String role = host.role() == LabHost.Role.CLIENT ? "client" : "server";
    List<String> arguments =
        arguments(
            "--role", role, "--vip", LabTopology.LABELLED_VIP, "--vip", LabTopology.LABELLED_VIP6);
    arguments.addAll(tunnels);
    Process started =
        new ProcessBuilder(hosts.small(host.name(), arguments))
            .redirectError(Redirect.appendTo(paths.log(host.name() + "-edge").toFile()))
            .start();
    // Not closed: that would close the pipe it still writes to.
    BufferedReader words =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    String ready = words.readLine();
    if (ready == null) {
      throw new IOException("it ended; see " + paths.log(host.name() + "-edge"));
    }
    return started;
  }

  private List<String> arguments(String... more) {
    List<String> arguments = new ArrayList<>(List.of("edge"));
    arguments.addAll(List.of("--interface", "eth0"));
    arguments.addAll(List.of("--pins", paths.edgePins(host.name()).toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }
}
