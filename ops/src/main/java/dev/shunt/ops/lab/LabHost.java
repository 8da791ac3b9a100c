package dev.shunt.ops.lab;

/**
 * One machine of a lab: a network namespace with an {@code eth0} on one of the lab's segments.
 *
 * @param name {@code client}, {@code m1}…, {@code w1}, {@code s1}…; also the name of its port at
 *     the switch
 * @param namespace name under {@code /run/netns}
 * @param address IPv4 address of {@code eth0}
 */
public record LabHost(String name, Role role, String namespace, String address) {

  /** What a host is for. */
  public enum Role {
    CLIENT,
    MEMBER,
    /** Votes, and carries no traffic. */
    WITNESS,
    SERVER,
    /** Of a content delivery network, which the array knows nothing of but its name. */
    CDN
  }

  /**
   * A locally administered address made of the last byte of {@link #address}, so it is known in
   * advance.
   */
  public String mac() {
    return "02:77:00:00:00:%02x".formatted(Integer.parseInt(last()));
  }

  /** What a server is called in its certificate, and by clients of the service {@code named}. */
  public String tlsName() {
    return name + ".lab";
  }

  /** IPv6 address of {@code eth0}: it ends with the digits that {@link #address} ends with. */
  public String address6() {
    return (isFar() ? LabTopology.FAR_NETWORK6 : LabTopology.NETWORK6) + last();
  }

  /** Whether it is behind the router. */
  public boolean isFar() {
    return address.startsWith(LabTopology.FAR_NETWORK);
  }

  private String last() {
    return address.substring(address.lastIndexOf('.') + 1);
  }
}
