package dev.shunt.ops.lab;

import dev.shunt.replication.ReplicationConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rules of the switch that make links bad: partitions in both directions or one, and loss.
 *
 * <p>They stand in nftables' bridge family, between a frame's arrival at one port and its departure
 * at another, so labelled frames and ARP are caught like everything else.
 */
final class LinkFilter {

  /** Makes the chains that faults fill and healing empties. */
  static final String BASE =
      """
      nft -f - <<'END'
      add table bridge lab
      add chain bridge lab partition
      add chain bridge lab loss
      add chain bridge lab tables
      add chain bridge lab forward { type filter hook forward priority 0; }
      add rule bridge lab forward jump partition
      add rule bridge lab forward jump loss
      add rule bridge lab forward jump tables
      END
      """;

  private static final int MAX_PERCENT = 100;

  private LinkFilter() {}

  /**
   * Rules for a partition. {@code m1|m2,m3}: the groups do not hear each other. {@code m1>m2,m3}:
   * what the left sends does not reach the right, the other way is open. Hosts not named reach
   * everybody.
   */
  static String partition(LabTopology topology, String groups) {
    boolean oneWay = groups.contains(">");
    List<List<String>> parts =
        Arrays.stream(groups.split(oneWay ? ">" : "\\|", -1))
            .map(group -> hosts(topology, groups, group))
            .toList();
    if (parts.size() < 2 || (oneWay && (parts.size() != 2 || groups.contains("|")))) {
      throw new LabException(
          "partition '%s': allowed is A,B|C (both ways) or A>B,C (one way)".formatted(groups));
    }
    StringBuilder rules = new StringBuilder("flush chain bridge lab partition\n");
    for (int from = 0; from < (oneWay ? 1 : parts.size()); from++) {
      for (int to = 0; to < parts.size(); to++) {
        if (from != to) {
          rules.append(
              "add rule bridge lab partition iifname { %s } oifname { %s } drop\n"
                  .formatted(quoted(parts.get(from)), quoted(parts.get(to))));
        }
      }
    }
    return rules.toString();
  }

  /** Rules that drop a share of the frames from and to one host. */
  static String loss(LabTopology topology, String host, int percent) {
    if (percent < 1 || percent > MAX_PERCENT) {
      throw new LabException("loss %d: allowed is 1 to 100 (percent)".formatted(percent));
    }
    String port = topology.require(host).name();
    // nftables takes a comparison that is always true for an error.
    String share =
        percent == MAX_PERCENT ? "" : "numgen random mod %d < %d ".formatted(MAX_PERCENT, percent);
    return """
    add rule bridge lab loss iifname "%1$s" %2$sdrop
    add rule bridge lab loss oifname "%1$s" %2$sdrop
    """
        .formatted(port, share);
  }

  /** Rules that drop what the shared tables of one member and of others say to each other. */
  static String tables(LabTopology topology, String member) {
    String port = topology.require(member).name();
    StringBuilder rules = new StringBuilder();
    for (String way : List.of("iifname", "oifname")) {
      for (String end : List.of("sport", "dport")) {
        rules.append(
            "add rule bridge lab tables %s \"%s\" tcp %s %d drop\n"
                .formatted(way, port, end, ReplicationConfig.DEFAULT_PORT));
      }
    }
    return rules.toString();
  }

  static String heal() {
    return """
    flush chain bridge lab partition
    flush chain bridge lab loss
    flush chain bridge lab tables
    """;
  }

  private static List<String> hosts(LabTopology topology, String groups, String group) {
    List<String> hosts = new ArrayList<>();
    for (String host : group.split(",", -1)) {
      if (host.isBlank()) {
        throw new LabException("partition '%s': a group is empty".formatted(groups));
      }
      hosts.add(topology.require(host.strip()).name());
    }
    return hosts;
  }

  private static String quoted(List<String> ports) {
    return String.join(", ", ports.stream().map(port -> '"' + port + '"').toList());
  }
}
