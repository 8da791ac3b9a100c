package dev.shunt.ops.lab;

import dev.shunt.scheduler.Encap;

/**
 * What lab to build.
 *
 * @param ownerBound the lab ends with the process that built it, however that ends
 * @param daemons start a member daemon on each member host; without, the hosts stay empty
 * @param jvm how the lab starts JVMs
 * @param encap what stands around labelled packets between members, and to servers
 * @param far how many members and servers, the last ones, are behind a router
 * @param witness whether there is a witness beside the members, on a host of its own
 */
public record LabOptions(
    String name,
    int members,
    int servers,
    boolean ownerBound,
    boolean daemons,
    LabJvm jvm,
    Encap encap,
    LabFar far,
    boolean witness) {

  public LabOptions {
    if (far.any() && encap != Encap.UDP) {
      throw new LabException("hosts behind the router: allowed with encap udp only");
    }
  }

  public static final int DEFAULT_MEMBERS = 3;
  public static final int DEFAULT_SERVERS = 3;

  /** Three members and three servers that end with this process. */
  public static LabOptions named(String name) {
    return new LabOptions(
        name,
        DEFAULT_MEMBERS,
        DEFAULT_SERVERS,
        true,
        true,
        LabJvm.current(),
        Encap.ETHERNET,
        LabFar.NONE,
        false);
  }

  public LabOptions withMembers(int count) {
    return new LabOptions(name, count, servers, ownerBound, daemons, jvm, encap, far, witness);
  }

  public LabOptions withServers(int count) {
    return new LabOptions(name, members, count, ownerBound, daemons, jvm, encap, far, witness);
  }

  /** A lab that stays until {@code lab down}. */
  public LabOptions persistent() {
    return new LabOptions(name, members, servers, false, daemons, jvm, encap, far, witness);
  }

  /** Only network and servers. */
  public LabOptions withoutDaemons() {
    return new LabOptions(name, members, servers, ownerBound, false, jvm, encap, far, witness);
  }

  public LabOptions withJvm(LabJvm other) {
    return new LabOptions(name, members, servers, ownerBound, daemons, other, encap, far, witness);
  }

  public LabOptions withEncap(Encap other) {
    return new LabOptions(name, members, servers, ownerBound, daemons, jvm, other, far, witness);
  }

  /** The last members are behind a router, and never schedulers; so are the last servers. */
  public LabOptions withFar(LabFar other) {
    return new LabOptions(name, members, servers, ownerBound, daemons, jvm, encap, other, witness);
  }

  /** A witness votes beside the members. */
  public LabOptions withWitness() {
    return new LabOptions(name, members, servers, ownerBound, daemons, jvm, encap, far, true);
  }

  public LabTopology topology() {
    return new LabTopology(name, members, servers, far, witness);
  }
}
