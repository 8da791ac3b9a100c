package dev.shunt.ops.lab;

/**
 * What lab to build.
 *
 * @param ownerBound the lab ends with the process that built it, however that ends
 * @param daemons start a member daemon on each member host; without, the hosts stay empty
 * @param labelReady put the bare-pass program on the switch's ports, which {@code XDP_TX} needs
 * @param jvm how the lab starts JVMs
 */
public record LabOptions(
    String name,
    int members,
    int servers,
    boolean ownerBound,
    boolean daemons,
    boolean labelReady,
    LabJvm jvm) {

  public static final int DEFAULT_MEMBERS = 3;
  public static final int DEFAULT_SERVERS = 3;

  /** Three members and three servers that end with this process. */
  public static LabOptions named(String name) {
    return new LabOptions(
        name, DEFAULT_MEMBERS, DEFAULT_SERVERS, true, true, true, LabJvm.current());
  }

  public LabOptions withMembers(int count) {
    return new LabOptions(name, count, servers, ownerBound, daemons, labelReady, jvm);
  }

  public LabOptions withServers(int count) {
    return new LabOptions(name, members, count, ownerBound, daemons, labelReady, jvm);
  }

  /** A lab that stays until {@code lab down}. */
  public LabOptions persistent() {
    return new LabOptions(name, members, servers, false, daemons, labelReady, jvm);
  }

  /** Only network and servers: no daemon, no program on the switch's ports. */
  public LabOptions withoutDaemons() {
    return new LabOptions(name, members, servers, ownerBound, false, false, jvm);
  }

  public LabOptions withJvm(LabJvm other) {
    return new LabOptions(name, members, servers, ownerBound, daemons, labelReady, other);
  }

  public LabTopology topology() {
    return new LabTopology(name, members, servers);
  }
}
