package dev.shunt.ops.lab;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which hosts a lab has, what they are called and which addresses they have.
 *
 * <p>Names have no dash, so that the namespaces of one lab are never a prefix of another's.
 * Addresses are the same in every lab: nothing of a lab is visible outside its namespaces.
 *
 * @param members how many carry traffic
 * @param far how many of them are on a segment of their own behind a router
 * @param witness whether a member beside those, {@code w1}, only votes
 */
public record LabTopology(String name, int members, int servers, LabFar far, boolean witness) {

  public static final int MAX_MEMBERS = 7;
  public static final int MAX_SERVERS = 9;
  public static final int PREFIX_LENGTH = 24;

  public static final int PREFIX_LENGTH6 = 64;

  /** The virtual address of all services that are not of an address of their own. */
  public static final String VIP = "10.77.0.100";

  /** The virtual address of {@code web6}, which is {@code web} for IPv6 clients. */
  public static final String VIP6 = "fd00:77::100";

  /** The virtual address of {@code plain}, whose servers answer for it themselves. */
  public static final String PLAIN_VIP = "10.77.0.101";

  /** The virtual address of {@code labelled}: the same over servers that take labels. */
  public static final String LABELLED_VIP = "10.77.0.102";

  /** The virtual address of {@code labelled6}, which is {@code labelled} for IPv6 clients. */
  public static final String LABELLED_VIP6 = "fd00:77::102";

  /** Port of the service {@code web}: no stages. */
  public static final int WEB_PORT = 80;

  /** Port of the service {@code shop}: with all that brings clients back to their servers. */
  public static final int SHOP_PORT = 81;

  /** Port of the service {@code datagrams}, which is {@code plain} over UDP. */
  public static final int DATAGRAM_PORT = 9090;

  /** Port of the service {@code narrow}: {@value #NARROW_SESSIONS} sessions at a time. */
  public static final int NARROW_PORT = 82;

  public static final int NARROW_SESSIONS = 4;

  /** Port of the service {@code brisk}: refuses new sessions while answers take too long. */
  public static final int BRISK_PORT = 83;

  /** Port of the service {@code promised}: nodes refuse new sessions before existing ones wait. */
  public static final int PROMISED_PORT = 92;

  /** Port of the service {@code pages}: links lead to the host {@code cdn}. */
  public static final int PAGES_PORT = 93;

  /** Port of the service {@code sum3}: by the remainder of a sum of three. */
  public static final int SUM3_PORT = 84;

  /** Port of the service {@code sum5}: by the remainder of a sum of five. */
  public static final int SUM5_PORT = 85;

  /** Port of the service {@code switched}: its answers go back through the scheduler. */
  public static final int SWITCHED_PORT = 86;

  /** Port of the service {@code relayed}: bytes that nodes do not look into. */
  public static final int RELAYED_PORT = 87;

  /** Port of the service {@code streams}: HTTP/2 to servers, which tests start. */
  public static final int STREAMS_PORT = 88;

  /**
   * Port of the services {@code echoed} and {@code echoed6}: datagrams, through nodes; and of
   * {@code echoed-every}, the same at {@link #EVERY_VIP}.
   */
  public static final int ECHO_PORT = 89;

  /** Port of the service {@code echoed-labels}: datagrams whose sessions have labels. */
  public static final int LABELLED_ECHO_PORT = 90;

  /** Port of the service {@code echoed-switched}: whose answers go back by them. */
  public static final int SWITCHED_ECHO_PORT = 91;

  /** Port of the service {@code names}: DNS, from servers that tests start at the same port. */
  public static final int DNS_PORT = 53;

  /** Port of the service {@code named}: by the name that a client's TLS asks for. */
  public static final int NAMED_PORT = 444;

  /** Port of the service {@code secure}: encrypted up to the nodes. */
  public static final int SECURE_PORT = 443;

  /** What the certificate of {@code secure} is for. */
  public static final String SECURE_HOST = LabCertificate.HOST;

  /** The virtual address of {@code every}, which every member has, without a scheduler. */
  public static final String EVERY_VIP = "10.77.0.110";

  /** Where demo servers listen. */
  public static final int SERVER_PORT = 8080;

  /** Where the servers of {@code streams} listen, when there are any. */
  public static final int HTTP2_PORT = 8082;

  /** Where they take bytes behind a PROXY header. */
  static final int BYTES_PORT = 8081;

  /** Where they send datagrams back. */
  static final int ECHO_SERVER_PORT = 9091;

  /** Where they are encrypted, each with a certificate of its own. */
  static final int TLS_PORT = 8443;

  static final String NETWORK = "10.77.0.";
  static final String NETWORK6 = "fd00:77::";

  /** Of the segment behind the router. */
  static final String FAR_NETWORK = "10.78.0.";

  static final String FAR_NETWORK6 = "fd00:78::";

