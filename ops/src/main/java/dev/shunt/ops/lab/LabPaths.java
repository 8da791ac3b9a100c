package dev.shunt.ops.lab;

import java.nio.file.Path;

/** Where a lab keeps what it needs: everything below one directory, and its pins below another. */
public record LabPaths(String lab) {

  /** One directory per lab stands here; it lives as long as the machine is up. */
  public static final Path ROOT = Path.of("/run/shunt-lab");

  /** Where logs and captures of demonstrations that failed are kept. */
  public static final Path KEPT = Path.of("/var/tmp/shunt-lab");

  private static final Path PINS = Path.of("/sys/fs/bpf/shunt");
  private static final Path NAMESPACES = Path.of("/run/netns");

  public Path dir() {
    return ROOT.resolve(lab);
  }

  /** The array's configuration, the same file for all members. */
  public Path config() {
    return dir().resolve("shunt.yaml");
  }

  public Path secret() {
    return dir().resolve("secret");
  }

  /** What clients of the service {@code secure} trust. */
  public Path certificate() {
    return dir().resolve("secure.pem");
  }

  Path certificateKey() {
    return dir().resolve("secure.key");
  }

  /** What clients of one server of the service {@code named} trust. */
  public Path certificate(String server) {
    return dir().resolve(server + ".pem");
  }

  Path certificateKey(String server) {
    return dir().resolve(server + ".key");
  }

  /** The size of the lab, for commands that come later. */
  public Path topology() {
    return dir().resolve("lab.json");
  }

  /** Process id and start time of the process the lab ends with, or {@code none}. */
  public Path owner() {
    return dir().resolve("owner");
  }

  public Path namespaces() {
    return dir().resolve("namespaces");
  }

  /** What runs on one host: process id and start time. */
  public Path process(String host) {
    return dir().resolve(host + ".pid");
  }

  /** Standard output and error of what runs on one host. */
  public Path log(String host) {
    return dir().resolve(host + ".log");
  }

  public Path state(String member) {
    return dir().resolve(member);
  }

  /** The member's admin socket. A path is not bound to a network namespace. */
  public Path socket(String member) {
    return dir().resolve(member + ".sock");
  }

  public Path capture(String label) {
    return dir().resolve(label + ".pcap");
  }

  public Path pins() {
    return PINS.resolve(lab);
  }

  /** Where the label edge of a host keeps its kernel state. */
  Path edgePins(String host) {
    return pins().resolve("edge-" + host);
  }

  static Path namespace(String namespace) {
    return NAMESPACES.resolve(namespace);
  }
}
