package dev.shunt.ops.config;

import dev.shunt.node.DatagramCheck;
import dev.shunt.node.HealthCheck;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code health:} of a service. */
final class HealthReader {

  private static final Pattern STATUS = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

  /** Lowest and highest status of a successful check. */
  private record StatusRange(int lowest, int highest) {}

  private static final ScalarType<StatusRange> STATUS_RANGE =
      new ScalarType<>("a status or a range such as 200-399", HealthReader::statusRange);
  private static final ScalarType<String> PATH =
      Scalars.matching("a path that begins with /", "/[\\x21-\\x7e&&[^#]]{0,1023}");
  private static final ScalarType<String> HOST =
      Scalars.matching("a host name, with or without a port", "[A-Za-z0-9._:\\[\\]-]{1,255}");
  private static final ScalarType<Duration> CHECK =
      Scalars.duration(Duration.ofMillis(10), Duration.ofHours(1));
  private static final ScalarType<Integer> STREAK = Scalars.integer(1, HealthCheck.MAX_STREAK);
  private static final ScalarType<String> BYTES =
      Scalars.matching(
          "0 to %d bytes in hexadecimal digits".formatted(DatagramCheck.MAX_BYTES),
          "([0-9A-Fa-f]{2}){0,%d}".formatted(DatagramCheck.MAX_BYTES));
  private static final List<HealthCheck.Kind> OF_CONNECTIONS =
      List.of(HealthCheck.Kind.NONE, HealthCheck.Kind.TCP, HealthCheck.Kind.HTTP);

  private final Section section;
  private final HealthCheck.Kind kind;

  private HealthReader(Section section, HealthCheck.Kind kind) {
    this.section = section;
    this.kind = kind;
  }

  /** Of a service whose servers do not have the VIP. */
  static HealthCheck ofServers(Section s) {
    return new HealthReader(s, s.get("type", oneOf(OF_CONNECTIONS), HealthCheck.Kind.TCP))
        .read(false, 0);
  }

  /**
   * Of a service whose servers have the VIP.
   *
   * @param usual the type where none is said
   */
  static HealthCheck ofDirect(Section s, HealthCheck.Kind usual) {
    return new HealthReader(s, s.get("type", oneOf(OF_CONNECTIONS), usual)).read(true, 0);
  }

  /** Of a service of datagrams: whether it works, only a datagram or another port tells. */
  static HealthCheck ofDatagrams(Section s) {
    HealthCheck.Kind kind =
        s.get("type", Scalars.oneOf(HealthCheck.Kind.class), HealthCheck.Kind.NONE);
    return new HealthReader(s, kind).read(false, s.get("port", Scalars.PORT, 0));
  }

  private static ScalarType<HealthCheck.Kind> oneOf(List<HealthCheck.Kind> kinds) {
    ScalarType<HealthCheck.Kind> all = Scalars.oneOf(HealthCheck.Kind.class);
    return new ScalarType<>(
        String.join(", ", kinds.stream().map(Scalars::keyword).toList()),
        text -> all.parse(text).filter(kinds::contains));
  }

  /**
   * @param direct whether the servers have the VIP
   */
  private HealthCheck read(boolean direct, int port) {
    HealthCheck d = HealthCheck.tcp();
    StatusRange status =
        section.get("status", STATUS_RANGE, new StatusRange(d.lowestStatus(), d.highestStatus()));
    Optional<DatagramCheck> datagram = datagram();
    boolean complete = kind != HealthCheck.Kind.UDP || datagram.isPresent();
    HealthCheck health =
        new HealthCheck(
            complete ? kind : HealthCheck.Kind.NONE,
            via(direct),
            port,
            datagram,
            section.get("path", PATH, d.path()),
            section.get("host", HOST, d.host()),
            status.lowest(),
            status.highest(),
            section.get("interval", CHECK, d.interval()),
            section.get("timeout", CHECK, d.timeout()),
            section.get("rise", STREAK, d.rise()),
            section.get("fall", STREAK, d.fall()));
    if (kind != HealthCheck.Kind.HTTP) {
      section.refuse("type " + Scalars.keyword(kind), "type http", "path", "host", "status");
    }
    if (health.timeout().compareTo(health.interval()) > 0) {
      section
          .at("timeout")
          .report(
              "timeout " + Scalars.text(health.timeout()),
              "at most the interval, " + Scalars.text(health.interval()));
    }
    section.finish();
    return health;
  }

  /** {@code send} and {@code expect}. */
  private Optional<DatagramCheck> datagram() {
    if (kind != HealthCheck.Kind.UDP) {
      return Optional.empty();
    }
    String send = section.require("send", BYTES, "");
    String expect = section.get("expect", BYTES, "");
    return section.has("send")
        ? Optional.of(new DatagramCheck(normal(send), normal(expect)))
        : Optional.empty();
  }

  private static String normal(String digits) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(hex.parseHex(digits));
  }

  /** Through the VIP goes only a TCP check of servers that have it. */
  private HealthCheck.Via via(boolean direct) {
    HealthCheck.Via via =
        section.get("via", Scalars.oneOf(HealthCheck.Via.class), HealthCheck.Via.SERVER);
    if (via == HealthCheck.Via.SERVER) {
      return via;
    }
    if (!direct) {
      section.at("via").report("via: vip without mode direct", "via: vip with mode direct");
    } else if (kind != HealthCheck.Kind.TCP) {
      section
          .at("via")
          .report("via: vip with type " + Scalars.keyword(kind), "via: vip with type tcp");
    } else {
      return via;
    }
    return HealthCheck.Via.SERVER;
  }

  private static Optional<StatusRange> statusRange(String text) {
    var matcher = STATUS.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int lowest = Integer.parseInt(matcher.group(1));
    String upper = matcher.group(2);
    int highest = upper == null ? lowest : Integer.parseInt(upper);
    return highest < lowest ? Optional.empty() : Optional.of(new StatusRange(lowest, highest));
  }
}