  /** The router's last digits on both segments. */
  static final int ROUTER = 1;

  private static final int CLIENT_ADDRESS = 2;
  private static final int CDN_ADDRESS = 40;
  private static final int FIRST_MEMBER = 11;
  private static final int FIRST_SERVER = 21;
  private static final int WITNESS_ADDRESS = 31;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,15}");

  public LabTopology {
    if (!NAME.matcher(name).matches()) {
      throw new LabException(
          "lab name '%s': allowed are a letter and up to 15 letters or digits, all small"
              .formatted(name));
    }
    requireCount("members", members, MAX_MEMBERS);
    requireCount("servers", servers, MAX_SERVERS);
    if (witness && members < 2) {
      throw new LabException("a witness: allowed with two members or more");
    }
    requireFar("members", far.members(), members);
    requireFar("servers", far.servers(), servers);
  }

  /** All on one segment. */
  public LabTopology(String name, int members, int servers) {
    this(name, members, servers, LabFar.NONE);
  }

  /** Without a witness. */
  public LabTopology(String name, int members, int servers, LabFar far) {
    this(name, members, servers, far, false);
  }

  private static void requireCount(String what, int count, int max) {
    if (count < 1 || count > max) {
      throw new LabException("%s: %d: allowed is 1 to %d".formatted(what, count, max));
    }
  }

  private static void requireFar(String what, int far, int all) {
    if (far < 0 || far >= all) {
      throw new LabException(
          "%s behind the router: %d: allowed is 0 to %d".formatted(what, far, all - 1));
    }
  }

  public LabHost client() {
    return host("client", LabHost.Role.CLIENT, NETWORK + CLIENT_ADDRESS);
  }

  /** Of a content delivery network, at {@link #SERVER_PORT}. */
  public LabHost cdn() {
    return host("cdn", LabHost.Role.CDN, NETWORK + CDN_ADDRESS);
  }

  public List<LabHost> memberHosts() {
    return numbered("m", LabHost.Role.MEMBER, FIRST_MEMBER, members, far.members());
  }

  /** The member that only votes, if there is one. */
  public List<LabHost> witnessHosts() {
    LabHost host = host("w1", LabHost.Role.WITNESS, NETWORK + WITNESS_ADDRESS);
    return witness ? List.of(host) : List.of();
  }

  /** All that vote: members and witness. */
  public List<LabHost> voterHosts() {
    return Stream.concat(memberHosts().stream(), witnessHosts().stream()).toList();
  }

  public List<LabHost> serverHosts() {
    return numbered("s", LabHost.Role.SERVER, FIRST_SERVER, servers, far.servers());
  }

  /** The servers that frames without labels reach. */
  public List<LabHost> nearServerHosts() {
    return serverHosts().stream().filter(server -> !server.isFar()).toList();
  }

  /** All that serve content: the servers, and the CDN. */
  List<LabHost> contentHosts() {
    return Stream.concat(serverHosts().stream(), Stream.of(cdn())).toList();
  }

  /** Everything that has a port at the switch. */
  public List<LabHost> hosts() {
    return Stream.of(List.of(client()), voterHosts(), serverHosts(), List.of(cdn()))
        .flatMap(List::stream)
        .toList();
  }

  public Optional<LabHost> find(String host) {
    return hosts().stream().filter(candidate -> candidate.name().equals(host)).findFirst();
  }

  /** The host of that name; an error that lists the names there are. */
  public LabHost require(String host) {
    return find(host)
        .orElseThrow(() ->
            new LabException(
                "host '%s': lab %s has %s"
                    .formatted(host, name, hosts().stream().map(LabHost::name).toList())));
  }

  /** The namespace that holds the bridge all hosts are plugged into. */
  public String switchNamespace() {
    return namespace("sw");
  }

  /** The namespace of the router between the segments, which is there if anything is behind it. */
  String routerNamespace() {
    return namespace("rt");
  }

  /** Every namespace, the switch first. */
  public List<String> namespaces() {
    return Stream.of(
            Stream.of(switchNamespace()),
            far.any() ? Stream.of(routerNamespace()) : Stream.<String>empty(),
            hosts().stream().map(LabHost::namespace))
        .flatMap(names -> names)
        .toList();
  }

  /** The last ones, as many as are {@code behind}, on the segment behind the router. */
  private List<LabHost> numbered(
      String prefix, LabHost.Role role, int first, int count, int behind) {
    return IntStream.range(0, count)
        .mapToObj(i -> {
          String network = i < count - behind ? NETWORK : FAR_NETWORK;
          return host(prefix + (i + 1), role, network + (first + i));
        })
        .toList();
  }

  private LabHost host(String host, LabHost.Role role, String address) {
    return new LabHost(host, role, namespace(host), address);
  }

  private String namespace(String host) {
    return "shunt-" + name + "-" + host;
  }
}
