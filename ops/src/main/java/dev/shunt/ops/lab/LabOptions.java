package dev.shunt.ops.lab;

import dev.shunt.scheduler.Encap;

/**
 * What lab to build.
 *
 * @param ownerBound the lab ends with the process that built it, however that ends
 * @param daemons start a member daemon on each member host; without, the hosts stay empty
 * @param jvm how the lab starts JVMs
 * @param encap what stands around labelled packets between members
 */
public record LabOptions(
    String name,
    int members,
    int servers,
    boolean ownerBound,
    boolean daemons,
    LabJvm jvm,
    Encap encap) {

  public static final int DEFAULT_MEMBERS = 3;
  public static final int DEFAULT_SERVERS = 3;

  /** Three members and three servers that end with this process. */
  public static LabOptions named(String name) {
    return new LabOptions(
        name, DEFAULT_MEMBERS, DEFAULT_SERVERS, true, true, LabJvm.current(), Encap.ETHERNET);
  }

  public LabOptions withMembers(int count) {
    return new LabOptions(name, count, servers, ownerBound, daemons, jvm, encap);
  }

  public LabOptions withServers(int count) {
    return new LabOptions(name, members, count, ownerBound, daemons, jvm, encap);
  }

  /** A lab that stays until {@code lab down}. */
  public LabOptions persistent() {
    return new LabOptions(name, members, servers, false, daemons, jvm, encap);
  }

  /** Only network and servers. */
  public LabOptions withoutDaemons() {
    return new LabOptions(name, members, servers, ownerBound, false, jvm, encap);
  }

  public LabOptions withJvm(LabJvm other) {
    return new LabOptions(name, members, servers, ownerBound, daemons, other, encap);
  }

  public LabOptions withEncap(Encap other) {
    return new LabOptions(name, members, servers, ownerBound, daemons, jvm, other);
  }

  public LabTopology topology() {
    return new LabTopology(name, members, servers);
  }
}
